import type { Attempt } from './attempt.ts';
import type { Facts } from './facts.ts';
import { isKnown } from './known.ts';
import { formatMicros, type Micros, type Tariff } from './money.ts';
import type { Policy } from './policy.ts';
import { affordable, CAP_KNOWN, CAP_NEW, lifetimeMs, reserveFor, scopesOf } from './spend.ts';
import type { Finding, Lease } from './verdict.ts';

/** The share of an extension's ceiling that one confirmation of a new block of numbers buys. */
export const NEW_SHARE = 5;

/** One bound on what this call may still cost. */
interface Bound {
  code: string;
  text: string;
  limit: Micros;
  used: Micros;
}

function bounds(attempt: Attempt, facts: Facts, policy: Policy, familiar: boolean): Bound[] {
  const { spent, confirmed, usage, limits } = facts;
  const all: Bound[] = [
    {
      code: 'ceiling_extension',
      text: "this extension's loss ceiling",
      limit: policy.ceilingExtension,
      used: spent.extension,
    },
    { code: 'ceiling_site', text: "the site's loss ceiling", limit: policy.ceilingSite, used: spent.site },
  ];
  if (!familiar)
    all.push({
      code: 'ceiling_new_destination',
      text: 'what a new destination may cost before it is known',
      limit: Math.floor(policy.ceilingExtension / NEW_SHARE),
      used: confirmed.blockSpent,
    });
  for (const scope of scopesOf(attempt.destination)) {
    const limit = limits.numbers.money_per_day[scope];
    if (limit !== null)
      all.push({
        code: 'limit_money_per_day',
        text: 'the money limit of 24 hours',
        limit,
        used: usage.money_per_day[scope],
      });
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
  const familiar = allowedByOwner || isKnown(facts);
  const all = bounds(attempt, facts, policy, familiar);
  const tightest = all.reduce((a, b) => (b.limit - b.used < a.limit - a.used ? b : a));
  const wanted = Math.min(familiar ? CAP_KNOWN : CAP_NEW, minutesLeft(attempt, facts));
  const seconds = affordable(tariff, tightest.limit - tightest.used, wanted);
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
    incident: { kind: 'ceiling', severity: 'critical' },
  };
}
