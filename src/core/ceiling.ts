import type { Attempt } from './attempt.ts';
import type { Facts } from './facts.ts';
import { isWaking } from './habit.ts';
import { isNew } from './known.ts';
import { formatMicros, type Micros, type Tariff } from './money.ts';
import type { Policy } from './policy.ts';
import {
  affordable,
  CAP_KNOWN,
  CAP_NEW,
  isElevated,
  LATE_CUT,
  lifetimeMs,
  reserveFor,
  SHORTEST,
  scopesOf,
} from './spend.ts';
import type { Finding, Lease } from './verdict.ts';

/**
 * Shares of the ceilings that new destinations get in 24 hours, since one key was all that spoke for them: a fifth of an
 * extension's for a block of numbers, and twice that below class elevated, for everybody's calls to that block, and for
 * all new ones of the extension; a fifth of the site's for all of them.
 */
const NEW_SHARE = 5;

/** By so much less is bought by a key that is more likely an intruder's: pressed at night on a sleeping extension, or after a test call. */
const DOUBTFUL = 2;
/** Stops in 24 hours after which one more against a share is no misunderstanding: somebody is called. */
const PERSISTENT = 2;

/**
 * The part of what is left that one call may take where that is enough seconds for it: else the next caller, or the call
 * that somebody makes beside this one, is blocked while it lasts.
 */
const ROOM: Record<string, { part: number; enough: number }> = {
  ceiling_extension: { part: 0.8, enough: 600 },
  ceiling_site: { part: 0.5, enough: SHORTEST },
  ceiling_new_site: { part: 0.5, enough: SHORTEST },
};

/** One bound on what this call may still cost. */
interface Bound {
  code: string;
  text: string;
  limit: Micros;
  used: Micros;
  /** Seconds by which a cut may come late without passing this bound; 0 for a share, which is no promise to the owner. */
  late: number;
}

const bound = (code: string, text: string, limit: Micros, used: Micros, late = LATE_CUT): Bound => {
  return { code, text, limit, used, late };
};

/** The ceilings in force: the owner's, else what `learn` found where that is more than the default. */
function ceilings({ learnedCeilings: learned }: Facts, policy: Policy): { extension: Micros; site: Micros } {
  const own = { extension: policy.ceilingExtension, site: policy.ceilingSite };
  if (policy.ceilingsByOwner || !learned) return own;
  return { extension: Math.max(own.extension, learned.extension), site: Math.max(own.site, learned.site) };
}

/** A key pressed at night on an extension that hardly ever calls, or a day after a call of seconds to a dear range. */
const isDoubtful = ({ habit, local, newCalls }: Facts, policy: Policy): boolean =>
  isWaking(habit, local, policy.businessHours) || newCalls.tests > 0;

function shares(attempt: Attempt, facts: Facts, policy: Policy, extension: Micros, site: Micros): Bound[] {
  const { newCalls, confirmed } = facts;
  const one = Math.floor(extension / NEW_SHARE / (isDoubtful(facts, policy) ? DOUBTFUL : 1));
  const block = isElevated(attempt.destination) ? one : 2 * one;
  const all = Math.floor(site / NEW_SHARE);
  return [
    bound('ceiling_new_destination', 'the share of a new destination', block, confirmed.blockSpent, 0),
    bound('ceiling_new_together', "the site's share of a new destination", 2 * one, newCalls.block, 0),
    bound('ceiling_new_extension', "this extension's share for new destinations", 2 * one, newCalls.extension, 0),
    bound('ceiling_new_site', "the site's share for new destinations", all, newCalls.site, 0),
  ];
}

function bounds(attempt: Attempt, facts: Facts, policy: Policy, fresh: boolean): Bound[] {
  const { extension, site } = ceilings(facts, policy);
  const { spent, usage, limits } = facts;
  const all = [
    bound('ceiling_extension', "this extension's loss ceiling", extension, spent.extension),
    bound('ceiling_site', "the site's loss ceiling", site, spent.site),
  ];
  if (fresh) all.push(...shares(attempt, facts, policy, extension, site));
  for (const scope of scopesOf(attempt.destination)) {
    const limit = limits.numbers.money_per_day[scope];
    if (limit !== null)
      all.push(bound('limit_money_per_day', 'the money limit of 24 hours', limit, usage.money_per_day[scope]));
  }
  return all;
}

/** Seconds that the daily minute limits leave; they cap a call that costs money. */
function minutesLeft(attempt: Attempt, { limits, usage }: Facts): number {
  const left = scopesOf(attempt.destination).map((scope) => {
    const limit = limits.numbers.minutes_per_day[scope];
    return limit === null ? Number.POSITIVE_INFINITY : (limit - usage.minutes_per_day[scope]) * 60;
  });
  return Math.max(0, Math.floor(Math.min(...left)));
}

/**
 * What a call that costs money may hold: a cap in whole billing increments and the price of it, such that charged and
 * reserved money of extension and site stay within their ceilings in any 24 hours. A finding when nothing useful is left.
 */
export function moneyLease(attempt: Attempt, facts: Facts, policy: Policy, tariff: Tariff): Lease | Finding {
  const fresh = isNew(attempt, facts, policy);
  const left = minutesLeft(attempt, facts);
  if (left < SHORTEST) return minutesSpent(left);
  const wanted = Math.min(fresh ? CAP_NEW : CAP_KNOWN, left);
  const granted = bounds(attempt, facts, policy, fresh).map((bound) => {
    const within = (left: Micros) => affordable(tariff, left, wanted, bound.late);
    const left = bound.limit - bound.used;
    const { part, enough } = ROOM[bound.code] ?? { part: 1, enough: 0 };
    const some = within(left * part);
    return { ...bound, seconds: some >= enough ? some : within(left) };
  });
  const { seconds, ...tightest } = granted.reduce((a, b) => (b.seconds < a.seconds ? b : a));
  if (seconds > 0)
    return {
      money: true,
      tariff,
      reserved: reserveFor(tariff, seconds),
      maxSeconds: seconds,
      fresh,
      lifetimeMs: lifetimeMs(seconds),
    };
  const grave = tightest.late > 0 || (isElevated(attempt.destination) && facts.stopped >= PERSISTENT);
  return {
    family: 'ceiling',
    action: 'block',
    code: tightest.code,
    text: `${formatMicros(tightest.limit)} ${policy.currency}, ${tightest.text}, leaves too little for this call`,
    evidence: {
      limit: formatMicros(tightest.limit),
      used: formatMicros(tightest.used),
      per_minute: formatMicros(tariff.perMinute),
      connect_fee: formatMicros(tariff.connectFee),
      price: tariff.source,
    },
    incident: { kind: 'ceiling', severity: grave ? 'critical' : 'warning', ofSite: tightest.code === 'ceiling_site' },
  };
}

const minutesSpent = (left: number): Finding => ({
  family: 'limit',
  action: 'block',
  code: 'limit_minutes_per_day',
  text: 'The minutes of 24 hours are used up',
  evidence: { seconds_left: left },
  incident: { kind: 'limit', severity: 'warning' },
});
