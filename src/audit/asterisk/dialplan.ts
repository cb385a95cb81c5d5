import { type Digits, digitsOf } from './digits.ts';
import type { Section } from './section.ts';

/** One priority of an extension. */
export interface Step {
  /** Application in lower case. */
  app: string;
  args: string;
  file: string;
  line: number;
}

export interface Extension {
  /** As written. */
  name: string;
  digits: Digits;
  context: string;
  steps: Map<number, Step>;
  labels: Map<string, number>;
}

export interface Context {
  name: string;
  file: string;
  line: number;
  extensions: Map<string, Extension>;
  includes: string[];
  /** `switch` statements: extensions that other places hold. */
  switches: { to: string; file: string; line: number }[];
}

export interface Dialplan {
  contexts: Map<string, Context>;
  globals: Map<string, string>;
  /** Variables that some step sets: a global of that name says nothing certain. */
  assigned: Set<string>;
}

/** Splits at a character outside of brackets and quotes. */
export function split(text: string, at: string, most = Number.POSITIVE_INFINITY): string[] {
  if (!text.includes(at)) return [text];
  const parts: string[] = [];
  let [depth, quoted, from] = [0, false, 0];
  for (let i = 0; i < text.length && parts.length + 1 < most; i++) {
    const c = text[i]!;
    if (c === '\\') i++;
    else if (c === '"') quoted = !quoted;
    else if (c === '(' || c === '[' || c === '{') depth++;
    else if (c === ')' || c === ']' || c === '}') depth--;
    else if (c === at && depth <= 0 && !quoted) {
      parts.push(text.slice(from, i));
      from = i + 1;
    }
  }
  return [...parts, text.slice(from)];
}

/** `App(args)` taken apart. */
export function application(text: string): { app: string; args: string } {
  const open = text.indexOf('(');
  if (open === -1) return { app: text.trim().toLowerCase(), args: '' };
  const inside = text.slice(open + 1).trimEnd();
  return { app: text.slice(0, open).trim().toLowerCase(), args: inside.endsWith(')') ? inside.slice(0, -1) : inside };
}

interface Cursor {
  extension: string;
  priority: number;
}

/** The priority that `n`, `s`, `n+2`, `7` or `hint` stands for behind the last one; null for what is no step. */
function priorityOf(text: string, last: number): number | null {
  const [, word = '', plus = '0'] = /^(\w+)(?:\+(\d+))?$/.exec(text.trim()) ?? [];
  const base = word.toLowerCase() === 'n' ? last + 1 : word.toLowerCase() === 's' ? last : Number(word || Number.NaN);
  return Number.isInteger(base) ? base + Number(plus) : null;
}

function addStep(context: Context, text: string, cursor: Cursor, at: { file: string; line: number }): void {
  const [priorityText = '', rest = ''] = split(text, ',', 2);
  const [, number = '', label] = /^([^(]*)(?:\(([^)]*)\))?/.exec(priorityText.trim()) ?? [];
  const priority = priorityOf(number, cursor.priority);
  if (priority === null) return;
  cursor.priority = priority;
  const name = cursor.extension;
  const extension = context.extensions.get(name) ?? {
    name,
    digits: digitsOf(name),
    context: context.name,
    steps: new Map(),
    labels: new Map(),
  };
  context.extensions.set(name, extension);
  // Asterisk refuses a second step of one priority: the first file wins.
  if (extension.steps.has(priority)) return;
  extension.steps.set(priority, { ...application(rest), ...at });
  if (label !== undefined && !extension.labels.has(label)) extension.labels.set(label, priority);
}

function readContext(dialplan: Dialplan, section: Section): void {
  const { contexts } = dialplan;
  const { name, file, line } = section;
  const context: Context = contexts.get(name) ?? {
    name,
    file,
    line,
    extensions: new Map(),
    includes: [],
    switches: [],
  };
  contexts.set(name, context);
  const cursor: Cursor = { extension: '', priority: 0 };
  for (const entry of section.entries) {
    const at = { file: entry.file, line: entry.line };
    const key = entry.name.toLowerCase();
    if (key === 'include') context.includes.push(entry.value.split(/[,|]/)[0]!.trim());
    else if (key === 'exten') {
      const [extension = '', rest = ''] = split(entry.value, ',', 2);
      cursor.extension = expandGlobals(split(extension, '/', 2)[0]!.trim(), dialplan);
      addStep(context, rest, cursor, at);
    } else if (key === 'same') addStep(context, entry.value, cursor, at);
    else if (/^[le]?switch$/.test(key)) context.switches.push({ to: entry.value, ...at });
  }
}

/** Puts in the globals that the files state; other variables stay as they are. */
export function expandGlobals(text: string, dialplan: Dialplan, depth = 0): string {
  const expanded = text.replace(
    /\$\{(?:GLOBAL\()?(\w+)\)?\}/g,
    (whole, name: string) => dialplan.globals.get(name) ?? whole,
  );
  return expanded === text || depth > 4 || expanded.length > 8192
    ? expanded
    : expandGlobals(expanded, dialplan, depth + 1);
}

/** The contexts and globals of extensions.conf. */
export function readDialplan(sections: readonly Section[]): Dialplan {
  const dialplan: Dialplan = { contexts: new Map(), globals: new Map(), assigned: new Set() };
  for (const { name, entries } of sections) {
    if (name === 'globals') for (const e of entries) dialplan.globals.set(e.name, e.value);
  }
  for (const section of sections) {
    if (section.name !== 'globals' && section.name !== 'general') readContext(dialplan, section);
    for (const { value } of section.entries) {
      for (const [, name] of value.matchAll(/\bM?Set\([_]*(?:GLOBAL\()?(\w+)/gi)) dialplan.assigned.add(name!);
    }
  }
  return dialplan;
}
