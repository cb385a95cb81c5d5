import { type CarryingCode, DIGIT_CODES, STAR_CODES, usedIn } from './codes.ts';
import { EMERGENCY_ANYWHERE } from './extras.ts';
import { type Matcher, matchersOf } from './internal.ts';
import { type Plan, planOf } from './plan.ts';
import type { SitePlan } from './reading.ts';

/** A site's dialling habits, ready to be matched. */
export interface Site {
  plan: Plan | null;
  /** The plan's region, or `ZZ`. */
  region: string;
  outsideLine: string | null;
  areaCode: string | null;
  /** Empty for the default. */
  internal: readonly Matcher[];
  emergency: ReadonlySet<string>;
  starCodes: readonly CarryingCode[];
  digitCodes: readonly CarryingCode[];
}

const digitsOnly = (text: string): string => text.replace(/\D/g, '');

function areaCode(given: string | null, plan: Plan | null): string | null {
  const digits = digitsOnly(given ?? '');
  if (digits === '') return null;
  // Owners write 040 for 40. No area code begins with a trunk prefix of 0; with 8 (Russia) some do.
  return plan?.trunk?.startsWith('0') && digits.startsWith(plan.trunk) ? digits.slice(plan.trunk.length) : digits;
}

function build(from: SitePlan): Site {
  const plan = from.country ? planOf(from.country.toUpperCase()) : null;
  const region = plan?.region ?? 'ZZ';
  const code = plan?.code ?? null;
  return {
    plan,
    region,
    outsideLine: from.outsideLine && /^[\d*#]{1,4}$/.test(from.outsideLine) ? from.outsideLine : null,
    areaCode: areaCode(from.areaCode, plan),
    internal: matchersOf(from.internal),
    emergency: new Set([...(plan?.emergency ?? EMERGENCY_ANYWHERE), ...from.emergency.map(digitsOnly)].filter(Boolean)),
    starCodes: STAR_CODES.filter((entry) => usedIn(entry, region, code)),
    digitCodes: DIGIT_CODES.filter((entry) => usedIn(entry, region, code)),
  };
}

const built = new WeakMap<SitePlan, Site>();

/** Compiles a site's plan once; the plan must not be changed afterwards. */
export function siteOf(plan: SitePlan): Site {
  let site = built.get(plan);
  if (!site) {
    site = build(plan);
    built.set(plan, site);
  }
  return site;
}
