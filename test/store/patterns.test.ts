import * as assert from 'uvu/assert';
import type { Attempt } from '../../src/core/attempt.ts';
import type { Subscriber } from '../../src/core/destination.ts';
import type { Facts } from '../../src/core/facts.ts';
import * as figures from '../../src/store/sqlite/figures.ts';
import * as incidents from '../../src/store/sqlite/incidents.ts';
import type { SqliteLedger } from '../../src/store/sqlite/ledger.ts';
import { attempt } from '../support/facts.ts';
import { suite } from '../support/suite.ts';
import { DAY, end, judge, ledgerOf, MINUTE, morocco, refusal, seen, TUESDAY } from './support.ts';

const test = suite<{ ledger: SqliteLedger }>('facts of patterns');
test.before.each((t) => {
  t.ledger = ledgerOf();
});
test.after.each(({ ledger }) => ledger.close());

let serial = 0;
const calling = (destination: Attempt['destination'] = morocco, more: Partial<Attempt> = {}) =>
  attempt(destination, { uniqueid: `p${++serial}`, ...more });

async function factsOf(ledger: SqliteLedger, call: Attempt): Promise<Facts> {
  const { kept, decide } = seen(judge(call));
  await ledger.preview(call, decide);
  return kept[0]!;
}

/** A call that was confirmed and lasted so many seconds; 0: nobody answered. */
async function lasted(ledger: SqliteLedger, seconds: number, at: number, to: Subscriber = morocco): Promise<void> {
  const call = calling(to, { at });
  const { call: id, decision } = await ledger.admit(call, judge(call));
  if (decision.verdict.action === 'warn') await ledger.answered(id, call, 'confirmed', judge(call));
  await ledger.callEnded(end(call, seconds, { answered: seconds > 0 }));
}

test('minutes and answered calls of a week to new destinations, calls of seconds to dear ones of a day', async ({
  ledger,
}) => {
  await lasted(ledger, 12, TUESDAY);
  await lasted(ledger, 0, TUESDAY + 2 * MINUTE);
  await lasted(ledger, 130, TUESDAY + 4 * MINUTE);
  const read = async (at: number, more: Partial<Attempt> = {}) => {
    const { calls, minutes, tests } = (await factsOf(ledger, calling(morocco, { at, ...more }))).newCalls;
    return [calls, minutes, tests];
  };
  assert.equal(await read(TUESDAY + 60 * MINUTE), [2, 2, 1]);
  assert.equal(await read(TUESDAY + 60 * MINUTE, { ext: '215' }), [0, 0, 0]);
  assert.equal(await read(TUESDAY + DAY), [2, 2, 0]);
  assert.equal(await read(TUESDAY + 7 * DAY + 10 * MINUTE), [0, 0, 0]);
});

test('prefixes before the same digits within ten minutes, without an answer', async ({ ledger }) => {
  const nowhere = { kind: 'malformed', why: 'no number' } as const;
  const tail = '212661550100';
  const dial = (dialled: string, at = TUESDAY + MINUTE) => calling(nowhere, { dialled, at });
  for (const prefix of ['9', '99', '99', '810']) {
    const call = dial(prefix + tail);
    await ledger.admit(call, judge(call));
  }
  const refused = calling(morocco, { dialled: `+${tail}` });
  const { call } = await ledger.admit(refused, judge(refused));
  await ledger.answered(call, refused, 'hangup', refusal(refused));
  const tried = async (call: Attempt) => (await factsOf(ledger, call)).prefixesTried;
  assert.is(await tried(dial(`000${tail}`)), 4);
  assert.is(await tried(dial(`9${tail}`)), 3, 'itself is no other');
  assert.is(await tried(dial(`9${tail.slice(0, -1)}1`)), 0);
  assert.is(await tried(calling(nowhere, { dialled: `000${tail}`, ext: '215' })), 0);
  assert.is(await tried(dial(`000${tail}`, TUESDAY + 11 * MINUTE)), 0);
  await lasted(ledger, 60, TUESDAY, { ...morocco, e164: '+212661550199' });
  const answered = calling(morocco, { dialled: '9212661550199', at: TUESDAY + MINUTE });
  assert.is(await tried(answered), 0, 'somebody answered');
});

test('stopped calls of a week', async ({ ledger }) => {
  const call = calling();
  const { call: id } = await ledger.admit(call, judge(call));
  await ledger.answered(id, call, 'wrong', refusal(call));
  const read = async (at: number) => {
    const { stopped, stoppedWeek } = await factsOf(ledger, calling(morocco, { at }));
    return [stopped, stoppedWeek];
  };
  assert.equal(await read(TUESDAY + MINUTE), [1, 1]);
  assert.equal(await read(TUESDAY + DAY), [0, 1]);
  assert.equal(await read(TUESDAY + 7 * DAY), [0, 0]);
});

test('while observing, what would have been blocked counts as stopped, makes incidents and is reported', async () => {
  const ledger = ledgerOf({ mode: () => 'observe' });
  for (let i = 0; i < 12; i++) {
    const call = calling(
      { ...morocco, e164: `+2126615501${String(i).padStart(2, '0')}` },
      { at: TUESDAY + (i * MINUTE) / 2 },
    );
    const { decision } = await ledger.admit(call, judge(call));
    assert.equal([decision.verdict.action, decision.verdict.would], ['allow', i === 0 ? 'warn' : 'block']);
    if (i > 0) await ledger.callEnded(end(call, 20));
  }
  const { stopped } = await factsOf(ledger, calling(morocco, { at: TUESDAY + 7 * MINUTE }));
  assert.is(stopped, 11);
  const [incident] = incidents.list(ledger.db);
  assert.equal(
    [incident?.kind, incident?.severity, incident?.calls, incident?.stopped],
    ['toll_block', 'critical', 12, 0],
  );
  const { observed, incidents: found, reasons } = figures.report(ledger.db, TUESDAY, TUESDAY + DAY);
  assert.equal(
    observed.map(({ verdict, code, calls, exts }) => [verdict, code, calls, exts]),
    [
      ['block', 'parallel', 8, 1],
      ['block', 'insisting', 3, 1],
      ['warn', 'new_destination', 1, 1],
    ],
  );
  assert.equal(reasons, []);
  assert.equal(found, [{ state: 'open', incidents: 1, calls: 12, stopped: 0, observed: 11 }]);
  const facts = await factsOf(ledger, calling());
  assert.equal(facts.blocks, [], 'nobody is blocked');
  ledger.close();
});

test('what was stopped or not confirmed on this channel before counts as on any other: a phone may choose its unique id', async ({
  ledger,
}) => {
  const numbers = [1, 2, 3].map((n) => calling({ ...morocco, e164: `+21266155010${n}` }, { uniqueid: 'chosen' }));
  for (const call of numbers.slice(0, 2)) {
    const { call: id } = await ledger.admit(call, judge(call));
    await ledger.answered(id, call, 'hangup', refusal(call));
  }
  const asking = calling(morocco, { uniqueid: 'chosen' });
  await ledger.admit(asking, judge(asking));
  const { stopped, stoppedWeek, refusedLately } = await factsOf(ledger, numbers[2]!);
  assert.equal([stopped, stoppedWeek, refusedLately], [3, 3, 3]);
  const again = seen(judge(asking));
  await ledger.answered(3, asking, 'wrong', again.decide);
  const own = again.kept[0]!;
  assert.equal([own.stopped, own.refusedLately], [2, 2], 'the call itself does not');
});

test.run();
