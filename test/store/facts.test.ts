import * as assert from 'uvu/assert';
import type { Attempt } from '../../src/core/attempt.ts';
import { micros } from '../../src/core/money.ts';
import type { SqliteLedger } from '../../src/store/sqlite/ledger.ts';
import * as overrides from '../../src/store/sqlite/overrides.ts';
import { attempt, hamburg } from '../support/facts.ts';
import { suite } from '../support/suite.ts';
import { DAY, end, judge, ledgerOf, MINUTE, morocco, refusal, seen, TUESDAY } from './support.ts';

const test = suite<{ ledger: SqliteLedger }>('facts');

test.before.each((t) => {
  t.ledger = ledgerOf();
});
test.after.each(({ ledger }) => ledger.close());

let serial = 0;
const calling = (destination = hamburg, more: Partial<Attempt> = {}) =>
  attempt(destination, { uniqueid: `w${++serial}`, ...more });

async function place(ledger: SqliteLedger, call: Attempt): Promise<Attempt> {
  const { call: id, decision } = await ledger.admit(call, judge(call));
  if (decision.verdict.action === 'warn') await ledger.answered(id, call, 'confirmed', judge(call));
  return call;
}

async function factsAt(ledger: SqliteLedger, at: number, more: Partial<Attempt> = {}, destination = hamburg) {
  const call = calling(destination, { at, ...more });
  const { kept, decide } = seen(judge(call));
  await ledger.preview(call, decide);
  return kept[0]!;
}

test('windows slide and are exact to the millisecond', async ({ ledger }) => {
  await place(ledger, calling());
  const windows = [
    ['calls_per_minute', MINUTE],
    ['calls_per_hour', 60 * MINUTE],
    ['calls_per_day', DAY],
  ] as const;
  for (const [measure, width] of windows) {
    assert.is((await factsAt(ledger, TUESDAY + width - 1)).usage[measure].all, 1, measure);
    assert.is((await factsAt(ledger, TUESDAY + width)).usage[measure].all, 0, measure);
  }
});

test('each scope counts its own calls; another extension, a blocked call and the call itself count for nobody', async ({
  ledger,
}) => {
  await place(ledger, calling());
  await place(ledger, calling({ ...morocco, class: 'watch', e164: '+212522000100' }));
  await place(ledger, calling(morocco));
  await place(ledger, calling(hamburg, { ext: '215' }));
  await place(ledger, calling(hamburg, { site: 'other' }));
  await place(ledger, calling({ ...morocco, lineType: 'premium' }));
  const { usage, moneyCalls } = await factsAt(ledger, TUESDAY + 1);
  assert.equal(usage.calls_per_minute, { all: 3, international: 2, elevated: 1 });
  assert.equal(usage.concurrent, { all: 3, international: 2, elevated: 1 });
  assert.is(moneyCalls, 2);
});

test('the owner’s class for a prefix decides in which scope a call counts', async ({ ledger }) => {
  overrides.set(ledger.db, { prefix: '212', action: 'class', class: 'watch', by: 'root', at: TUESDAY });
  await place(ledger, calling(morocco));
  const { usage } = await factsAt(ledger, TUESDAY + 1);
  assert.equal(usage.calls_per_day, { all: 1, international: 1, elevated: 0 });
});

test('open calls hold the minutes and money they may still use, closed ones what they did, for 24 hours', async ({
  ledger,
}) => {
  const abroad = await place(ledger, calling(morocco));
  const home = await place(ledger, calling());
  const open = await factsAt(ledger, TUESDAY + 2 * MINUTE);
  const lease = ledger.db.prepare('SELECT reserved, max_seconds FROM leases WHERE money = 1').get() as Record<
    string,
    number
  >;
  assert.is(open.usage.minutes_per_day.international, lease.max_seconds! / 60);
  assert.is(open.usage.minutes_per_day.all, lease.max_seconds! / 60 + 2);
  assert.is(open.usage.money_per_day.elevated, lease.reserved);
  await ledger.callEnded(end(abroad, 90));
  await ledger.callEnded(end(home, 30));
  const ended = TUESDAY + 90_000;
  const closed = await factsAt(ledger, ended + DAY);
  assert.is(closed.usage.minutes_per_day.all, 1.5);
  assert.is(closed.usage.concurrent.all, 0);
  assert.ok(closed.spent.extension > 0 && closed.spent.extension < micros(5));
  assert.equal(closed.spent, { extension: closed.usage.money_per_day.all, site: closed.usage.money_per_day.all });
  const later = await factsAt(ledger, ended + DAY + 1);
  assert.equal([later.usage.minutes_per_day.all, later.spent.site], [0, 0]);
});

test('a site’s money is that of all its extensions and of no other site', async ({ ledger }) => {
  await place(ledger, calling(morocco));
  await place(ledger, calling(morocco, { ext: '215' }));
  await place(ledger, calling(morocco, { site: 'other' }));
  const { spent } = await factsAt(ledger, TUESDAY + 1);
  assert.is(spent.site, spent.extension * 2);
});

test('a question keeps a second one of the extension waiting for a minute, and wrong keys count for a day', async ({
  ledger,
}) => {
  const asked = calling(morocco);
  const { call } = await ledger.admit(asked, judge(asked));
  const open = async (at: number, more = {}) => (await factsAt(ledger, at, more)).questionOpen;
  assert.is(await open(TUESDAY + MINUTE - 1), true);
  assert.is(await open(TUESDAY + MINUTE), false);
  assert.is(await open(TUESDAY + 1, { ext: '215' }), false);
  assert.is(await open(TUESDAY + 1, { uniqueid: asked.uniqueid }), false, 'the same channel');
  for (const answer of ['early', 'wrong', 'silent'] as const) await ledger.answered(call, asked, answer, judge(asked));
  assert.is(await open(TUESDAY + 1), true);
  await ledger.answered(call, asked, 'wrong', refusal(asked));
  assert.is(await open(TUESDAY + 1), false);
  assert.is((await factsAt(ledger, TUESDAY + DAY - 1)).wrongKeys, 3);
  assert.is((await factsAt(ledger, TUESDAY + DAY)).wrongKeys, 0);
});

test('a question nobody answered is refused after five minutes', async ({ ledger }) => {
  const asked = calling(morocco);
  await ledger.admit(asked, judge(asked));
  await ledger.sweep(TUESDAY + 5 * MINUTE);
  assert.is((await ledger.admit(asked, judge(asked))).decision.verdict.action, 'warn');
  await ledger.sweep(TUESDAY + 5 * MINUTE + 1);
  const { decision, repeated } = await ledger.admit(asked, judge(asked));
  assert.equal([decision.verdict.action, repeated], ['block', true]);
});

test('answered calls to a region are counted once a call, by local day, for 90 days', async ({ ledger }) => {
  const late = Date.UTC(2026, 10, 24, 23, 30);
  const first = await place(ledger, calling(morocco));
  await ledger.callEnded(end(first, 10));
  await ledger.callEnded(end(first, 20));
  await ledger.callEnded(end(await place(ledger, calling(morocco, { at: late })), 10));
  await ledger.callEnded(end(await place(ledger, calling(morocco, { at: late })), 0, { answered: false }));
  assert.equal(ledger.db.prepare('SELECT day, calls FROM region_days ORDER BY day').raw().all(), [
    ['2026-11-24', 1],
    ['2026-11-25', 1],
  ]);
  const siteCalls = async (at: number) => (await factsAt(ledger, at, { ext: '299' }, morocco)).confirmed.siteCalls;
  assert.is(await siteCalls(late), 2);
  assert.is(await siteCalls(TUESDAY + 90 * DAY), 2);
  assert.is(await siteCalls(TUESDAY + 91 * DAY), 1);
  assert.is(await siteCalls(TUESDAY + 92 * DAY), 0);
});

test('what a preview reads it does not change', async ({ ledger }) => {
  await ledger.callEnded(end(attempt(hamburg), 5));
  const call = attempt(hamburg);
  assert.is((await ledger.preview(call, judge(call))).verdict.action, 'block');
  assert.is((await ledger.preview(call, judge(call))).verdict.action, 'block');
  assert.is(ledger.db.prepare('SELECT COUNT(*) FROM calls').pluck().get(), 0);
});

test.run();
