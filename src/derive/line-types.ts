/**
 * Which prefixes decide a number's line type, from the patterns in libphonenumber's metadata (Apache-2.0, see NOTICE).
 *
 * All patterns behind one country calling code become one automaton; walking it digit by digit ends where one line type
 * alone can still match, or where only the length tells them apart.
 */
import { createRequire } from 'node:module';
import type { LineType } from '../core/destination.ts';
import { compiler, type State, step } from '../core/numbering/automaton.ts';

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
const ORDINARY: ReadonlySet<Verdict> = new Set(['fixed', 'mobile', 'fixed-or-mobile', 'unknown']);
/** India allots landline and mobile ranges by turns, four digits deep, and both cost the same to reach. */
const INTERLEAVED = new Set(['91']);

const metadata = createRequire(import.meta.url)('libphonenumber-js/metadata.max.json') as Metadata;

/** One pattern of one line type: matched in `accept` by numbers of these lengths. */
interface Ending {
  type: LineType;
  lengths: ReadonlySet<number>;
}

/** A line type, or several by the digits of the whole number, dearest first: `premium:11 fixed:10`. */
type Verdict = LineType | `${LineType}:${string}`;

interface Tree {
  /** The line type of all below; null where no number is valid; undefined where `children` differ. */
  type: Verdict | null | undefined;
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

/** Which digits a whole number has for each line type that is still possible. */
type Possible = ReadonlyMap<LineType, ReadonlySet<number>>;

interface Visited {
  tree: Tree;
  possible: Possible;
  /** Further digits make no difference, only their number. */
  level: boolean;
}

const NOWHERE: Visited = { tree: { type: null, children: [] }, possible: new Map(), level: true };

/** Prefix tree of one calling code's national numbers. Equal states at equal depth give the same tree. */
function walk(code: string, entry: State[], endings: Map<State, Ending>): Tree {
  const known = new Map<string, Visited>();
  const visit = (states: State[], depth: number): Visited => {
    if (states.length === 0) return NOWHERE;
    const key = `${depth}:${states.map((state) => state.id).join(',')}`;
    const seen = known.get(key);
    if (seen) return seen;
    const below = Array.from({ length: 10 }, (_, digit) => visit(step(states, digit), depth + 1));
    const here = states.map((state) => endings.get(state)).filter((ending) => ending?.lengths.has(depth));
    const possible = united([
      ...below.map((child) => child.possible),
      ...here.map((ending) => new Map([[ending!.type, new Set([code.length + depth])]])),
    ]);
    const level = below.every((child) => child === below[0] && child.level);
    const type = verdict(possible, level);
    const visited = {
      tree: { type, children: type === undefined ? below.map(({ tree }) => tree) : [] },
      possible,
      level,
    };
    known.set(key, visited);
    return visited;
  };
  return visit(entry, 0).tree;
}

function united(all: readonly Possible[]): Possible {
  const union = new Map<LineType, Set<number>>();
  for (const possible of new Set(all)) {
    for (const [type, lengths] of possible) union.set(type, new Set([...(union.get(type) ?? []), ...lengths]));
  }
  return union;
}

/** What a prefix says: one type, none, or undecided; where only the length can still decide, the types by length. */
function verdict(possible: Possible, level: boolean): Verdict | null | undefined {
  const types = DEARNESS.filter((type) => possible.has(type));
  if (types.length <= 1) return types[0] ?? null;
  if (!level) return undefined;
  if (types.every((type) => ORDINARY.has(type))) return 'fixed-or-mobile';
  return types
    .map((type) => `${type}:${[...possible.get(type)!].sort((a, b) => a - b).join(',')}`)
    .join(' ') as Verdict;
}

/** Rows (national prefix, type) chosen so that the longest prefix of any valid number names its type; '' is the rest. */
export type Row = [prefix: string, type: Verdict];

const fits = (type: Verdict | null, inherited: Verdict): boolean =>
  type === null ? ORDINARY.has(inherited) : type === inherited;

/** The fewest rows that say the same as the tree: for each inherited type the cost of leaving it or of naming another. */
function fewest(tree: Tree): Row[] {
  const verdicts = [...new Set([...ORDINARY, ...leaves(tree)])];
  const known = new Map<Tree, number[]>();
  const costs = (node: Tree): number[] => {
    const seen = known.get(node);
    if (seen) return seen;
    const cost = verdicts.map((inherited, at) => {
      if (node.type !== undefined) return fits(node.type, inherited) ? 0 : Number.POSITIVE_INFINITY;
      return node.children.reduce((sum, child) => sum + Math.min(costs(child)[at]!, 1 + Math.min(...costs(child))), 0);
    });
    known.set(node, cost);
    return cost;
  };
  const rows: Row[] = [];
  const emit = (node: Tree, prefix: string, inherited: Verdict): void => {
    const cost = costs(node);
    const least = Math.min(...cost);
    const stay = cost[verdicts.indexOf(inherited)]! <= least + 1;
    const type = stay ? inherited : verdicts[cost.indexOf(least)]!;
    if (!stay) rows.push([prefix, type]);
    node.children.forEach((child, digit) => {
      emit(child, prefix + digit, type);
    });
  };
  emit(tree, '', 'unknown');
  return rows;
}

/** Every line type that some prefix of the tree names. */
function leaves(tree: Tree, seen = new Set<Tree>()): Verdict[] {
  if (seen.has(tree)) return [];
  seen.add(tree);
  return tree.type === undefined ? tree.children.flatMap((child) => leaves(child, seen)) : [tree.type ?? 'unknown'];
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
      return [code, fewest(walk(code, entry, endings))];
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
