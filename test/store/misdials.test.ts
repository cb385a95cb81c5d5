import * as assert from 'uvu/assert';
import type { Attempt, Meant } from '../../src/core/attempt.ts';
import type { Subscriber } from '../../src/core/destination.ts';
import type { Answer } from '../../src/guard/ports.ts';
import type { SqliteLedger } from '../../src/store/sqlite/ledger.ts';
import { between } from '../../src/store/sqlite/misdials.ts';
import { attempt, hamburg } from '../support/facts.ts';
import { suite } from '../support/suite.ts';
import { DAY, end, judge, ledgerOf, MINUTE, refusal, seen, TUESDAY } from './support.ts';

const test = suite<{ ledger: SqliteLedger }>('misdials');

test.before.each((t) => {
  t.ledger = ledgerOf();
});
test.after.each(({ ledger }) => ledger.close());

// Koblenz is 0261, Madagascar +261: the slip that the Bundesnetzagentur's notices on 00261 are about.
const [WRONG, RIGHT] = ['002615550100', '02615550100'];
const madagascar: Subscriber = {
  kind: 'international',
  e164: '+2615550100',
  region: 'MG',
  lineType: 'unknown',
  class: 'elevated',
  valid: false,
};
const koblenz: Subscriber = { ...hamburg, e164: '+492615550100' };
const meant: Meant[] = [{ edit: 'one 0 too many', e164: koblenz.e164 }];

let serial = 0;
const calling = (destination: Subscriber, at: number, more: Partial<Attempt> = {}) =>
  attempt(destination, { uniqueid: `m${++serial}`, at, ...more });
const wrong = (at: number, more: Partial<Attempt> = {}) => calling(madagascar, at, { dialled: WRONG, meant, ...more });
const right = (at: number, more: Partial<Attempt> = {}) => calling(koblenz, at, { dialled: RIGHT, ...more });

async function refused(ledger: SqliteLedger, call: Attempt, answer: Answer = 'hangup'): Promise<void> {
  const { call: id, decision } = await ledger.admit(call, judge(call));
  assert.is(decision.verdict.action, 'warn');
  await ledger.answered(id, call, answer, refusal(call));
}
const goes = (ledger: SqliteLedger, call: Attempt) => ledger.admit(call, judge(call));
const learned = (ledger: SqliteLedger) => between(ledger.db, 0, Number.MAX_SAFE_INTEGER);

test('warned away, and dialled rightly within two minutes: learned once', async ({ ledger }) => {
  await refused(ledger, wrong(TUESDAY));
  await goes(ledger, right(TUESDAY + 40_000));
  await goes(ledger, right(TUESDAY + 50_000));
  const row = { site: 'main', ext: '214', at: TUESDAY, edit: 'one 0 too many', region: 'MG', meant: koblenz.e164 };
  assert.equal(learned(ledger), [row]);
});

test('not later, not by another extension, not a call that was itself refused', async ({ ledger }) => {
  await refused(ledger, wrong(TUESDAY));
  await goes(ledger, right(TUESDAY + 2 * MINUTE + 1));
  await goes(ledger, right(TUESDAY + 1, { ext: '215' }));
  await goes(ledger, right(TUESDAY + 1, { site: 'other' }));
  await refused(ledger, wrong(TUESDAY + 1_000, { dialled: `${WRONG}0`, meant: [] }));
  assert.equal(learned(ledger), []);
});

test('let through and hung up before an answer counts, a conversation does not', async ({ ledger }) => {
  for (const [day, seconds, times] of [
    [0, 0, 1],
    [1, 30, 1],
  ] as const) {
    const at = TUESDAY + day * DAY;
    const call = wrong(at);
    const { call: id } = await goes(ledger, call);
    await ledger.answered(id, call, 'confirmed', judge(call));
    await ledger.callEnded(end(call, seconds, { at: at + 20_000 }));
    await goes(ledger, right(at + 60_000));
    assert.is(learned(ledger).length, times);
  }
});

test('abroad, by a digit: learned when the right one is confirmed', async ({ ledger }) => {
  const paris: Subscriber = { ...madagascar, e164: '+33123456789', region: 'FR', class: 'watch', valid: true };
  const long: Subscriber = { ...paris, e164: '+331234567899', valid: false };
  await refused(ledger, calling(long, TUESDAY, { dialled: '00331234567899' }));
  const call = calling(paris, TUESDAY + 30_000, { dialled: '0033123456789' });
  const { call: id } = await goes(ledger, call);
  assert.equal(learned(ledger), []);
  await ledger.answered(id, call, 'confirmed', judge(call));
  assert.equal(
    learned(ledger).map(({ edit, meant: e164 }) => [edit, e164]),
    [['one digit too many', paris.e164]],
  );
});

test('a slip the site is known for makes the rule sure of a number that nobody called, for 90 days', async ({
  ledger,
}) => {
  await refused(ledger, wrong(TUESDAY));
  await goes(ledger, right(TUESDAY + 40_000));
  const others = [
    { edit: 'one 0 too many', e164: '+492615550177' },
    { edit: 'trunk prefix lost', e164: '+492615550188' },
  ];
  const next = (at: number) => {
    const far: Subscriber = { ...madagascar, e164: '+2615550177', valid: true, class: 'watch' };
    return calling(far, at, { dialled: '002615550177', meant: others, ext: '300' });
  };
  for (const [days, found] of [
    [89, ['+492615550177']],
    [91, []],
  ] as const) {
    const call = next(TUESDAY + days * DAY);
    const { kept, decide } = seen(judge(call));
    const decision = await ledger.preview(call, decide);
    assert.equal(kept[0]!.meantLearned, [...found]);
    const slip = decision.findings.find(({ family }) => family === 'misdial');
    assert.is(slip?.evidence.meant, found[0]);
    assert.is(slip?.evidence.learned, found.length > 0 ? 1 : undefined);
  }
});

test.run();
