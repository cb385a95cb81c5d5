/**
 * Which prefixes decide a number's line type, from the patterns in libphonenumber's metadata (Apache-2.0, see NOTICE).
 *
 * All patterns behind one country calling code become one automaton; walking it digit by digit ends where one line type
 * alone can still match. Where only the length tells types apart, the one that can cost more is taken.
 */
import { createRequire } from 'node:module';
import type { LineType } from '../core/destination.ts';
import { compiler, type State, step } from './line-types-regex.ts';

type Desc = [pattern: string, lengths?: number[]] | 0;
type Country = [code: string, idd: unknown, general: string, lengths: number[], ...rest: unknown[]];
const LEADING_DIGITS = 10;
const DESCRIPTIONS = 11;

/** libphonenumber-js' metadata, version 4: the fields that are read here. */
interface Metadata {
  country_calling_codes: Record<string, string[]>;
  countries: Record<string, Country>;
  nonGeographic: Record<string, Country>;
}

/** Order of the descriptions in a country's description field. */
const TYPES: LineType[] = [
  'fixed',
  'mobile',
  'toll-free',
  'premium',
  'personal',
  'voicemail',
  'uan',
  'pager',
  'voip',
  'shared-cost',
];

/** Dearest first. */
const DEARNESS: LineType[] = [
  'premium',
  'personal',
  'shared-cost',
  'pager',
  'uan',
  'mobile',
  'voicemail',
  'fixed-or-mobile',
  'voip',
  'fixed',
  'toll-free',
];

/** What numbers that nobody has may be taken for: the price of the neighbourhood, but never a special service. */
const ORDINARY: ReadonlySet<LineType> = new Set(['fixed', 'mobile', 'fixed-or-mobile', 'unknown']);
/** India allots landline and mobile ranges by turns, four digits deep, and both cost the same to reach. */
const INTERLEAVED = new Set(['91']);

const metadata = createRequire(import.meta.url)('libphonenumber-js/metadata.max.json') as Metadata;

/** One pattern of one line type: matched in `accept` by numbers of these lengths. */
interface Ending {
  type: LineType;
  lengths: ReadonlySet<number>;
}

export interface Tree {
  /** The line type of all below; null where no number is valid; undefined where `children` differ. */
  type: LineType | null | undefined;
  children: Tree[];
}

function automaton(countries: Country[]): { entry: State[]; endings: Map<State, Ending> } {
  const compile = compiler();
  const endings = new Map<State, Ending>();
  const entry: State[] = [];
  for (const country of countries) {
    const descs = country[DESCRIPTIONS] as Desc[];
    const merged =
      INTERLEAVED.has(country[0]) || (descs[1] && (descs[1][0] === '' || (descs[0] && descs[0][0] === descs[1][0])));
    TYPES.forEach((type, i) => {
      const desc = descs[i];
      if (!desc || desc[0] === '') return;
      const [pattern, lengths] = desc;
      const compiled = compile(pattern);
      entry.push(...compiled.entry);
      endings.set(compiled.accept, {
        type: merged && ORDINARY.has(type) ? 'fixed-or-mobile' : type,
        lengths: new Set(lengths ?? country[3]),
      });
    });
  }
  return { entry: [...new Set(entry)], endings };
}

/** Prefix tree of one calling code's national numbers. Equal states at equal depth give the same tree. */
function walk(entry: State[], endings: Map<State, Ending>): Tree {
  const known = new Map<string, { tree: Tree; types: ReadonlySet<LineType>; level: boolean }>();
  const visit = (states: State[], depth: number): { tree: Tree; types: ReadonlySet<LineType>; level: boolean } => {
    const key = `${depth}:${states.map((state) => state.id).join(',')}`;
    const seen = known.get(key);
    if (seen) return seen;
    const below = Array.from({ length: 10 }, (_, digit) => step(states, digit)).map((next) =>
      next.length === 0 ? NOWHERE : visit(next, depth + 1),
    );
    const types = new Set(below.flatMap(({ types }) => [...types]));
    for (const state of states) {
      const ending = endings.get(state);
      if (ending?.lengths.has(depth)) types.add(ending.type);
    }
    const level = below.every((child) => child === below[0] && child.level);
    const one = single(types, level);
    const result = {
      tree: { type: one, children: one === undefined ? below.map(({ tree }) => tree) : [] },
      types,
      level,
    };
    known.set(key, result);
    return result;
  };
  return visit(entry, 0).tree;
}

const NOWHERE = { tree: { type: null, children: [] }, types: new Set<LineType>(), level: true };

/** The one type of a set; if more digits make no difference (`level`), the dearest. */
function single(types: ReadonlySet<LineType>, level: boolean): LineType | null | undefined {
  if (types.size === 0) return null;
  if (types.size === 1) return [...types][0]!;
  return level ? DEARNESS.find((type) => types.has(type))! : undefined;
}

/** Rows (national prefix, type) chosen so that the longest prefix of any valid number names its type; '' is the rest. */
export type Row = [prefix: string, type: LineType];

const INHERITED: LineType[] = ['unknown', 'fixed-or-mobile', ...TYPES];

const fits = (type: LineType | null, inherited: LineType): boolean =>
  type === null ? ORDINARY.has(inherited) : type === inherited;

/** The fewest rows that say the same as the tree: for each inherited type the cost of leaving it or of naming another. */
function fewest(tree: Tree): Row[] {
  const costs = new Map<Tree, number[]>();
  const kept = (node: Tree): number[] => {
    const seen = costs.get(node);
    if (seen) return seen;
    const cost = INHERITED.map((inherited) => {
      if (node.type !== undefined) return fits(node.type, inherited) ? 0 : Number.POSITIVE_INFINITY;
      const at = INHERITED.indexOf(inherited);
      return node.children.reduce((sum, child) => sum + Math.min(kept(child)[at]!, 1 + Math.min(...kept(child))), 0);
    });
    costs.set(node, cost);
    return cost;
  };
  const rows: Row[] = [];
  const emit = (node: Tree, prefix: string, inherited: LineType): void => {
    const cost = kept(node);
    const least = Math.min(...cost);
    const stay = cost[INHERITED.indexOf(inherited)]! <= least + 1;
    const type = stay ? inherited : INHERITED[cost.indexOf(least)]!;
    if (!stay) rows.push([prefix, type]);
    node.children.forEach((child, digit) => {
      emit(child, prefix + digit, type);
    });
  };
  emit(tree, '', 'unknown');
  return rows;
}

/** The rows of every country calling code. */
export function lineTypes(): Map<string, Row[]> {
  const groups = Object.entries(metadata.country_calling_codes).map(([code, regions]): [string, Country[]] => [
    code,
    regions.map((region) => metadata.countries[region]!),
  ]);
  for (const [code, country] of Object.entries(metadata.nonGeographic)) groups.push([code, [country]]);
  return new Map(
    groups.map(([code, countries]) => {
      const { entry, endings } = automaton(countries);
      return [code, fewest(walk(entry, endings))];
    }),
  );
}

/** Prefix to region: every calling code's main region, and others where leading digits alone tell them apart. */
export function regions(): Map<string, string> {
  const found = new Map<string, string>();
  for (const [code, all] of Object.entries(metadata.country_calling_codes)) {
    found.set(code, all[0]!);
    for (const region of all.slice(1)) {
      const leading = metadata.countries[region]![LEADING_DIGITS];
      if (typeof leading === 'string') for (const digits of shortest(leading)) found.set(code + digits, region);
    }
  }
  for (const code of Object.keys(metadata.nonGeographic)) found.set(code, '001');
  return found;
}

/** The shortest strings that a pattern of leading digits matches from their beginning. */
function shortest(pattern: string): string[] {
  const { entry, accept } = compiler()(pattern);
  const grow = (states: State[], prefix: string): string[] => {
    if (states.includes(accept)) return [prefix];
    if (states.length === 0) return [];
    return Array.from({ length: 10 }, (_, digit) => grow(step(states, digit), prefix + digit)).flat();
  };
  return grow(entry, '');
}
