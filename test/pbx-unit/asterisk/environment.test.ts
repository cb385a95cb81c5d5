import * as assert from 'uvu/assert';
import { parseEnvironment } from '../../../src/pbx/asterisk/environment.ts';
import { suite } from '../../support/suite.ts';

const test = suite('agi environment');
const lines = (...texts: string[]) => Buffer.from(texts.join('\n'));

test('values are split at the first colon only', () => {
  const environment = parseEnvironment(
    lines('agi_request: agi://127.0.0.1:4573/check', 'agi_calleridname: Sales: East', 'agi_arg_1: a:b', 'agi_arg_2: '),
  );
  assert.equal(Object.fromEntries(environment!.headers), {
    agi_request: 'agi://127.0.0.1:4573/check',
    agi_calleridname: 'Sales: East',
  });
  assert.equal(environment!.args, ['a:b', '']);
});

test('bytes that are no UTF-8 and NULs survive as text', () => {
  const name = Buffer.concat([Buffer.from('agi_calleridname: Andr'), Buffer.from([0xe9, 0, 0xff])]);
  assert.is(parseEnvironment(name)!.headers.get('agi_calleridname'), 'Andr\ufffd\0\ufffd');
});

test('a huge value is cut and stays far too long for a number', () => {
  assert.is(parseEnvironment(lines(`agi_arg_1: ${'9'.repeat(10_000)}`, 'agi_network: yes'))!.args[0]!.length, 1024);
});

test('what Asterisk never sends is no environment', () => {
  const bad = [
    [],
    ['GET / HTTP/1.1'],
    ['agi_network: yes', 'Host: example.org'],
    ['agi_network: yes', 'no colon here'],
    ['agi_network: yes', ': no name'],
    ['agi_uniqueid: 1.1', 'agi_uniqueid: 1.2'],
    ['agi_network: yes', 'agi_arg_2: 1'],
    ['agi_network: yes', 'agi_arg_1: 1', 'agi_arg_1: 2'],
    ['agi_network: yes', 'agi_arg_1: 1', 'agi_arg_9: ext=200'],
  ];
  for (const texts of bad) assert.is(parseEnvironment(lines(...texts)), null, texts.join(' / '));
});

test.run();
