import type { Destination } from './destination.ts';
import { LONGER_THAN_LOCAL } from './numbering/number.ts';
import { planOf } from './numbering/plan.ts';
import { readDialled } from './numbering/read.ts';
import type { SitePlan } from './numbering/reading.ts';
import { siteOf } from './numbering/site.ts';
import { classify } from './risk/classify.ts';
import { builtIn, type RiskTable } from './risk/table.ts';

/** What may pass while the guard gives no verdict. */
export interface FallbackList {
  /** Emergency numbers, as they reach the trunk and with the outside line. */
  emergency: string[];
  /**
   * Every national geographic, mobile and freephone number, one pattern a range and length: digits, `X` any digit, `Z` 1-9,
   * `N` 2-9, `[2-57]` one of these, and nothing else after a leading `+`.
   */
  patterns: string[];
}

const SAFE = new Set(['fixed', 'mobile', 'fixed-or-mobile', 'toll-free']);
/** Numbers tried of each range: the risk table tells where ranges part, these tell which are in use. */
const TRIED = 16;
/** Digits in which ranges that the risk table does not part are told from each other. */
const DEPTH = 2;
/** Where the table does not part what is cheap from what is not, the length often does; that far it is looked for. */
const MIXED_DEPTH = 4;

type Range = 'all' | 'none' | 'parts';

/** What a national number means as it is dialled; null where it is read as any other number (a carrier's code, an IDD). */
type Look = (nsn: string) => Destination | null;

/** The national numbers of a site that cost next to nothing, whoever dials them. Empty where the country is unknown. */
export function fallbackList(plan: SitePlan, table: RiskTable = builtIn()): FallbackList {
  const site = siteOf(plan);
  const codes = [...site.emergency].sort();
  const outside = site.outsideLine ? codes.map((code) => `${site.outsideLine}${code}`) : [];
  const emergency = [...codes, ...outside];
  const country = site.plan && planOf(site.plan.region);
  if (!country) return { emergency, patterns: [] };
  const { code, trunk } = country;
  const lengths = [...new Set(country.shapes.flatMap((shape) => [...shape.lengths]))].sort((a, b) => a - b);
  const parted = partedPrefixes(table, code);
  const atTrunk = { ...plan, outsideLine: null };
  // The first way to dial is the one that could be taken for something else; the others name the country.
  const heads = code === '1' ? ['', '1', '+1'] : [trunk ?? '', `+${code}`];
  const look =
    (dialled: (nsn: string) => string): Look =>
    (nsn) => {
      const reading = readDialled(dialled(nsn), atTrunk);
      return 'e164' in reading && reading.e164 === `+${code}${nsn}` ? classify(reading, table) : null;
    };
  const whole = look((nsn) => heads[0] + nsn);
  const area = site.areaCode ?? '';
  const local = look((nsn) => nsn.slice(area.length));
  const patterns = lengths.flatMap((length) => {
    const tails = ranges('', length, parted, whole);
    // Without the area code: none begins with 0 or 1, those lead out of the area.
    const left = length - area.length;
    const near = area && left >= 5 && left < LONGER_THAN_LOCAL ? parts(area, '23456789', length, parted, local) : [];
    return [...heads.flatMap((head) => tails.map((tail) => head + tail)), ...near];
  });
  return { emergency, patterns: [...new Set(patterns)] };
}

/** National numbers (without country code) at which the risk table goes on to longer prefixes. */
function partedPrefixes({ prefixes }: RiskTable, code: string): Set<string> {
  const parted = new Set<string>();
  for (const prefix of prefixes) {
    if (!prefix.startsWith(code)) continue;
    for (let end = code.length; end < prefix.length; end++) parted.add(prefix.slice(code.length, end));
  }
  return parted;
}

/** Patterns of what follows `prefix` in the safe numbers of a length. */
function ranges(prefix: string, length: number, parted: Set<string>, look: Look): string[] {
  const found = judge(prefix, length, parted, look);
  if (found === 'none') return [];
  if (found === 'all') return ['X'.repeat(length - prefix.length)];
  return parts(prefix, '0123456789', length, parted, look);
}

/** The same for a choice of next digits; those with the same patterns behind them share one. */
function parts(prefix: string, next: string, length: number, parted: Set<string>, look: Look): string[] {
  const byTail = new Map<string, { digits: string; tails: string[] }>();
  for (const digit of next) {
    const tails = ranges(prefix + digit, length, parted, look);
    const key = tails.join(' ');
    byTail.set(key, { digits: (byTail.get(key)?.digits ?? '') + digit, tails });
  }
  return [...byTail.values()].flatMap(({ digits, tails }) => tails.map((tail) => digitClass(digits) + tail));
}

function judge(prefix: string, length: number, parted: Set<string>, look: Look): Range {
  const read = samples(prefix, length).map(look);
  const inUse = read.filter((d) => d?.kind === 'national' && d.valid);
  if (inUse.length === 0) return prefix.length < DEPTH && prefix.length < length ? 'parts' : 'none';
  const cheap = inUse.filter((d) => d?.kind === 'national' && d.class === 'low' && SAFE.has(d.lineType));
  const safe = cheap.length === inUse.length && read.every((d) => d?.kind === 'national');
  const open =
    prefix.length < DEPTH || parted.has(prefix) || (!safe && cheap.length > 0 && prefix.length < MIXED_DEPTH);
  if (open && prefix.length < length) return 'parts';
  return safe ? 'all' : 'none';
}

/** Numbers that begin with `prefix`, the same at every call. */
function samples(prefix: string, length: number): string[] {
  const missing = length - prefix.length;
  let seed = 7;
  const digit = () => {
    seed = (seed * 48_271) % 2_147_483_647;
    return String(Math.floor(seed / 1_000) % 10);
  };
  const count = missing === 0 ? 1 : TRIED;
  return Array.from({ length: count }, () => prefix + Array.from({ length: missing }, digit).join(''));
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
