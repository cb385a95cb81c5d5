import type { Context, Dialplan, Extension } from './dialplan.ts';
import { both, covers, type Digits, keyOf, only } from './digits.ts';

/** An extension with the priority looked for, and which of the numbers it takes. */
export interface Match {
  extension: Extension;
  priority: number;
  digits: Digits;
}

/** A priority by its number or its label. */
export type Place = number | string;

/** The priority of an extension; undefined where it has none such. */
export function priorityAt({ steps, labels }: Extension, place: Place): number | undefined {
  const priority = typeof place === 'number' || /^\d+$/.test(place) ? Number(place) : labels.get(place);
  return priority !== undefined && steps.has(priority) ? priority : undefined;
}

/** Extensions that no caller dials. */
const SPECIAL = /^(h|i|t|s|e|a|o|T|fax|failed|hang)$/;

/** How deep Asterisk follows includes (AST_PBX_MAX_STACK, include/asterisk/pbx.h). */
const MAX_INCLUDES = 128;

/** Extensions of a context by the places they have: those with a priority 2, those with a label `dial`. */
function placesOf({ extensions }: Context): Map<string, Extension[]> {
  const places = new Map<string, Extension[]>();
  const add = (place: string, extension: Extension) => {
    const known = places.get(place);
    if (known) known.push(extension);
    else places.set(place, [extension]);
  };
  for (const extension of extensions.values()) {
    for (const priority of extension.steps.keys()) add(String(priority), extension);
    for (const label of extension.labels.keys()) add(label, extension);
  }
  return places;
}

function ownMatches(extensions: readonly Extension[], digits: Digits, place: Place): Match[] {
  const found: Match[] = [];
  const exact = only(digits);
  for (const extension of extensions) {
    if (SPECIAL.test(extension.name) && extension.name !== exact) continue;
    const priority = priorityAt(extension, place);
    const common = priority === undefined ? null : both(digits, extension.digits);
    if (common) found.push({ extension, priority: priority!, digits: common });
  }
  return found;
}

/** Comparisons of numbers with extensions beyond which a dialplan is not followed: a made-up one must not take for ever. */
const MAX_COMPARED = 20_000_000;

interface Work {
  compared: number;
}

/** Whether what was found before takes all numbers of a match. */
function hiding(found: readonly Match[], work: Work): (match: Match) => boolean {
  const names = new Set(found.map(({ extension }) => extension.name));
  const patterns = found.filter(({ extension }) => extension.name.startsWith('_')).map((m) => m.extension.digits);
  return ({ extension, digits }) => {
    if (names.has(extension.name)) return true;
    work.compared += patterns.length;
    return work.compared < MAX_COMPARED && patterns.some((pattern) => covers(pattern, digits));
  };
}

/** Finds extensions. */
export interface Matcher {
  /**
   * The extensions of a context and its includes that numbers lead to. What a context takes itself hides the same numbers in
   * what it includes, and extensions without the priority do not count, as in Asterisk. Answers are remembered.
   */
  matching(context: string, digits: Digits, place: Place): readonly Match[];
  /** There was too much to compare, and answers are incomplete. */
  exhausted(): boolean;
}

export function matcher({ contexts }: Dialplan): Matcher {
  const known = new Map<string, readonly Match[]>();
  const places = new Map<Context, Map<string, Extension[]>>();
  const work: Work = { compared: 0 };
  const find = (name: string, digits: Digits, place: Place, seen: Set<string>): Match[] => {
    const context = contexts.get(name);
    if (!context || seen.has(name) || seen.size >= MAX_INCLUDES || work.compared >= MAX_COMPARED) return [];
    seen.add(name);
    const exact = only(digits);
    const literal = exact === null ? undefined : context.extensions.get(exact);
    const priority = literal && priorityAt(literal, place);
    if (priority !== undefined) return [{ extension: literal!, priority, digits }];
    const own = places.get(context) ?? placesOf(context);
    places.set(context, own);
    const candidates = own.get(String(place)) ?? [];
    work.compared += candidates.length;
    const found = ownMatches(candidates, digits, place);
    for (const include of context.includes) {
      const hides = hiding(found, work);
      for (const match of find(include, digits, place, seen)) if (!hides(match)) found.push(match);
    }
    return found;
  };
  return {
    matching: (context, digits, place) => {
      const key = `${context}\n${place}\n${keyOf(digits)}`;
      const answer = known.get(key) ?? find(context, digits, place, new Set());
      known.set(key, answer);
      return answer;
    },
    exhausted: () => work.compared >= MAX_COMPARED,
  };
}
