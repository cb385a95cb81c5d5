import type { Dialplan, Extension } from './dialplan.ts';
import { both, covers, type Digits, keyOf, only } from './digits.ts';

/** An extension, and which of the numbers looked for it takes. */
export interface Match {
  extension: Extension;
  digits: Digits;
}

/** Extensions that no caller dials. */
const SPECIAL = /^(h|i|t|s|e|a|o|T|fax|failed|hang)$/;

/** How deep Asterisk follows includes (AST_PBX_MAX_STACK, include/asterisk/pbx.h). */
const MAX_INCLUDES = 128;

function ownMatches(extensions: Iterable<Extension>, digits: Digits): Match[] {
  const found: Match[] = [];
  const exact = only(digits);
  for (const extension of extensions) {
    if (SPECIAL.test(extension.name) && extension.name !== exact) continue;
    const common = both(digits, extension.digits);
    if (common) found.push({ extension, digits: common });
  }
  return found;
}

/**
 * Finds the extensions of a context and its includes that numbers lead to. What a context takes itself hides the same numbers
 * in what it includes, as in Asterisk. Answers are remembered.
 */
export function matcher({ contexts }: Dialplan): (context: string, digits: Digits) => readonly Match[] {
  const known = new Map<string, readonly Match[]>();
  const find = (name: string, digits: Digits, seen: Set<string>): Match[] => {
    const context = contexts.get(name);
    if (!context || seen.has(name) || seen.size >= MAX_INCLUDES) return [];
    seen.add(name);
    const exact = only(digits);
    const literal = exact === null ? undefined : context.extensions.get(exact);
    if (literal) return [{ extension: literal, digits }];
    const found = ownMatches(context.extensions.values(), digits);
    for (const include of context.includes) {
      const hiding = [...found];
      for (const match of find(include, digits, seen)) {
        if (!hiding.some((own) => covers(own.extension.digits, match.digits))) found.push(match);
      }
    }
    return found;
  };
  return (context, digits) => {
    const key = `${context}\n${keyOf(digits)}`;
    const answer = known.get(key) ?? find(context, digits, new Set());
    known.set(key, answer);
    return answer;
  };
}
