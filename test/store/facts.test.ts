import * as assert from 'uvu/assert';
import type { Attempt } from '../../src/core/attempt.ts';
import type { Subscriber } from '../../src/core/destination.ts';
import type { Facts } from '../../src/core/facts.ts';
import { localTime } from '../../src/core/local-time.ts';
import { charge, micros } from '../../src/core/money.ts';
import { tariffOf } from '../../src/core/risk/price.ts';
import * as blocks from '../../src/store/sqlite/blocks.ts';
import * as confirmations from '../../src/store/sqlite/confirmations.ts';
import { factsReader } from '../../src/store/sqlite/facts.ts';
import * as incidents from '../../src/store/sqlite/incidents.ts';
import type { SqliteLedger } from '../../src/store/sqlite/ledger.ts';
import * as overrides from '../../src/store/sqlite/overrides.ts';
import { attempt, hamburg, policy } from '../support/facts.ts';
import { suite } from '../support/suite.ts';
import { DAY, end, judge, ledgerOf, MINUTE, morocco, refusal, seen, TUESDAY } from './support.ts';

const test = suite<{ ledger: SqliteLedger }>('facts');

test.before.each((t) => {
  t.ledger = ledgerOf();
});
test.after.each(({ ledger }) => ledger.close());

let serial = 0;
/** Costs money, so that every fact is read. */
const kigali: Subscriber = { ...hamburg, kind: 'international', e164: '+250252123456', region: 'RW' };

const calling = (destination = hamburg, more: Partial<Attempt> = {}) =>
  attempt(destination, { uniqueid: `w${++serial}`, ...more });

/** An administrator vouches for every call to a region: no share of new destinations counts. */
function vouch({ db }: SqliteLedger, region: string): void {
  const local = localTime(TUESDAY, 'Europe/Berlin');
  confirmations.add(db, { site: 'main', region, at: TUESDAY, local, working: true, by: 'admin' });
}

async function place(ledger: SqliteLedger, call: Attempt): Promise<Attempt> {
  const { call: id, decision } = await ledger.admit(call, judge(call));
  if (decision.verdict.action === 'warn') await ledger.answered(id, call, 'confirmed', judge(call));
  return call;
}

const alarm = {
  kind: 'toll_block',
  severity: 'critical',
  title: 'pump',
  evidence: { code: 'insisting' },
  who: 'guard',
  why: 'pump',
} as const;

const stops = ({ stopped, hit }: Facts): number[] => [stopped, hit];

/** Values for the parameters of a statement of which only the plan is asked. */
function nothings(sql: string): unknown[] {
  const named = Object.fromEntries([...sql.matchAll(/@(\w+)/g)].map(([, name]) => [name, null]));
  const positional = (sql.match(/\?/g) ?? []).map(() => null);
  return Object.keys(named).length > 0 ? [named] : positional;
}

async function factsAt(
  ledger: SqliteLedger,
  at: number,
  more: Partial<Attempt> = {},
  destination: Subscriber = kigali,
) {
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
  vouch(ledger, 'FR');
  await place(ledger, calling());
  await place(ledger, calling({ ...morocco, region: 'FR', class: 'low', lineType: 'fixed', e164: '+33140000000' }));
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
  vouch(ledger, 'MA');
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

test('calls to new destinations count by extension, site and block of numbers, and dear blocks for a week', async ({
  ledger,
}) => {
  const fez = { ...morocco, e164: '+212535000100' };
  const first = await place(ledger, calling(morocco));
  await place(ledger, calling(morocco, { ext: '215' }));
  const open = (await factsAt(ledger, TUESDAY + 1, {}, fez)).newCalls;
  assert.equal([open.open, open.riskyBlocks, open.block], [1, 1, 0]);
  assert.ok(open.extension > 0 && open.site > open.extension);
  const same = (await factsAt(ledger, TUESDAY + 1, {}, morocco)).newCalls;
  assert.equal([same.riskyBlocks, same.block], [0, open.site]);
  const { charged } = await ledger.callEnded(end(first, 61));
  const ended = (await factsAt(ledger, TUESDAY + 2 * MINUTE, {}, fez)).newCalls;
  assert.equal([ended.open, ended.extension], [0, charged]);
  const later = (await factsAt(ledger, TUESDAY + DAY, {}, fez)).newCalls;
  assert.equal([later.extension, later.site, later.riskyBlocks], [0, 0, 1]);
  assert.is((await factsAt(ledger, TUESDAY + 7 * DAY, {}, fez)).newCalls.riskyBlocks, 0);
});

test('stopped calls count for a day, extensions that refuse for three hours, alarms until somebody has looked', async ({
  ledger,
}) => {
  for (const ext of ['214', '214', '215']) {
    const call = calling(morocco, { ext });
    const { call: id } = await ledger.admit(call, judge(call));
    await ledger.answered(id, call, 'wrong', refusal(call));
  }
  assert.equal(stops(await factsAt(ledger, TUESDAY + 1)), [2, 2]);
  const { stopped, saved } = incidents.list(ledger.db)[0]!;
  assert.equal([stopped, saved], [2, 2 * charge(tariffOf(morocco, null, 1)!, 1)], 'one billed increment a call');
  assert.equal(stops(await factsAt(ledger, TUESDAY + DAY, {})), [0, 0]);
  const incident = incidents.add(ledger.db, { ...alarm, site: 'main', at: TUESDAY });
  ledger.db.prepare("UPDATE incidents SET ext = '216' WHERE id = ?").run(incident);
  assert.is((await factsAt(ledger, TUESDAY + DAY)).hit, 1);
  const seenBy = { state: 'acknowledged', who: 'root', why: 'looking', at: TUESDAY } as const;
  incidents.change(ledger.db, incident, seenBy);
  assert.is((await factsAt(ledger, TUESDAY + DAY)).hit, 0);
});

test('what an extension did before its fraud block was lifted is not held against it', async ({ ledger }) => {
  const call = calling(morocco);
  const { call: id } = await ledger.admit(call, judge(call));
  await ledger.answered(id, call, 'wrong', refusal(call));
  await place(ledger, calling({ ...morocco, e164: '+212535000100' }));
  const before = await factsAt(ledger, TUESDAY + MINUTE, {}, morocco);
  assert.equal([before.stopped, before.wrongKeys, before.refusedLately, before.newCalls.riskyBlocks], [1, 1, 1, 1]);
  const insert = ledger.db.prepare('INSERT INTO probations (site, ext, since, until) VALUES (?, ?, ?, ?)');
  insert.run('main', '214', TUESDAY + 1000, TUESDAY + DAY);
  const after = await factsAt(ledger, TUESDAY + MINUTE, {}, morocco);
  assert.equal([after.stopped, after.wrongKeys, after.refusedLately, after.newCalls.riskyBlocks], [0, 0, 0, 0]);
});

test('a colleague’s confirmation counts towards knowing a block of numbers, an intruder’s does not', async ({
  ledger,
}) => {
  await place(ledger, calling(morocco, { ext: '215' }));
  const known = (await factsAt(ledger, TUESDAY + 1, {}, morocco)).confirmed;
  assert.equal([known.siteDays, known.blockDays, known.today], [1, 0, false]);
  const fraud = { what: 'international', site: 'main', ext: '215', reason: 'pump', by: 'guard' } as const;
  blocks.add(ledger.db, { ...fraud, at: TUESDAY + 6 * DAY });
  assert.is((await factsAt(ledger, TUESDAY + 7 * DAY, {}, morocco)).confirmed.siteDays, 0);
});

test('no fact is read by going through whole tables', ({ ledger }) => {
  const scans: string[] = [];
  const { db } = ledger;
  const prepare = db.prepare.bind(db);
  const spy = Object.assign(Object.create(db), {
    prepare(sql: string) {
      const plan = prepare(`EXPLAIN QUERY PLAN ${sql}`).all(...nothings(sql)) as { detail: string }[];
      scans.push(
        ...plan.map(({ detail }) => detail).filter((d) => /^SCAN (calls|leases|confirmations|incidents)/.test(d)),
      );
      return prepare(sql);
    },
  });
  factsReader(spy, { policies: (name) => policy({ site: name }), mode: () => 'enforce' });
  assert.equal(scans, []);
});

test.run();
