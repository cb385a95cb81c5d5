import * as assert from 'uvu/assert';
import { suite } from '../support/suite.ts';
import { cdrFiles, type Fields, line } from './cdr-files.ts';

const test = suite('outbound rows');
const { read } = cdrFiles(test);

test('inbound and internal rows are passed over', async () => {
  const rows: [Fields, 'inbound' | 'internal'][] = [
    [{ channel: 'PJSIP/trunk-1', dst: '0298765432', context: 'from-trunk', towards: 'PJSIP/214-2' }, 'inbound'],
    [{ channel: 'PJSIP/trunk-1', dst: '0298765432', context: 'from-pstn-e164-us', towards: '' }, 'inbound'],
    [{ channel: 'PJSIP/carrier-1', dst: '0298765432', context: 'default', towards: 'PJSIP/214-2' }, 'inbound'],
    [{ channel: 'PJSIP/carrier-1', dst: '0298765432', context: 'default', towards: '', app: 'Queue' }, 'inbound'],
    [{ dst: '215', towards: 'PJSIP/215-2' }, 'internal'],
    [{ dst: '0298765432', towards: 'PJSIP/215-2' }, 'internal'],
    [{ dst: '*97', towards: '', app: 'VoiceMailMain' }, 'internal'],
    [{ dst: 's', towards: '', app: 'Hangup', data: '' }, 'internal'],
    [{ dst: 'vmu215', towards: '', app: 'VoiceMail', data: '215@default' }, 'internal'],
  ];
  for (const [fields, side] of rows) {
    const found = await read(line(fields));
    assert.is(found.list.length, 0, JSON.stringify(fields));
    assert.is(found[side], 1, JSON.stringify(fields));
  }
});

test('an endpoint that was seen as a trunk is one, whatever its context is called', async () => {
  const text =
    line({ towards: 'PJSIP/acme-1' }) +
    line({ channel: 'PJSIP/acme-2', dst: '0298765432', context: 'x', towards: 'PJSIP/acme-3' });
  const { list, inbound } = await read(text);
  assert.is(list.length, 1);
  assert.is(inbound, 1);
});

test('what came in over a trunk and went out again is outbound for who pays, in whatever order the rows are', async () => {
  const rows = [
    line({ towards: 'PJSIP/acme-1' }),
    line({ account: '215', channel: 'PJSIP/acme-2', dst: '0011252615550100', towards: 'PJSIP/acme-3', tail: ',"1.2"' }),
    line({
      account: '216',
      channel: 'PJSIP/acme-4',
      dst: '0011252615550101',
      towards: 'PJSIP/other-5',
      tail: ',"1.3"',
    }),
    line({ channel: 'PJSIP/acme-6', dst: '0298765432', context: 'x', towards: 'PJSIP/acme-7', tail: ',"1.4"' }),
    line({ channel: 'PJSIP/acme-8', dst: '0298765432', context: 'x', towards: 'PJSIP/tie-9', tail: ',"1.5"' }),
    line({ account: '217', channel: 'PJSIP/acme-a', dst: '0298765432', context: 'x', towards: 'PJSIP/218-b' }),
  ];
  for (const order of [rows, [...rows].reverse()]) {
    const { list, calls, inbound } = await read(order.join(''));
    assert.equal(list.map((c) => c.ext).sort(), ['214', '215', '216']);
    assert.equal([calls.size(), inbound], [3, 3]);
  }
});

test('a phone that is no extension by its name is no trunk either', async () => {
  const { list } = await read(line({ channel: 'PJSIP/lobby-1' }) + line({ channel: 'PJSIP/lobby-2', tail: ',"1.2"' }));
  assert.is(list.length, 2);
});

test.run();
