import type { BaseIssue } from 'valibot';
import { FileSchema } from './schema.ts';

/** Keys and tables known at a path, from the schema itself. */
function knownKeys(path: readonly string[]): string[] {
  // biome-ignore lint/suspicious/noExplicitAny: a walk over valibot's own objects, whatever their kind.
  let schema: any = FileSchema;
  for (const key of path) {
    schema = schema.entries ? schema.entries[key] : schema.value;
    while (schema?.wrapped) schema = schema.wrapped;
  }
  return Object.keys(schema?.entries ?? {});
}

/** Levenshtein distance; both strings are short. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      next[j] = Math.min(row[j]! + 1, next[j - 1]! + 1, row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1));
    }
    row = next;
  }
  return row[b.length]!;
}

/** The candidate most like `word`; null where there is none at all. */
export function nearest(word: string, candidates: readonly string[]): string | null {
  const cut = word.slice(0, 64).toLowerCase();
  const score = (c: string) => distance(cut, c) - (c.startsWith(cut) || cut.startsWith(c) ? 2 : 0);
  return [...candidates].sort((a, b) => score(a) - score(b))[0] ?? null;
}

const bare = (key: string) => key.trim().replace(/^["']|["']$/g, '');

/** The line on which a table or key stands, counted from 1; null when it cannot be told (inline tables). */
export function lineOf(text: string, path: readonly string[]): number | null {
  const wanted = path.join('.');
  let table = '';
  for (const [index, line] of text.split('\n').entries()) {
    const header = /^\s*\[+\s*([^\]#]+?)\s*\]+/.exec(line);
    if (header) {
      table = header[1]!.split('.').map(bare).join('.');
      if (table === wanted) return index + 1;
      continue;
    }
    const key = /^\s*([^=#]+?)\s*=/.exec(line);
    if (!key) continue;
    const full = [...(table ? [table] : []), ...key[1]!.split('.').map(bare)].join('.');
    if (full === wanted) return index + 1;
  }
  return null;
}

/** `[site] country`, as a person writes it. */
function place(path: readonly string[]): string {
  if (path.length <= 1) return path[0] ?? '';
  return `[${path.slice(0, -1).join('.')}] ${path.at(-1)}`;
}

/** A file can hold anything; a message stays a line that a terminal can show. */
const oneLine = (text: string, most: number): string => {
  const plain = text.replace(/\p{Cc}+/gu, ' ');
  return plain.length > most ? `${plain.slice(0, most)}...` : plain;
};

/** A problem at a path of the file: `dialwarden.toml:12: [guard] mod ...`. */
export function problem(file: string, text: string, path: readonly string[], what: string): string {
  const line = lineOf(text, path);
  const where = place(path.map((key) => oneLine(key, 64)));
  return `${file}${line ? `:${line}` : ''}: ${where} ${oneLine(what, 240)}`;
}

/** One line an issue; an unknown key names the nearest one. */
export function describe(file: string, text: string, issue: BaseIssue<unknown>): string {
  const path = (issue.path ?? []).map((p) => String(p.key));
  if (issue.type !== 'strict_object' || issue.expected !== 'never') {
    const named = path.filter((p, i) => i < 2 || !/^\d+$/.test(p));
    return problem(file, text, named, issue.message);
  }
  const word = path.at(-1) ?? '';
  const near = nearest(word, knownKeys(path.slice(0, -1)));
  if (path.length > 1) return problem(file, text, path, `is no known key; did you mean ${near}?`);
  const isTable = typeof issue.path?.at(-1)?.value === 'object';
  return problem(file, text, path, isTable ? `is no known table; did you mean [${near}]?` : withoutTable(word));
}

/** Where a key belongs that stands above all tables. */
function withoutTable(word: string): string {
  const tables = knownKeys([]).map((table) => ({ table, keys: knownKeys([table]) }));
  const near = nearest(
    word,
    tables.flatMap(({ keys }) => keys),
  );
  const homes = tables.filter(({ keys }) => near !== null && keys.includes(near)).map(({ table }) => `[${table}]`);
  const where = homes.join(', ');
  return `stands in no table; ${near === word ? `it belongs into ${where}` : `did you mean ${near} in ${where}?`}`;
}

/** Reports what is well-formed but makes no sense at a path of the file. */
export type Complain = (path: string[], what: string) => void;

/** What `read` returns; where it throws, its message is a complaint and `otherwise` holds. */
export function attempt<T>(read: () => T, otherwise: T, complain: (what: string) => void): T {
  try {
    return read();
  } catch (error) {
    complain((error as Error).message);
    return otherwise;
  }
}
