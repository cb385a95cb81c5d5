import { judge, type Range, type Reader, readerOf } from './fallback-judge.ts';
import { digitForms, plusForms } from './numbering/forms.ts';
import type { SitePlan } from './numbering/reading.ts';
import { siteOf } from './numbering/site.ts';
import { builtIn, type RiskTable } from './risk/table.ts';

/** What may pass while the guard gives no verdict. */
export interface FallbackList {
  /** Emergency numbers, as they reach the trunk and with the outside line. */
  emergency: string[];
  /**
   * National geographic, mobile and freephone numbers as people dial them, one pattern a range and length: digits, `X` any
   * digit, `Z` 1-9, `N` 2-9, `[2-57]` one of these, and nothing else after a leading `+`.
   */
  patterns: string[];
}

/** Longest dialled string: a trunk prefix, a carrier's code and the digits of E.164. */
const LONGEST = 18;

/** The national numbers of a site that cost next to nothing, whoever dials them. Empty where the country is unknown. */
export function fallbackList(plan: SitePlan, table: RiskTable = builtIn()): FallbackList {
  const site = siteOf(plan);
  const codes = [...site.emergency].sort();
  const outside = site.outsideLine ? codes.map((code) => `${site.outsideLine}${code}`) : [];
  const emergency = [...codes, ...outside];
  const country = site.plan;
  if (!country) return { emergency, patterns: [] };
  const reader = readerOf({ ...plan, outsideLine: null }, table, country);
  const digits = digitForms(site, country);
  const plus = plusForms(country);
  const patterns = Array.from({ length: LONGEST + 1 }, (_, left) => [
    ...patternsOf({ prefix: '', left, ...digits(left) }, reader),
    ...patternsOf({ prefix: '+', left, ...plus }, reader).map((tail) => `+${tail}`),
  ]);
  return { emergency, patterns: patterns.flat() };
}

/** Patterns of what follows the prefix in the cheap numbers of a range; digits with the same behind them share one. */
function patternsOf(range: Range, reader: Reader): string[] {
  const { prefix, left, national, others } = range;
  const { verdict, key } = judge(range, reader);
  if (verdict === 'none') return [];
  if (verdict === 'all') return ['X'.repeat(left)];
  const known = key === null ? undefined : reader.found.get(key);
  if (known) return known;
  const byTail = new Map<string, { digits: string; tails: string[] }>();
  for (let digit = 0; digit < 10; digit++) {
    const next = {
      prefix: `${prefix}${digit}`,
      left: left - 1,
      national: national.after(digit),
      others: others.map((place) => place.after(digit)),
    };
    const tails = patternsOf(next, reader);
    const same = tails.join(' ');
    byTail.set(same, { digits: `${byTail.get(same)?.digits ?? ''}${digit}`, tails });
  }
  const patterns = [...byTail.values()].flatMap(({ digits, tails }) => tails.map((tail) => digitClass(digits) + tail));
  if (key !== null) reader.found.set(key, patterns);
  return patterns;
}

/** `0123456789` is `X`, `2346789` is `[2-46-9]`. */
function digitClass(digits: string): string {
  const named: Record<string, string> = { '0123456789': 'X', '123456789': 'Z', '23456789': 'N' };
  if (digits.length === 1) return digits;
  if (named[digits]) return named[digits];
  const runs = digits.match(/0?1?2?3?4?5?6?7?8?9?/g)!.filter(Boolean);
  return `[${runs.flatMap(spans).join('')}]`;
}

/** Neighbours of an ascending string of digits as spans: `2346` is `2-4` and `6`. */
function spans(digits: string): string[] {
  const out: string[] = [];
  for (const digit of digits) {
    const last = out.at(-1);
    if (last && Number(digit) === Number(last.at(-1)) + 1) out[out.length - 1] = `${last[0]}-${digit}`;
    else out.push(digit);
  }
  return out;
}
