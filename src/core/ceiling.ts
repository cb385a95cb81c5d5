import type { Attempt } from './attempt.ts';
import type { Facts } from './facts.ts';
import { isKnown } from './known.ts';
import { formatMicros, type Micros, type Tariff } from './money.ts';
import type { Policy } from './policy.ts';
import { affordable, CAP_KNOWN, CAP_NEW, LATE_CUT, lifetimeMs, reserveFor, SHORTEST, scopesOf } from './spend.ts';
import type { Finding, Lease } from './verdict.ts';

/** The share of an extension's ceiling that one confirmation of a new block of numbers buys. */
export const NEW_SHARE = 5;

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

function bounds(attempt: Attempt, facts: Facts, policy: Policy, familiar: boolean): Bound[] {
  const { extension, site } = ceilings(facts, policy);
  const { spent, confirmed, usage, limits } = facts;
  const all = [
    bound('ceiling_extension', "this extension's loss ceiling", extension, spent.extension),
    bound('ceiling_site', "the site's loss ceiling", site, spent.site),
  ];
  const share = Math.floor(extension / NEW_SHARE);
  if (!familiar)
    all.push(bound('ceiling_new_destination', 'the share of a new destination', share, confirmed.blockSpent, 0));
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
 * `familiar`: the destination is known, or allowed by the owner's prefix.
 */
export function moneyLease(
  attempt: Attempt,
  facts: Facts,
  policy: Policy,
  tariff: Tariff,
  allowedByOwner: boolean,
): Lease | Finding {
  const familiar = allowedByOwner || isKnown(attempt, facts, policy);
  const left = minutesLeft(attempt, facts);
  if (left < SHORTEST) return minutesSpent(left);
  const wanted = Math.min(familiar ? CAP_KNOWN : CAP_NEW, left);
  const granted = bounds(attempt, facts, policy, familiar).map((bound) => {
    return { ...bound, seconds: affordable(tariff, bound.limit - bound.used, wanted, bound.late) };
  });
  const { seconds, ...tightest } = granted.reduce((a, b) => (b.seconds < a.seconds ? b : a));
  if (seconds > 0)
    return {
      money: true,
      tariff,
      reserved: reserveFor(tariff, seconds),
      maxSeconds: seconds,
      lifetimeMs: lifetimeMs(seconds),
    };
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
    incident: {
      kind: 'ceiling',
      severity: tightest.late > 0 ? 'critical' : 'warning',
      ofSite: tightest.code === 'ceiling_site',
    },
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
