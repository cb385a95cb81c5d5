import { type Dialplan, type Extension, expandGlobals, split } from './dialplan.ts';
import { type Digits, digitsOf, isFree, joined, slice } from './digits.ts';

/** Puts in the arguments of the Gosub or Macro and what earlier steps of the same extension set. */
export function expand(text: string, dialplan: Dialplan, extension: Extension, args: readonly string[]): string {
  let expanded = text.replace(/\$\{ARG(\d+)\}/g, (whole, n: string) => args[Number(n) - 1] || whole);
  expanded = expandGlobals(expanded, dialplan);
  expanded = expanded.replace(/\$\{(\w+)\}/g, (whole, name: string) => {
    const set = name === 'EXTEN' ? undefined : setOnce(extension).get(name);
    return set !== undefined && set.length < 512 ? set : whole;
  });
  return expanded.length > 8192 ? text : expanded;
}

const settings = new WeakMap<Extension, Map<string, string>>();

/** Variables that just one step of an extension sets, and what to. */
function setOnce(extension: Extension): Map<string, string> {
  const known = settings.get(extension);
  if (known) return known;
  const found = new Map<string, string>();
  const often = new Set<string>();
  for (const { app, args } of extension.steps.values()) {
    const [, name, value] = app === 'set' ? (/^_*(\w+)=(.*)$/s.exec(args) ?? []) : [];
    if (name === undefined) continue;
    if (found.has(name) || value!.includes(`\${${name}`)) often.add(name);
    found.set(name, value!);
  }
  for (const name of often) found.delete(name);
  settings.set(extension, found);
  return found;
}

const PIECE =
  /\$\{EXTEN(?::(-?\d+))?(?::(-?\d+))?\}|\$\{FILTER\([^,{}]*,\$\{EXTEN(?::(-?\d+))?(?::(-?\d+))?\}\)\}|[^${}]+/y;

/** The numbers that an extension given in a jump stands for, `${EXTEN}` being `current`; null where other variables are in it. */
export function numberOf(text: string, current: Digits): Digits | null {
  const parts: Digits[] = [];
  PIECE.lastIndex = 0;
  while (PIECE.lastIndex < text.length) {
    const found = PIECE.exec(text);
    if (!found) return null;
    const [whole, offset = found[3], length = found[4]] = found;
    parts.push(
      whole.startsWith('$')
        ? slice(current, Number(offset ?? 0), length === undefined ? null : Number(length))
        : digitsOf(whole),
    );
  }
  return parts.length === 0 ? null : joined(parts);
}

/** Variables that carry what the caller dialled from one context to the next. */
const CARRIED = /\$\{(ARG\d|EXTEN|MACRO_EXTEN|OUTNUM|DIAL_NUMBER|DW_NUMBER|DW_DIALLED)\b/;

/** Whether the number in a jump or a Dial is still the caller's choice, which `free` says of what he dialled. */
export function staysFree(text: string, free: boolean, digits: Digits | null): boolean {
  if (!free || !text.includes('${')) return free && !/\d/.test(text);
  return CARRIED.test(text) && !/\bDB\(/.test(text) && (digits === null || isFree(digits));
}

/** Splits at the first such character outside of braces. */
function splitOutsideBraces(text: string, at: string): string[] {
  let depth = 0;
  for (let i = 0; i < text.length; i++) {
    if (text[i] === '{') depth++;
    else if (text[i] === '}') depth--;
    else if (text[i] === at && depth <= 0) return [text.slice(0, i), text.slice(i + 1)];
  }
  return [text];
}

/** `context,extension,priority(arguments)` taken apart; brackets of a `${FUNCTION()}` are the place's own. */
export function placeAndArguments(text: string): { place: string; given: string } {
  const [place = '', rest] = splitOutsideBraces(text.trim(), '(');
  return { place, given: rest?.replace(/\)$/, '') ?? '' };
}

/** `condition?then:else`, with or without either. */
export function branches(text: string): { condition: string; yes: string; no: string } {
  const [condition = '', rest = ''] = split(text, '?', 2);
  const [yes = '', no = ''] = split(rest, ':', 2);
  return { condition, yes: yes.trim(), no: no.trim() };
}

/** Characters of a comparison that is worth deciding. */
const LONGEST = 200;

/** Whether a condition is always or never true: a comparison of what the files alone decide. */
export function decided(condition: string, dialplan: Dialplan): boolean | null {
  const names = [...condition.matchAll(/\$\{(?:GLOBAL\()?(\w+)\)?\}/g)].map(([, name]) => name!);
  if (names.length === 0 || names.some((n) => !dialplan.globals.has(n) || dialplan.assigned.has(n))) return null;
  const expanded = expandGlobals(condition, dialplan);
  if (expanded.length > LONGEST) return null;
  const [, left, op, right] = /^\s*\$\[\s*"?([^"$]*?)"?\s*(!?=)\s*"?([^"$]*?)"?\s*\]\s*$/.exec(expanded) ?? [];
  return left === undefined ? null : (left === right) === (op === '=');
}
