import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

/** Whether `[...]` at `at` of the pattern takes the character, and where it ends; null where it is no class. */
function inClass(pattern: string, at: number, char: string): { takes: boolean; end: number } | null {
  const end = pattern.indexOf(']', at + 2);
  if (end === -1) return null;
  const negated = /[!^]/.test(pattern[at + 1]!);
  const body = pattern.slice(at + (negated ? 2 : 1), end);
  let takes = false;
  for (let i = 0; i < body.length; i++) {
    const range = body[i + 1] === '-' && i + 2 < body.length;
    takes ||= range ? char >= body[i]! && char <= body[i + 2]! : char === body[i];
    if (range) i += 2;
  }
  return { takes: takes !== negated, end };
}

/** Matches a file name with `*`, `?` and `[a-z]`; only the last `*` is ever tried again, so no pattern takes long. */
export function matchesName(pattern: string, name: string): boolean {
  if (name.startsWith('.') && !pattern.startsWith('.')) return false;
  let [p, n, star, from] = [0, 0, -1, 0];
  while (n < name.length) {
    const set = pattern[p] === '[' ? inClass(pattern, p, name[n]!) : null;
    if (pattern[p] === '*') {
      star = p++;
      from = n;
    } else if (set ? set.takes : pattern[p] === '?' || pattern[p] === name[n]) {
      p = set ? set.end + 1 : p + 1;
      n++;
    } else if (star !== -1) {
      p = star + 1;
      n = ++from;
    } else return false;
  }
  return /^\**$/.test(pattern.slice(p));
}

const names = (dir: string): string[] => {
  try {
    return readdirSync(dir).sort();
  } catch {
    return [];
  }
};

/** The existing paths that an absolute pattern matches, sorted, at most `most`; a path that exists as written is itself. */
export function glob(pattern: string, most = 1_000): string[] {
  if (existsSync(pattern)) return [pattern];
  let found = ['/'];
  for (const part of pattern.split('/').filter(Boolean)) {
    found = found
      .flatMap((dir) =>
        /[*?[]/.test(part)
          ? names(dir)
              .filter((name) => matchesName(part, name))
              .map((name) => join(dir, name))
          : [join(dir, part)].filter(existsSync),
      )
      .slice(0, most);
  }
  return found;
}
