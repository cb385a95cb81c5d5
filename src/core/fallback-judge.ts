import { drawn, type Place } from './numbering/automaton.ts';
import type { Forms } from './numbering/forms.ts';
import { LONGER_THAN_LOCAL } from './numbering/number.ts';
import type { Plan } from './numbering/plan.ts';
import { readDialled } from './numbering/read.ts';
import type { SitePlan } from './numbering/reading.ts';
import { siteOf } from './numbering/site.ts';
import { classify } from './risk/classify.ts';
import { type Outlook, outlookOf } from './risk/outlook.ts';
import type { RiskTable } from './risk/table.ts';

const SAFE = new Set(['fixed', 'mobile', 'fixed-or-mobile', 'toll-free']);
/** Numbers of each kind that are tried of a range. */
const TRIED = 16;
/** Enough to see that a range falls apart. */
const FEW = 4;
/** Digits up to which a range is looked into even if no number that was tried is wanted. */
const BLIND = 3;

/** The dialled strings of one length that begin alike. */
export interface Range extends Forms {
  prefix: string;
  left: number;
}

/** What a dialled string comes to. */
interface Look {
  /** Empty if nobody has the number. */
  e164: string;
  /** National, to a landline, a mobile or a freephone number, and neither dear nor doubtful. */
  cheap: boolean;
  /** Cheap, given out, and dialled as people there dial it. */
  wanted: boolean;
}

/** What a site's reader makes of dialled strings. */
export interface Reader {
  look(dialled: string): Look;
  outlook(prefix: string): Outlook;
  /** Whether `prefix` begins as a call abroad does, whatever else it may be. */
  isAbroad(prefix: string): boolean;
  /** Whether `prefix` and what follows is dialled as it stands, which only some numbers may be. */
  isBare(prefix: string, begun: string): boolean;
  below(n: number): number;
  /** A number for each place. */
  nameOf(place: Place): number;
  /** Patterns that were found, by the key of their range. */
  found: Map<string, string[]>;
}

export interface Judgement {
  verdict: 'all' | 'none' | 'parts';
  /** Ranges of one key have the same patterns; null for one that stands alone. */
  key: string | null;
}

/** Whether people there dial a national number so: as it stands, behind the trunk prefix, within its area, or rewritten. */
function isUsual(
  dialled: string,
  number: string,
  { trunk, untrunked, cut, put }: Plan,
  areaCode: string | null,
): boolean {
  if (dialled === number) return untrunked.test(dialled);
  if (dialled === (trunk ?? '') + number) return true;
  if (dialled.length < LONGER_THAN_LOCAL && (areaCode ?? '') + dialled === number) return true;
  // Argentina's 15, Brazil's carrier, the 0 of Belarus; local numbers of the Caribbean.
  const rewritten = cut !== null && dialled.replace(cut, put ?? '') === number;
  return rewritten && (dialled.length < number.length || dialled.startsWith(trunk ?? ''));
}

export function readerOf(plan: SitePlan, table: RiskTable, country: Plan): Reader {
  const { areaCode } = siteOf(plan);
  const names = new Map<Place, number>();
  let seed = 7;
  return {
    look(dialled) {
      const read = classify(readDialled(dialled, plan), table);
      if (!('e164' in read)) return { e164: '', cheap: false, wanted: false };
      const { e164, kind, lineType, valid } = read;
      const cheap = kind === 'national' && read.class === 'low' && SAFE.has(lineType);
      const usual = dialled.startsWith('+') || isUsual(dialled, e164.slice(1 + country.code.length), country, areaCode);
      return { e164: valid ? e164 : '', cheap, wanted: cheap && valid && usual };
    },
    outlook: outlookOf(table, country.code),
    isAbroad: (prefix) => country.idd?.test(prefix) ?? false,
    isBare: (prefix, begun) => begun === `+${country.code}${prefix}`,
    below(n) {
      seed = (seed * 48_271) % 2_147_483_647;
      return Math.floor(seed / 1_000) % n;
    },
    nameOf(place) {
      if (!names.has(place)) names.set(place, names.size);
      return names.get(place)!;
    },
    found: new Map(),
  };
}

/** Whether all of a range is cheap, none of it, or only parts: tried with numbers given out, with others among them, and with any. */
export function judge(range: Range, reader: Reader): Judgement {
  const { prefix, left, national, others } = range;
  const { look, below } = reader;
  if (!national.canEnd(left) || reader.isAbroad(prefix)) return { verdict: 'none', key: null };
  const tries = (count: number, digits: () => string): Look[] =>
    Array.from({ length: left === 0 ? 1 : count }, () => look(prefix + digits()));
  const own = tries(FEW, () => drawn(national, left, below));
  if (left === 0) return { verdict: own[0]!.wanted ? 'all' : 'none', key: null };
  const begun = (looks: Look[]) => [
    ...new Set(looks.filter(({ e164 }) => e164).map(({ e164 }) => e164.slice(0, -left))),
  ];
  const first = begun(own);
  const outlook = first.length === 1 ? reader.outlook(first[0]!) : null;
  const key =
    outlook === null || reader.isBare(prefix, first[0]!)
      ? null
      : [left, ...[national, ...others].map(reader.nameOf), outlook.key].join();
  if (outlook?.parted || prefix.length < BLIND) return { verdict: 'parts', key };
  own.push(...tries(TRIED - FEW, () => drawn(national, left, below)));
  const all = begun(own);
  if (!own.some(({ wanted }) => wanted))
    return { verdict: all.some((start) => reader.outlook(start).parted) ? 'parts' : 'none', key: null };
  const fine = (looks: Look[]) => looks.every(({ cheap }) => cheap);
  const any = () => Array.from({ length: left }, () => below(10)).join('');
  const whole =
    all.length === 1 &&
    fine(own) &&
    fine(tries(TRIED, any)) &&
    others.every((place) => !place.canEnd(left) || fine(tries(TRIED, () => drawn(place, left, below))));
  return { verdict: whole ? 'all' : 'parts', key };
}
