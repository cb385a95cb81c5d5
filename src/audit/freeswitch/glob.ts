import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

/** Paths beyond which a pattern's matches are cut off. */
const MAX_MATCHES = 20_000;

const hasMagic = (part: string): boolean => /[*?[]/.test(part);

function asRegex(part: string): RegExp {
  const escaped = part.replace(/[.+^${}()|\\]/g, '\\$&');
  const source = escaped.replace(/\*+/g, '.*').replace(/\?/g, '.').replace(/\[!/g, '[^');
  return new RegExp(`^${source}$`, 's');
}

function entries(folder: string, part: string): string[] {
  let names: string[];
  try {
    names = readdirSync(folder);
  } catch {
    return [];
  }
  const pattern = asRegex(part);
  // As glob(3): a leading dot is matched by a dot only, and what matched is sorted.
  return names.filter((name) => (part.startsWith('.') || !name.startsWith('.')) && pattern.test(name)).sort();
}

function step(folders: string[], part: string): string[] {
  const found: string[] = [];
  for (const folder of folders) {
    if (!hasMagic(part)) found.push(join(folder, part));
    else for (const name of entries(folder, part)) found.push(join(folder, name));
    if (found.length >= MAX_MATCHES) break;
  }
  return found.slice(0, MAX_MATCHES);
}

/** The existing paths that an absolute pattern with `*`, `?` and `[...]` stands for, sorted as glob(3) does in the C locale. */
export function expandGlob(pattern: string): string[] {
  let paths = ['/'];
  for (const part of pattern.split('/')) {
    if (part === '' || part === '.') continue;
    paths = step(paths, part);
  }
  return paths.filter((path) => existsSync(path));
}

export { hasMagic };
