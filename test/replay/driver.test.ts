import * as assert from 'uvu/assert';
import { micros } from '../../src/core/money.ts';
import { classify } from '../../src/core/risk/classify.ts';
import type { Settings } from '../../src/guard/settings.ts';
import type { CdrCall } from '../../src/replay/cdr.ts';
import { type Caller, createDriver } from '../../src/replay/driver.ts';
import { openLedger } from '../../src/store/sqlite/ledger.ts';
import { suite } from '../support/suite.ts';
import { policyOf } from './policy.ts';

const test = suite('replay driver', { timeout: 30_000 });
const policy = policyOf('AU', 'Australia/Sydney', { ceilingExtension: micros(25) });
const settings: Settings = {
  sites: [{ policy, match: { realms: [], extensions: [] } }],
  mode: 'observe',
  deadlineMs: 250,
  digit: 'random',
  answerFirst: true,
  announce: true,
  language: 'en',
};
const MONDAY = Date.parse('2026-11-01T23:00:00Z');

function driver(caller: Caller<CdrCall> = (_call, question) => question.digits) {
  const ledger = openLedger({ file: ':memory:', policies: () => policy, clock: () => MONDAY });
  return { ledger, ...createDriver<CdrCall>({ ledger, settings, classify, random: () => 7, caller }) };
}

let serial = 0;
const call = (minute: number, dialled: string, more: Partial<CdrCall> = {}): CdrCall => ({
  uniqueid: `${++serial}`,
  at: MONDAY + minute * 60_000,
  ext: '214',
  dialled,
  billsec: 50,
  duration: 60,
  answered: true,
  disposition: 'ANSWERED',
  context: 'from-internal',
  pbx: 'asterisk',
  machine: false,
  ...more,
});

test('a national call is allowed, a call abroad questioned, emergency not even recorded first', async () => {
  const { dial } = driver();
  const seen = [];
  for (const dialled of ['0298765432', '0011442071838750', '000', '0298765432@x'])
    seen.push(await dial(call(0, dialled)));
  assert.equal(
    seen.map((r) => [r.verdict, r.e164, r.reasons[0], r.went]),
    [
      ['allow', '+61298765432', 'national', true],
      ['warn', '+442071838750', 'new_destination', true],
      ['allow', null, 'emergency', true],
      ['block', null, 'malformed', false],
    ],
  );
});

test('who hangs up at the question makes no call, and is asked again', async () => {
  const { dial, ledger } = driver(() => null);
  const first = await dial(call(0, '0011442071838750'));
  const second = await dial(call(5, '0011442071838750'));
  assert.equal([first.went, first.seconds, first.verdict], [false, 0, 'warn']);
  assert.is(second.verdict, 'warn');
  assert.equal(ledger.open(), []);
});

test('a confirmed destination is not asked about again on that day', async () => {
  const { dial } = driver();
  await dial(call(0, '0011442071838750'));
  assert.is((await dial(call(5, '0011442071838750'))).verdict, 'allow');
});

test('ends are told when they happen: concurrency is what it was', async () => {
  const { dial, ledger } = driver();
  for (let i = 0; i < 4; i++) await dial(call(i, `029876543${i}`, { billsec: 150, duration: 150 }));
  assert.is(ledger.open().length, 3);
  await dial(call(60, '0298765439'));
  assert.is(ledger.open().length, 1);
});

test('a call longer than its cap is cut there, and costs no more', async () => {
  const { dial } = driver();
  const long = await dial(call(0, '0011442071838750', { billsec: 7200, duration: 7210 }));
  assert.is(long.cut, true);
  assert.ok(long.seconds > 0 && long.seconds <= 1200, `${long.seconds}`);
  assert.ok(long.cost > 0);
});

test('a call on a Local channel that would be questioned is blocked: nobody listens', async () => {
  const { dial } = driver();
  const forwarded = await dial(call(0, '0011442071838750', { machine: true }));
  assert.equal([forwarded.verdict, forwarded.reasons[0], forwarded.went], ['block', 'no_listener', false]);
});

test.run();
