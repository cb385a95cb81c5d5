import type { SitePlan } from './reading.ts';

/** Says whether a whole extension matches. */
export type Matcher = (ext: string) => boolean;

const CLASSES: Record<string, string> = {
  X: '[0-9]',
  Z: '[1-9]',
  N: '[2-9]',
  '.': '[0-9*#]+',
  '!': '[0-9*#]*',
  '*': '\\*',
};

const matching = (source: string): Matcher => {
  const pattern = new RegExp(`^(?:${source})$`);
  return (ext) => pattern.test(ext);
};

function asteriskPattern(text: string): Matcher | null {
  const body = text.replace(/^_/, '').toUpperCase();
  const parts = body.match(/[0-9XZN.!*#]|\[[0-9-]+\]/g);
  if (!parts || parts.join('') !== body) return null;
  return matching(parts.map((part) => CLASSES[part] ?? part).join(''));
}

function range(first: string, last: string): Matcher | null {
  if (first.length !== last.length || first > last) return null;
  return (ext) => ext.length === first.length && /^\d+$/.test(ext) && ext >= first && ext <= last;
}

/**
 * Reads one `internal` entry of a site: an Asterisk pattern (`1XX`, `_2ZXX`), a range (`100-199`) or a regular
 * expression that begins with `^` and must match the whole extension. Null when it is none of them.
 */
export function internalMatcher(entry: string): Matcher | null {
  const text = entry.trim();
  const ends = /^(\d{1,9})\s*-\s*(\d{1,9})$/.exec(text);
  if (ends) return range(ends[1]!, ends[2]!);
  if (!text.startsWith('^')) return asteriskPattern(text);
  try {
    return matching(text.slice(1));
  } catch {
    return null;
  }
}

const compiled = new WeakMap<readonly string[], readonly Matcher[]>();

/** The matchers of a site's `internal` list, compiled once; entries in no notation are passed over. */
export function matchersOf(entries: readonly string[]): readonly Matcher[] {
  let matchers = compiled.get(entries);
  if (!matchers) {
    matchers = entries.map(internalMatcher).filter((matcher) => matcher !== null);
    compiled.set(entries, matchers);
  }
  return matchers;
}

/** Whether `ext`, an endpoint's name, is an extension of this site that may pay for calls: 2 to 6 digits by default. */
export function isInternal(ext: string, site: SitePlan): boolean {
  if (ext.length > 32) return false;
  const internal = matchersOf(site.internal);
  return internal.length > 0 ? internal.some((matches) => matches(ext)) : /^\d{2,6}$/.test(ext);
}
