import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as assert from 'uvu/assert';
import type { Attempt } from '../../src/core/attempt.ts';
import { decide } from '../../src/core/decide.ts';
import { localTime } from '../../src/core/local-time.ts';
import { charge, type Micros, micros, type Tariff } from '../../src/core/money.ts';
import { affordable, lifetimeMs, reserveFor } from '../../src/core/spend.ts';
import type { Decision, Lease } from '../../src/core/verdict.ts';
import type { Decide, Recorded } from '../../src/guard/ports.ts';
import * as confirmations from '../../src/store/sqlite/confirmations.ts';
import { openLedger, type SqliteLedger } from '../../src/store/sqlite/ledger.ts';
import * as limits from '../../src/store/sqlite/limits.ts';
import { usageReader } from '../../src/store/sqlite/usage.ts';
import { attempt, policy } from '../support/facts.ts';
import { suite } from '../support/suite.ts';
import { DAY, end, MINUTE, morocco, TUESDAY } from './support.ts';

const test = suite('loss ceiling', { timeout: 120_000 });

const SITE = policy({ ceilingExtension: micros(25), ceilingSite: micros(60) });
const EXTENSIONS = ['201', '202', '203', '204'];
const tariff = (perMinute: number, connectFee: number, first: number, next: number): Tariff => ({
  perMinute: micros(perMinute),
  connectFee: micros(connectFee),
  first,
  next,
  source: 'deck',
});
/** Prices and increments as carriers have them; the numbers dialled end in the price's place in this list. */
const TARIFFS = [
  tariff(0.0153, 0, 1, 1),
  tariff(0.35, 0, 6, 6),
  tariff(0.1999, 0.01, 60, 1),
  tariff(1.2, 0, 30, 6),
  tariff(2.47, 0.39, 60, 60),
  tariff(3, 6, 60, 60),
  tariff(8, 0, 60, 30),
];
const rateLookup = (digits: string) => TARIFFS[Number(digits.at(-3))] ?? null;

/** A call that really went out, and what the carrier will bill for it. */
interface Call {
  attempt: Attempt;
  ends: number;
  seconds: number;
  answered: boolean;
  cost: Micros;
}

/** The same numbers for the same seed (mulberry32). */
function seeded(seed: number) {
  let state = seed;
  const next = () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
  const below = (n: number) => Math.floor(next() * n);
  return { below, chance: (p: number) => next() < p, pick: <T>(list: readonly T[]) => list[below(list.length)]! };
}

/** Gives every call what is left of the ceilings, whatever the rules would say. */
const greedy: (attempt: Attempt) => Decide = () => (facts) => {
  const left = Math.min(SITE.ceilingExtension - facts.spent.extension, SITE.ceilingSite - facts.spent.site);
  const seconds = facts.endedAlready || !facts.tariff ? 0 : affordable(facts.tariff, left, 3600);
  const lease: Lease | null =
    seconds > 0 && facts.tariff
      ? {
          money: true,
          tariff: facts.tariff,
          reserved: reserveFor(facts.tariff, seconds),
          maxSeconds: seconds,
          fresh: false,
          lifetimeMs: lifetimeMs(seconds),
        }
      : null;
  const action = lease ? 'allow' : 'block';
  const verdict = { action, reasons: [], maxSeconds: lease?.maxSeconds ?? null } as const;
  return { action, verdict: { ...verdict, reasons: [] }, findings: [], lease, keys: 1 } satisfies Decision;
};

const product: (attempt: Attempt) => Decide = (asked) => (facts) => decide(asked, facts, SITE);

/** Half of the numbers are known, so that they may cost all of a ceiling; the others get a share of it. */
function vouchForHalf({ db }: SqliteLedger): void {
  const local = localTime(TUESDAY, SITE.timezone);
  for (const place of TARIFFS.keys()) {
    const block = `+212661550${place}`;
    confirmations.add(db, { site: 'main', region: 'MA', block, at: TUESDAY, local, working: true, by: 'admin' });
  }
}

/** One random life of a site: a few days of calls, ends, failures and restarts. */
async function live(seed: number, file: string, judge: (attempt: Attempt) => Decide): Promise<Call[]> {
  const { below, chance, pick } = seeded(seed);
  const open = () => openLedger({ file, policies: () => SITE, rateLookup });
  let ledger = open();
  for (const name of limits.LIMIT_NAMES) limits.set(ledger.db, 'main', '*', name, 'none');
  vouchForHalf(ledger);
  let now = TUESDAY + below(DAY);
  let serial = 0;
  let honest = true;
  const past: Call[] = [];
  let up: Call[] = [];
  const lines: Attempt[] = [];

  const fresh = (): Attempt => {
    const e164 = `+21266155${below(2)}${below(TARIFFS.length)}0${below(3)}`;
    return attempt({ ...morocco, e164 }, { uniqueid: `${++serial}`, ext: pick(EXTENSIONS), at: now });
  };
  /** A new call, another trunk of an earlier one, or the same question again. */
  const dial = () => (lines.length > 0 && chance(0.2) ? { ...pick(lines), at: now } : fresh());
  const goesOut = (asked: Attempt, { decision, repeated }: Recorded) => {
    const { lease } = decision;
    if (decision.verdict.action !== 'allow' || !lease || repeated || chance(0.05)) return;
    const answered = chance(0.85);
    const longest = lease.maxSeconds! + 1;
    const seconds = answered ? (chance(0.4) ? longest : 1 + below(longest)) : 0;
    const ends = asked.at + below(250) * 1000 + seconds * 1000;
    up.push({ attempt: asked, ends, seconds, answered, cost: answered ? charge(lease.tariff!, seconds) : 0 });
  };
  const ask = async (asked: Attempt) => {
    lines.push(asked);
    const recorded = await ledger.admit(asked, judge(asked));
    if (recorded.decision.verdict.action !== 'warn') return goesOut(asked, recorded);
    const answer = pick(['confirmed', 'confirmed', 'confirmed', 'wrong', 'hangup'] as const);
    if (answer !== 'hangup') goesOut(asked, await ledger.answered(recorded.call, asked, answer, judge(asked)));
  };
  /** Tells the ledger of an end, in one of the ways in which PBXs get it wrong. */
  const tell = async (call: Call) => {
    const { seconds, answered } = call;
    const say = (sources: number[], more = {}) =>
      ledger.callEnded(end(call.attempt, null, { at: now, seconds: sources, answered, ...more }));
    switch (below(8)) {
      case 0:
        return; // lost
      case 1:
        await say([seconds]);
        return say([seconds]);
      case 2:
        return say([Math.floor(seconds / 3), seconds, Number.NaN, -1]);
      case 3:
        await say([Math.floor(seconds / 2)], answered ? { answered: null, seconds: [Math.ceil(seconds / 2)] } : {});
        return say([seconds]);
      case 4:
        honest = false;
        return say(answered ? [seconds + 1 + below(600)] : []);
      case 5:
        return say([], { answered: answered ? null : false });
      case 6:
        return say([seconds], { e164: null, uniqueid: call.attempt.uniqueid });
      default:
        return say([seconds]);
    }
  };
  const restart = async () => {
    // Questions that hang when the process dies: nobody hears an answer, so nobody calls.
    const hanging = chance(0.5) ? [dial(), dial()].map((a) => ledger.admit(a, judge(a)).catch(() => null)) : [];
    if (chance(0.5)) ledger.close();
    else ledger.db.close();
    ledger = open();
    await Promise.all(hanging);
  };

  for (let step = 0; step < 40; step++) {
    now += chance(0.1) ? below(10 * 60 * MINUTE) : below(8 * MINUTE);
    const over = up.filter((call) => call.ends <= now);
    up = up.filter((call) => call.ends > now);
    past.push(...over);
    for (const call of over) await tell(call);
    if (chance(0.15)) await ledger.sweep(now);
    if (chance(0.1)) await ledger.reconcile('asterisk', new Set(up.map((call) => call.attempt.uniqueid)), now);
    if (chance(0.07)) await restart();
    if (chance(0.1)) await endBeforeQuestion(ledger, fresh(), judge);
    await Promise.all(Array.from({ length: below(5) }, dial).map(ask));
    books(ledger, now, honest);
  }
  past.push(...up);
  await ledger.sweep(now + lifetimeMs(3600));
  assert.equal(ledger.open(), [], `seed ${seed}: a lease is stuck`);
  ledger.close();
  return past;
}

async function endBeforeQuestion(ledger: SqliteLedger, asked: Attempt, judge: (attempt: Attempt) => Decide) {
  assert.ok((await ledger.callEnded(end(asked, 0))).marked);
  assert.is((await ledger.admit(asked, judge(asked))).decision.lease, null);
}

/** The books at any moment: nothing negative, each call the sum of its leases, and no more than the ceilings allow. */
function books(ledger: SqliteLedger, now: number, honest: boolean): void {
  const one = (sql: string, ...args: unknown[]) =>
    ledger.db
      .prepare(sql)
      .pluck()
      .get(...args) as number;
  assert.is(one('SELECT COUNT(*) FROM leases WHERE reserved < 0 OR charged < 0 OR seconds < 0'), 0);
  assert.is(
    one(
      'SELECT COUNT(*) FROM calls WHERE charged <> (SELECT COALESCE(SUM(charged), 0) FROM leases WHERE call = calls.id)',
    ),
    0,
  );
  const spent = 'SUM(CASE WHEN closed_at IS NULL THEN reserved WHEN closed_at >= ? THEN charged ELSE 0 END)';
  const read = usageReader(ledger.db);
  for (const ext of EXTENSIONS) {
    const extension = one(`SELECT COALESCE(${spent}, 0) FROM leases WHERE ext = ?`, now - DAY, ext);
    const site = one(`SELECT COALESCE(${spent}, 0) FROM leases`, now - DAY);
    const who = { site: 'main', ext, at: now, own: 0, block: '' };
    assert.equal(read.money(who, read.ofExtension(who)).spent, { extension, site });
    if (honest) assert.ok(extension <= SITE.ceilingExtension && site <= SITE.ceilingSite);
  }
}

/** The most that calls ending within one span of 24 hours cost. */
function worst(calls: Call[]): Micros {
  const sorted = [...calls].sort((a, b) => a.ends - b.ends);
  return sorted.reduce((most, { ends }) => {
    const within = sorted.filter((c) => c.ends > ends - DAY && c.ends <= ends);
    return Math.max(
      most,
      within.reduce((sum, c) => sum + c.cost, 0),
    );
  }, 0);
}

for (const [name, judge, lives] of [
  ['every call takes all that is left', greedy, 60],
  ["the product's own rules decide", product, 30],
] as const) {
  test(`no interleaving of calls, ends, crashes and restarts costs more than the ceiling: ${name}`, async () => {
    const folder = mkdtempSync(join(tmpdir(), 'dialwarden-'));
    let most = 0;
    let number = 0;
    try {
      for (let seed = 1; seed <= lives; seed++) {
        const calls = await live(seed, join(folder, `${seed}.db`), judge);
        number += calls.length;
        for (const ext of EXTENSIONS) {
          const cost = worst(calls.filter((c) => c.attempt.ext === ext));
          assert.ok(cost <= SITE.ceilingExtension, `seed ${seed}: extension ${ext} lost ${cost}`);
        }
        const cost = worst(calls);
        assert.ok(cost <= SITE.ceilingSite, `seed ${seed}: the site lost ${cost}`);
        most = Math.max(most, cost);
      }
    } finally {
      rmSync(folder, { recursive: true });
    }
    assert.ok(most > SITE.ceilingSite / 2, `the ceiling was never near: ${most} in ${number} calls`);
  });
}

test.run();
