import type { Attempt } from '../../core/attempt.ts';
import type { Confirmed, Facts, Previous } from '../../core/facts.ts';
import { habitAt } from '../../core/habit.ts';
import { armed } from '../../core/limits.ts';
import { localTime } from '../../core/local-time.ts';
import type { Tariff } from '../../core/money.ts';
import type { Policy } from '../../core/policy.ts';
import { reclassed } from '../../core/reclass.ts';
import { isMoney } from '../../core/spend.ts';
import { blocksReader } from './blocks.ts';
import { blockOfDestination, confirmedReader } from './confirmations.ts';
import type { Db } from './database.ts';
import { tariffReader } from './decks.ts';
import { hoursReader } from './hours.ts';
import { learnedReader } from './misdials.ts';
import { newCallsReader } from './new-calls.ts';
import { overrideReader } from './overrides.ts';
import { type CountryOf, whereaboutsReader } from './phones.ts';
import { prefixesTriedReader } from './probes.ts';
import type { CallRecord } from './record.ts';
import { probedReader } from './scans.ts';
import { standingReader } from './standing.ts';
import { stoppedReader } from './stopped.ts';
import { DAY, HOUR, usageReader } from './usage.ts';

/** How long a number counts as called before, and a slip as known. */
const REMEMBERED = 90 * DAY;
/** How long an extension that refused a question counts as hit. */
const HIT_MS = 3 * HOUR;
/** How long a question keeps a second one of the same extension waiting. */
const QUESTION_MS = 60_000;

export interface Sources {
  /** The policy of any site's name, also of one that the configuration no longer has. */
  policies: (site: string) => Policy;
  mode: () => 'enforce' | 'observe';
  /** The active deck's price of an E.164's digits, from memory; without it the database is asked. */
  rateLookup?: ((digits: string) => Tariff | null) | undefined;
  /** In which country an address is; without it nobody knows. */
  countryOf?: CountryOf | undefined;
}

const NOT_CONFIRMED: Confirmed = {
  vouched: false,
  regionLearned: false,
  today: false,
  blockDays: 0,
  siteDays: 0,
  regionDays: 0,
  siteCalls: 0,
  blockSpent: 0,
};
const NO_NEW_CALLS = { open: 0, riskyBlocks: 0, calls: 0, minutes: 0, tests: 0, extension: 0, site: 0, block: 0 };
const NO_HABIT = { active: 0, near: 0 };
const NOTHING_SPENT = { extension: 0, site: 0 };

/** Reads all that a decision rests on. Call it in the transaction that records the decision. */
export function factsReader(db: Db, { policies, mode, rateLookup, countryOf = () => null }: Sources) {
  const usage = usageReader(db);
  const blocks = blocksReader(db);
  const override = overrideReader(db);
  const standing = standingReader(db);
  const confirmed = confirmedReader(db);
  const tariff = rateLookup ?? tariffReader(db);
  const questions = questionReader(db);
  const newCalls = newCallsReader(db);
  const probed = probedReader(db);
  const hours = hoursReader(db);
  const prefixesTried = prefixesTriedReader(db);
  const whereabouts = whereaboutsReader(db, countryOf);

  return (attempt: Attempt, previous: CallRecord | null, endedAlready: boolean): Facts => {
    const { at, site, destination } = attempt;
    const ext = attempt.ext ?? '';
    const subscriber = 'e164' in destination ? destination : null;
    const digits = subscriber?.e164.slice(1) ?? '';
    const local = localTime(at, policies(site).timezone);
    const stands = standing(site, ext);
    const { limits, clean } = stands;
    const said = digits && stands.overrides ? override(site, digits, at) : null;
    const block = blockOfDestination(destination);
    const who = { site, ext, at, own: previous?.id ?? 0, block };
    const costs = isMoney(reclassed(destination, said));
    // One literal, with what only rules about money look at as it is for a call that costs next to nothing: to put facts
    // together from several objects took longer than to read them.
    const facts: Facts = {
      at,
      local,
      mode: stands.observeUntil > at ? 'observe' : mode(),
      blocks: stands.blocked ? blocks(site, ext, digits, at) : [],
      override: said,
      limits: stands.armedUntil > at ? armed(limits) : limits,
      machine: stands.machine,
      usage: usage.ofExtension(who, costs),
      previous: previous && previousOf(previous),
      endedAlready,
      tariff: null,
      learnedCeilings: null,
      confirmed: NOT_CONFIRMED,
      questionOpen: false,
      wrongKeys: 0,
      refusedLately: 0,
      meantBefore: [],
      meantLearned: [],
      moneyCalls: 0,
      newCalls: NO_NEW_CALLS,
      prefixesTried: 0,
      habit: NO_HABIT,
      stopped: 0,
      stoppedWeek: 0,
      hit: 0,
      spent: NOTHING_SPENT,
      probed: 0,
      whereabouts: null,
    };
    const tried = () => prefixesTried({ site, ext, at, dialled: attempt.dialled, clean });
    if (destination.kind === 'malformed') facts.prefixesTried = tried();
    if (!costs) return facts;
    const region = 'region' in destination ? destination.region : null;
    const known = region === null ? NOT_CONFIRMED : confirmed({ site, ext, region, block, at, local });
    const { blockSpent, ...money } = usage.money(who, facts.usage);
    return Object.assign(facts, money, questions(attempt, who.own, clean, facts.mode === 'observe'), {
      tariff: digits ? tariff(digits) : null,
      learnedCeilings: stands.learnedCeilings,
      confirmed: { ...known, blockSpent },
      newCalls: newCalls({ site, ext, at, block, clean }),
      probed: probed(block, at),
      whereabouts: whereabouts(attempt, policies(site)),
      prefixesTried: tried(),
      habit: habitAt(hours(site, ext), local, policies(site).businessHours),
    });
  };
}

const previousOf = (row: CallRecord): Previous => ({
  action: row.verdict,
  state: row.state,
  cleared: row.cleared === 1,
  maxSeconds: row.max_seconds,
});

type Asked = Pick<
  Facts,
  'questionOpen' | 'wrongKeys' | 'refusedLately' | 'stopped' | 'stoppedWeek' | 'hit' | 'meantBefore' | 'meantLearned'
>;

/** `own`: the call itself, which does not count (0 for none). What was stopped on its channel before does: a phone may choose its unique id. */
function questionReader(db: Db): (attempt: Attempt, own: number, clean: number, observing: boolean) => Asked {
  const asking = db.prepare(
    `SELECT 1 FROM calls WHERE state = 'asking' AND site = ? AND ext = ? AND at > ?
       AND NOT (pbx = ? AND uniqueid = ?) LIMIT 1`,
  );
  const wrong = db.prepare(
    `SELECT COUNT(*) AS keys FROM answers
     WHERE site = ? AND ext = ? AND at > ? AND answer IN ('wrong', 'early')
       AND call NOT IN (SELECT call FROM forgiven)`,
  );
  const refused = db.prepare(
    `SELECT COUNT(*) AS calls FROM calls INDEXED BY calls_warned WHERE verdict = 'warn' AND site = ? AND ext = ?
       AND at > ? AND state IN ('refused', 'asking') AND id <> ?
       AND id NOT IN (SELECT call FROM forgiven)`,
  );
  const stopped = stoppedReader(db);
  const hit = db
    .prepare(
      `SELECT COUNT(*) FROM (
         SELECT ext FROM incidents INDEXED BY incidents_alarm
         WHERE state = 'open' AND severity = 'critical' AND site = @site AND opened_at > @week AND ext <> ''
         UNION SELECT ext FROM calls INDEXED BY calls_refused
         WHERE state = 'refused' AND site = @site AND at > @since AND json_extract(reasons, '$[1].code') <> 'misdial')`,
    )
    .pluck();
  const called = db.prepare('SELECT 1 FROM calls WHERE counted = 1 AND site = ? AND e164 = ? AND at > ? LIMIT 1');
  const learned = learnedReader(db);
  return (attempt, own, clean, observing) => {
    const { site, ext, at, pbx, uniqueid, meant } = attempt;
    const since = at - REMEMBERED;
    const hour = Math.max(at - HOUR, clean);
    const day = Math.max(at - DAY, clean);
    return {
      questionOpen: asking.get(site, ext ?? '', at - QUESTION_MS, pbx, uniqueid) !== undefined,
      wrongKeys: (wrong.get(site, ext ?? '', day) as { keys: number }).keys,
      refusedLately: (refused.get(site, ext ?? '', hour, own) as { calls: number }).calls,
      stopped: stopped(attempt, own, day, observing),
      stoppedWeek: stopped(attempt, own, Math.max(at - 7 * DAY, clean), observing),
      hit: hit.get({ site, since: at - HIT_MS, week: at - 7 * DAY }) as number,
      meantBefore: meant.map(({ e164 }) => e164).filter((e164) => called.get(site, e164, since) !== undefined),
      meantLearned: learned(attempt, since),
    };
  };
}
