import type { Dialplan, Extension } from './dialplan.ts';
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

function ownMatches(extensions: Iterable<Extension>, digits: Digits, place: Place): Match[] {
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

/**
 * Finds the extensions of a context and its includes that numbers lead to. What a context takes itself hides the same numbers
 * in what it includes, and extensions without the priority do not count, as in Asterisk. Answers are remembered.
 */
export function matcher({ contexts }: Dialplan): (context: string, digits: Digits, place: Place) => readonly Match[] {
  const known = new Map<string, readonly Match[]>();
  const find = (name: string, digits: Digits, place: Place, seen: Set<string>): Match[] => {
    const context = contexts.get(name);
    if (!context || seen.has(name) || seen.size >= MAX_INCLUDES) return [];
    seen.add(name);
    const exact = only(digits);
    const literal = exact === null ? undefined : context.extensions.get(exact);
    const priority = literal && priorityAt(literal, place);
    if (priority !== undefined) return [{ extension: literal!, priority, digits }];
    const found = ownMatches(context.extensions.values(), digits, place);
    for (const include of context.includes) {
      const hiding = [...found];
      for (const match of find(include, digits, place, seen)) {
        if (!hiding.some((own) => covers(own.extension.digits, match.digits))) found.push(match);
      }
    }
    return found;
  };
  return (context, digits, place) => {
    const key = `${context}\n${place}\n${keyOf(digits)}`;
    const answer = known.get(key) ?? find(context, digits, place, new Set());
    known.set(key, answer);
    return answer;
  };
}
