import data from './data/plans.json' with { type: 'json' };
import { COUNTRY_CODE_1, EXTRAS, type Extra, ONE_COUNTRY } from './extras.ts';
import type { PlanFile, Plans } from './plan-file.ts';

const plans = data as unknown as Plans;

interface Shape {
  pattern: RegExp;
  lengths: ReadonlySet<number>;
}

/** A country's numbering plan, ready to be matched against digits. */
export interface Plan {
  region: string;
  /** E.164 country code. */
  code: string;
  shapes: Shape[];
  idd: RegExp | null;
  /** Trunk prefix, or null where national numbers are dialled whole. */
  trunk: string | null;
  /** National numbers that people dial as they stand. */
  untrunked: RegExp;
  cut: RegExp | null;
  /** What is put for `cut` when it caught a group. */
  put: string | null;
  /** Codes of carriers (pattern) that stand between the trunk prefix and a number; null where none do. */
  carriers: string | null;
  lead: RegExp | null;
  /** Lengths vary so much (Germany, Austria) that almost any digits look like a number of this plan. */
  open: boolean;
  neighbours: NonNullable<Extra['neighbours']>;
  /** Regions that are home to this one, itself included. */
  home: readonly string[];
  emergency: readonly string[];
  short: { all: RegExp; free: RegExp; standard: RegExp; premium: RegExp; never: RegExp } | null;
}

const whole = (source: string | undefined): RegExp => (source ? new RegExp(`^(?:${source})$`) : /^(?!)/);
const start = (source: string | undefined): RegExp | null => (source ? new RegExp(`^(?:${source})`) : null);

function compileShort(file: PlanFile, own: { all: string; free?: string } | undefined): Plan['short'] {
  const codes = own ?? file.short;
  if (!codes) return null;
  const { standard, premium, carrier, text } = own ? {} : (file.short ?? {});
  // Codes of single mobile networks begin with 2 to 9; a landline has its own numbers there.
  const never = [text, carrier && `(?![01])(?:${carrier})`].filter(Boolean).join('|');
  return {
    all: whole(codes.all),
    free: whole(codes.free),
    standard: whole(standard),
    premium: whole(premium),
    never: whole(never),
  };
}

function compile(region: string, file: PlanFile): Plan {
  const extra = EXTRAS[region] ?? (file.code === '1' ? COUNTRY_CODE_1 : {});
  const idd = [extra.idd, file.idd].filter(Boolean).join('|');
  return {
    region: /^\d/.test(region) ? '001' : region,
    code: file.code,
    shapes: file.shapes.map(([pattern, lengths]) => ({ pattern: whole(pattern), lengths: new Set(lengths) })),
    idd: start(idd),
    trunk: file.trunk ?? null,
    untrunked: file.trunk && file.code !== '1' ? whole(file.untrunked) : /^/,
    cut: start(extra.parse?.cut ?? file.parse),
    put: (extra.parse ? extra.parse.put : file.transform) ?? null,
    carriers: extra.carriers ?? null,
    lead: start(file.lead),
    open: file.shapes.some(([, lengths]) => lengths.length > 8),
    neighbours: extra.neighbours ?? [],
    home: ONE_COUNTRY.find((regions) => regions.includes(region)) ?? [region],
    emergency: [...file.emergency, ...(extra.emergency ?? [])],
    short: compileShort(file, extra.short),
  };
}

const compiled = new Map<string, Plan>();

/** The plan of an ISO 3166-1 region or, by its digits, of a non-geographic code (`870`); null when there is none. */
export function planOf(region: string): Plan | null {
  const ready = compiled.get(region);
  if (ready) return ready;
  if (!Object.hasOwn(plans.regions, region)) return null;
  const plan = compile(region, plans.regions[region]!);
  compiled.set(region, plan);
  return plan;
}

/** Country code -> its regions, the main one first; a non-geographic code stands for its own region. */
export const regionsByCode: Readonly<Record<string, readonly string[]>> = plans.codes;

/** Whether `nsn`, a national significant number, has a length and range that `plan` has given out. */
export function isValid(plan: Plan, nsn: string): boolean {
  return plan.shapes.some(({ pattern, lengths }) => lengths.has(nsn.length) && pattern.test(nsn));
}

/** Whether numbers of this many digits were given out under the country code of `e164`, in whatever range. */
export function isPossible(e164: string): boolean {
  const code = countryCode(e164.slice(1));
  const length = e164.length - 1 - (code ?? '').length;
  return (
    code !== null && plans.codes[code]!.some((region) => planOf(region)!.shapes.some((s) => s.lengths.has(length)))
  );
}

/** The assigned country code that `digits` begin with, or null. */
export function countryCode(digits: string): string | null {
  for (let length = 1; length <= 3; length++) {
    const code = digits.slice(0, length);
    if (code.length === length && Object.hasOwn(plans.codes, code)) return code;
  }
  return null;
}

/**
 * Which plan a number of country code `code` belongs to. `home` is preferred where several share the number (+1 800).
 * Where none has it, the area code decides, and at last the code's main country.
 */
export function ownerOf(code: string, nsn: string, home: string | null): { plan: Plan; valid: boolean } {
  const regions = plans.codes[code]!;
  const main = planOf(regions[0]!)!;
  if (regions.length === 1) return { plan: main, valid: isValid(main, nsn) };
  const own = home && regions.includes(home) ? planOf(home)! : null;
  if (own && isValid(own, nsn)) return { plan: own, valid: true };
  const area = code === '1' ? plans.northAmerica[nsn.slice(0, 3)] : undefined;
  const byArea = area ? planOf(area)! : null;
  if (byArea && isValid(byArea, nsn)) return { plan: byArea, valid: true };
  const all = regions.map((region) => planOf(region)!);
  const found = all.find((plan) => isValid(plan, nsn));
  if (found) return { plan: found, valid: true };
  return { plan: byArea ?? all.find((plan) => plan !== main && plan.lead?.test(nsn)) ?? own ?? main, valid: false };
}

/** English name of a region; `ZZ` and unknown ones are named as such. */
export function regionName(region: string): string {
  if (region === '001') return 'international networks';
  return Object.hasOwn(plans.regions, region) ? plans.regions[region]!.name : 'an unknown country';
}

/** ISO 3166-1 code (or `001`) of the country an E.164 number belongs to; `ZZ` when its country code is unassigned. */
export function countryOf(e164: string): string {
  const digits = e164.startsWith('+') ? e164.slice(1) : e164;
  const code = countryCode(digits);
  return code ? ownerOf(code, digits.slice(code.length), null).plan.region : 'ZZ';
}
