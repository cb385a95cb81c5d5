import { isAbsolute, join } from 'node:path';
import type { Unread } from '../finding.ts';
import { glob } from '../glob.ts';
import { readText, type TextOf } from '../read-text.ts';
import { linesOf } from './lines.ts';
import type { Section } from './section.ts';

/** What is gathered over all files of one Asterisk. */
export interface Reading {
  /** Folder of the configuration (astetcdir). */
  dir: string;
  /** Every file read. */
  files: Set<string>;
  unread: Unread[];
  /** What is in `unread`, so that nothing is told twice. */
  noted: Set<string>;
  /** Values read so far. */
  entries: number;
}

// The first is Asterisk's own (main/config.c); the others keep files that include each other many times from filling memory.
const MAX_DEPTH = 10;
const MAX_INCLUDES = 5_000;
const MAX_ENTRIES = 500_000;

/** Values before a `+=` among which the one that it adds to is looked for. */
const LOOKED_BACK = 200;

interface State {
  reading: Reading;
  sections: Section[];
  /** The first of each name. */
  byName: Map<string, Section>;
  templates: Set<Section>;
  current: Section | null;
  includes: number;
  stack: string[];
}

export const newReading = (dir: string): Reading => ({
  dir,
  files: new Set(),
  unread: [],
  noted: new Set(),
  entries: 0,
});

function note({ unread, noted }: Reading, file: string, line: number | null, why: string): void {
  const key = `${file}:${line} ${why}`;
  if (!noted.has(key)) unread.push({ file, line, why });
  noted.add(key);
}

function openSection(state: State, text: string, file: string, line: number): void {
  const [, name, options = ''] = /^\[([^\]]*)\](?:\(([^)]*)\)?)?/.exec(text) ?? [];
  if (name === undefined) {
    note(state.reading, file, line, 'has a [ without its ], and Asterisk reads no further');
    return;
  }
  const given = options.split(',').map((o) => o.trim());
  const known = state.byName.get(name);
  if (known && given.some((o) => o.startsWith('+'))) {
    state.current = known;
  } else {
    state.current = { name, file, line, entries: [] };
    state.sections.push(state.current);
    if (!known) state.byName.set(name, state.current);
    if (given.includes('!')) state.templates.add(state.current);
  }
  for (const base of given.filter((o) => o !== '' && o !== '!' && !o.startsWith('+'))) {
    const inherited = state.byName.get(base)?.entries ?? [];
    state.reading.entries += inherited.length;
    if (state.reading.entries <= MAX_ENTRIES) for (const entry of inherited) state.current.entries.push(entry);
  }
}

function setValue({ current, reading }: State, text: string, file: string, line: number): void {
  const at = text.indexOf('=');
  if (at === -1 || current === null) return;
  const more = text[at - 1] === '+';
  const key = text.slice(0, more ? at - 1 : at).trimEnd();
  const given = text.slice(text[at + 1] === '>' && !more ? at + 2 : at + 1).trimStart();
  const before = more ? current.entries.slice(-LOOKED_BACK).findLast((e) => e.name === key)?.value : undefined;
  const value = before === undefined ? given : `${before}${given}`;
  current.entries.push({ name: key, value, file, line });
  reading.entries++;
}

function included(state: State, given: string): string[] {
  const name = given.replace(/^"(.*)"$|^<(.*)>$/, '$1$2');
  const path = isAbsolute(name) ? name : join(state.reading.dir, name);
  return /[*?[]/.test(path) ? glob(path) : [path];
}

function directive(state: State, text: string, file: string, line: number): void {
  const [, word = '', given = ''] = /^#\s*(\S*)\s*(.*)$/.exec(text) ?? [];
  const name = word.toLowerCase();
  if (name === 'exec') note(state.reading, file, line, 'runs a program (#exec), which an audit does not');
  if ((name !== 'include' && name !== 'tryinclude') || given === '') return;
  const paths = included(state, given);
  if (paths.length === 0 && name === 'include')
    note(state.reading, file, line, `includes ${given}, which matches no file`);
  for (const path of paths) includeFile(state, path, file, line, name === 'tryinclude');
}

/** Why a file is not included, though it may be there. */
function refusal(state: State, path: string): string | null {
  if (state.stack.includes(path)) return `includes ${path}, which includes it again`;
  if (state.stack.length >= MAX_DEPTH) return `includes more than ${MAX_DEPTH} files deep`;
  return ++state.includes > MAX_INCLUDES ? `includes more than ${MAX_INCLUDES} files` : null;
}

function includeFile(state: State, path: string, from: string, line: number, optional: boolean): void {
  const refused = refusal(state, path);
  const got: TextOf = refused === null ? readText(path) : { why: refused, missing: false };
  if ('text' in got) parseInto(state, got.text, path);
  else if (refused !== null) note(state.reading, from, line, refused);
  else if (!got.missing) note(state.reading, path, null, got.why);
  else if (!optional) note(state.reading, from, line, `includes ${path}, which ${got.why}`);
}

function parseInto(state: State, text: string, file: string): void {
  state.reading.files.add(file);
  state.stack.push(file);
  const overlong = (line: number) =>
    note(state.reading, file, line, 'is longer than the 8191 characters that Asterisk reads');
  for (const { text: content, line } of linesOf(text, overlong)) {
    if (state.reading.entries > MAX_ENTRIES) {
      note(state.reading, file, line, `the rest is left out: more than ${MAX_ENTRIES} values`);
      break;
    }
    if (content.startsWith('[')) openSection(state, content, file, line);
    else if (content.startsWith('#')) directive(state, content, file, line);
    else setValue(state, content, file, line);
  }
  state.stack.pop();
}

/**
 * Reads a configuration file as Asterisk does (main/config.c): includes, templates, additions and comments. `#exec` is not
 * run. Returns its sections without the templates, and none where the file is missing; what cannot be read is noted.
 */
export function readConf(reading: Reading, name: string): Section[] {
  const file = join(reading.dir, name);
  const state: State = {
    reading,
    sections: [],
    byName: new Map(),
    templates: new Set(),
    current: null,
    includes: 0,
    stack: [],
  };
  const got = readText(file);
  if ('text' in got) parseInto(state, got.text, file);
  else if (!got.missing) note(reading, file, null, got.why);
  return state.sections.filter((section) => !state.templates.has(section));
}
