import { kilometres } from '../addresses/distance.ts';
import type { KnownNetwork } from '../addresses/whereabouts.ts';
import { regionName } from '../numbering/plan.ts';
import type { Rule } from './rule.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
/** Farther than anybody travels in an hour: airliners make 900 km. */
const FAR_KM = 1_000;

/**
 * One extension in two countries within an hour that are farther apart than anybody travels: two people have its password, or
 * one of them a VPN. Whoever calls is questioned, and somebody has to look. Networks that both have been its own for a day are such a habit, and no news.
 */
export const farApart: Rule = ({ ext, at }, { whereabouts: w }) => {
  if (!w?.country || w.owner?.action === 'allow') return null;
  const settled = (k: KnownNetwork | undefined) => k !== undefined && k.first <= at - DAY;
  const here = settled(w.known.find((k) => k.network === w.network));
  for (const k of w.known) {
    const away = k.country !== null && k.country !== w.country ? kilometres(k.country, w.country) : null;
    if (away === null || away < FAR_KM || k.last <= at - HOUR || (here && settled(k))) continue;
    const minutes = Math.round((at - k.last) / 60_000);
    return {
      family: 'address',
      action: 'warn',
      code: 'far_apart',
      text: `Extension ${ext ?? '(none)'} calls from ${regionName(w.country)} ${minutes} minutes after it called from ${regionName(k.country!)}, ${away} km away`,
      evidence: {
        address: w.address,
        country: w.country,
        before: k.network,
        country_before: k.country!,
        km: away,
        minutes,
      },
      incident: { kind: 'pattern', severity: 'warning' },
    };
  }
  return null;
};
