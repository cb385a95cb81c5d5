import type { LineType, RiskClass } from '../destination.ts';
import derived from './data/line-types.json' with { type: 'json' };
import special from './data/special.json' with { type: 'json' };
import world from './data/world.json' with { type: 'json' };
import { path, type Trie } from './trie.ts';
import { build } from './trie-build.ts';

/** A public list, order or report that names countries which toll fraud dials. */
export interface Source {
  title: string;
  kind: string;
  year: number;
  url: string;
}

/** A country's risk as public lists have it: how many of them name it, how many of those are narrow, and which. */
export interface CountryRow {
  prefix: string;
  name: string;
  class: RiskClass;
  lists: number;
  narrow: number;
  /** Keys of `sources`. */
  sources: string[];
  /** The prefix that this one was laid over: the same country, counted with it. */
  overlays?: string;
}

/** What the number's country does not decide: satellite, premium, shared cost, and corrections to derived line types. */
export interface SpecialRow {
  name: string;
  lineType: LineType;
  /** Wins over the country's class; absent where the line type decides. */
  class?: RiskClass;
  /** Wins for calls within the country. */
  nationalClass?: RiskClass;
  source: string;
}

/** All that is known about one prefix. */
export interface PrefixFacts {
  region?: string | undefined;
  country?: CountryRow | undefined;
  special?: SpecialRow | undefined;
  /** Derived from the numbering plan; several where only the length (digits of the whole number) decides, dearest first. */
  lineTypes?: { lineType: LineType; lengths: number[] | null }[] | undefined;
}

export interface RiskTable {
  trie: Trie;
  /** Every prefix, and what the trie's values stand for. */
  prefixes: string[];
  facts: PrefixFacts[];
  sources: Record<string, Source>;
  /** Where derived line types come from. */
  derivedFrom: string;
}

let table: RiskTable | null = null;

/** The built-in world table, put together at first use (some tens of milliseconds) and never changed. */
export function builtIn(): RiskTable {
  table ??= assemble();
  return table;
}

function assemble(): RiskTable {
  const byPrefix = new Map<string, PrefixFacts>();
  const note = (prefix: string, facts: PrefixFacts): void => {
    byPrefix.set(prefix, { ...byPrefix.get(prefix), ...facts });
  };
  for (const [prefix, region] of Object.entries(derived.regions)) note(prefix, { region });
  for (const [code, types] of Object.entries(derived.codes)) {
    for (const [key, prefixes] of Object.entries(types)) {
      const lineTypes = readLineTypes(key);
      for (const prefix of prefixes.split(' ')) note(code + prefix, { lineTypes });
    }
  }
  for (const row of world.rows as CountryRow[]) note(row.prefix, { country: row });
  for (const { prefixes, ...row } of special as (SpecialRow & { prefixes: string })[]) {
    for (const prefix of prefixes.split(' ').flatMap(everyAreaCode)) note(prefix, { special: row });
  }
  const facts = [...byPrefix.values()];
  const prefixes = [...byPrefix.keys()];
  const trie = build(
    prefixes,
    Uint16Array.from(facts, (_, i) => i),
  );
  return { trie, prefixes, facts, sources: world.sources, derivedFrom: derived.source };
}

/** `mobile`, or `premium:11 fixed:10`: line types by the digits of the whole number. */
function readLineTypes(key: string): { lineType: LineType; lengths: number[] | null }[] {
  return key.split(' ').map((part) => {
    const [lineType, lengths] = part.split(':') as [LineType, string | undefined];
    return { lineType, lengths: lengths?.split(',').map(Number) ?? null };
  });
}

/**
 * `1NPA976` as one prefix for each North American area code (NPA: 2-9, then two digits), less the codes without
 * geography: toll-free 8XX of two equal digits, personal 5XX of NANPA's list, 600, 700, 710 and 900.
 */
function everyAreaCode(prefix: string): string[] {
  if (!prefix.includes('NPA')) return [prefix];
  const npas = Array.from({ length: 800 }, (_, i) => String(200 + i));
  const geographic = npas.filter(
    (npa) => !/^(?:8(?:00|33|44|55|66|77|88)|5(?:00|2[1-9]|33|44|66|77|88)|[679]00|710)$/.test(npa),
  );
  return geographic.map((npa) => prefix.replace('NPA', npa));
}

/** What is known about one prefix of a number. */
export interface Step extends PrefixFacts {
  prefix: string;
  /** The line type that this prefix gives the number; the dearest where its length fits none. */
  lineType: LineType | undefined;
}

/** What is known about a number or prefix, with or without `+`, from its shortest prefix to the longest. */
export function stepsOf({ trie, facts }: RiskTable, e164: string): Step[] {
  const digits = e164.replace('+', '').length;
  return path(trie, e164).map(({ prefix, value }) => {
    const { region, country, special, lineTypes } = facts[value]!;
    const fitting = lineTypes?.find(({ lengths }) => lengths?.includes(digits)) ?? lineTypes?.[0];
    return { prefix, region, country, special, lineTypes, lineType: fitting?.lineType };
  });
}
