import * as assert from 'uvu/assert';
import type { DialAttempt, PayerClues } from '../../src/core/attempt.ts';
import { classify } from '../../src/core/risk/classify.ts';
import { understand } from '../../src/guard/attempts.ts';
import { TUESDAY } from '../support/facts.ts';
import { dialAttempt, guardOnTheBench } from '../support/guard-bench.ts';
import { suite } from '../support/suite.ts';

const test = suite('attempts');
const { settings, ledger } = guardOnTheBench();
test.after(() => ledger.close());

const addrOf = (addr: string | null, payer: Partial<PayerClues> = {}, more: Partial<DialAttempt> = {}) => {
  const base = dialAttempt('0301234567', TUESDAY, more);
  return understand({ ...base, addr, payer: { ...base.payer, ...payer } }, settings, classify).attempt.addr;
};

test('addresses are written in one way, and what is none is none', () => {
  assert.equal(
    ['203.0.113.7', '::ffff:203.0.113.7', '2001:DB8::0:1', 'fe80::1%eth0', null].map((addr) => addrOf(addr)),
    ['203.0.113.7', '203.0.113.7', '2001:db8::1', 'fe80::1', null],
  );
  const hostile = [
    '203.0.113.7:5060',
    '0x7f.1',
    "1.1.1.1'; DROP TABLE calls",
    'fe80::1%\u001b[2J',
    '\n',
    '9'.repeat(100_000),
  ];
  assert.equal(
    hostile.filter((addr) => addrOf(addr) !== null),
    [],
  );
});

test('only the phone of the one who pays has an address', () => {
  assert.is(addrOf('203.0.113.7', { endpoint: null, inherited: '214' }), null);
  assert.is(addrOf('203.0.113.7', { transferer: '215' }), null);
  assert.is(addrOf('203.0.113.7', { endpoint: 'sales', accountcode: '214' }), '203.0.113.7');
});

test.run();
