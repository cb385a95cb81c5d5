import { linesOf } from '../audit/asterisk/lines.ts';

/** One line that an extension's step stands on. */
const STEP =
  /^(\s*)(exten\s*=>?\s*([^,]+?)\s*,|same\s*=>?)\s*((?:\d+|n(?:\+\d+)?)(?:\([\w-]+\))?)\s*,\s*(\w+)\((.*)\)\s*(?:;.*)?$/;
const DIGITS = String.raw`(\$\{EXTEN(?::-?\d+){0,2}\})`;
/** `PJSIP/99${EXTEN:1}@trunk`: technology, the trunk's own prefix, digits, trunk. */
const AT = new RegExp(`^(PJSIP|SIP)/(\\d*)${DIGITS}@([\\w.-]+)$`);
/** `SIP/trunk/${EXTEN}`, `DAHDI/g1/${EXTEN}`. */
const BEHIND = new RegExp(`^(SIP|IAX2|DAHDI|mISDN|Dongle)/([\\w.:@-]+)/(\\d*)${DIGITS}$`, 'i');
/** Options that the guard's own would clash with. */
const TAKEN = /[bULS]\(/;

const WAS = ';dialwarden was: ';
const OURS = /;dialwarden\r?$/;
const INCLUDE = /^\s*#(?:try)?include\s+["<]?(?:\S*\/)?(?:dialwarden|freepbx1[67])\.conf\b/;

interface Out {
  trunk: string;
  /** What is asked about. */
  digits: string;
  /** The call's destination with the number that was allowed. */
  dial: string;
}

function outOf(target: string): Out | null {
  const at = AT.exec(target);
  if (at) return { trunk: at[4]!, digits: at[3]!, dial: `${at[1]}/${at[2]}\${DW_NUMBER}@${at[4]}` };
  const behind = BEHIND.exec(target);
  if (!behind) return null;
  const [, tech, trunk, prefix, digits] = behind as unknown as string[];
  return { trunk: trunk!, digits: digits!, dial: `${tech}/${trunk}/${prefix}\${DW_NUMBER}` };
}

/** A Dial that leads to a trunk, as far as that can be read. */
const LEADS_OUT = /\$\{EXTEN.*[@]|[/][\w.-]+[/].*\$\{EXTEN/;

/** Whether a later line of the same extension has a number of its own: one more step before it would take its place. */
function numberedBelow(lines: readonly string[], from: number): boolean {
  for (const line of lines.slice(from)) {
    if (/^\s*\[/.test(line)) return false;
    const number = /^\s*(?:exten\s*=>?\s*[^,]+,|same\s*=>?)\s*(\d+)\b/.exec(line)?.[1];
    if (number !== undefined) return number !== '1';
  }
  return false;
}

function asked(line: string, out: Out, args: readonly string[]): string[] {
  const [, indent = '', head = '', , priority = ''] = STEP.exec(line)!;
  const options = `${args[2] ?? ''}\${DW_DIAL}`;
  const dial = [out.dial, args[1] ?? '', options, ...args.slice(3)].join(',');
  const gosub = `${indent}${head}${head.endsWith(',') ? '' : ' '}${priority},Gosub(dialwarden,check,1(${out.digits}))`;
  return [`${WAS}${line}`, `${gosub} ;dialwarden`, ` same => n,Dial(${dial}) ;dialwarden`];
}

export interface Wired {
  text: string;
  /** Trunks whose calls are asked about from now on. */
  trunks: string[];
  /** Lines, by number, that lead out as well and were left as they are. */
  left: { line: number; text: string }[];
}

/**
 * Puts the question before every `Dial` of extensions.conf that sends the dialled digits to a trunk (of `only`, where
 * given), and keeps the old line as a comment, so that `unwireDials` gives back exactly what was there. What it does not
 * understand it leaves alone and tells.
 */
export function wireDials(text: string, only: readonly string[] | null): Wired {
  const eol = text.includes('\r\n') ? '\r\n' : '\n';
  const lines = text.split(eol);
  const live = new Set([...linesOf(text, () => {})].map(({ line }) => line));
  const wired: Wired = { text, trunks: [], left: [] };
  const done = lines.flatMap((line, i) => {
    const step = live.has(i + 1) ? STEP.exec(line) : null;
    if (step?.[5] !== 'Dial') return [line];
    const args = step[6]!.split(',');
    const out = outOf(args[0]!.trim());
    if (out && only && !only.includes(out.trunk)) return [line];
    const odd = /^(?!1(\(|$))\d/.test(step[4]!) || TAKEN.test(args[2] ?? '') || numberedBelow(lines, i + 1);
    if (out && !odd) {
      wired.trunks.push(out.trunk);
      return asked(line, out, args);
    }
    if (out || LEADS_OUT.test(args[0]!)) wired.left.push({ line: i + 1, text: line.trim() });
    return [line];
  });
  wired.left = wired.left.filter(({ text: t }) => !/Dial\(Local\//i.test(t));
  return { ...wired, text: done.join(eol) };
}

/** Takes back what `wireDials` did. */
export function unwireDials(text: string): string {
  const eol = text.includes('\r\n') ? '\r\n' : '\n';
  const lines = text.split(eol).filter((line) => !OURS.test(line));
  return lines.map((line) => (line.startsWith(WAS) ? line.slice(WAS.length) : line)).join(eol);
}

/** Includes files at the end, where a line cannot change what stands behind it. Those that are included already stay as they are. */
export function addIncludes(text: string, files: readonly string[]): string {
  const eol = text.includes('\r\n') ? '\r\n' : '\n';
  const there = [...linesOf(text, () => {})].map((line) => line.text).filter((line) => INCLUDE.test(line));
  const missing = files.filter((file) => !there.some((line) => line.includes(file)));
  if (missing.length === 0) return text;
  const start = text === '' || text.endsWith('\n') ? text : text + eol;
  return start + missing.map((file) => `#include ${file}${eol}`).join('');
}

/** Takes the includes away, whoever put them there. */
export const dropIncludes = (text: string): string =>
  text
    .split(/(?<=\n)/)
    .filter((line) => !INCLUDE.test(line))
    .join('');

export interface Asking {
  line: number;
  text: string;
  /** `wireDials` put it there. */
  ours: boolean;
}

/** Lines that send calls to the guard's contexts: if these were gone, such calls would end. */
export function asking(text: string): Asking[] {
  const raw = text.split(/\r?\n/);
  return [...linesOf(text, () => {})]
    .filter((line) => /\bdialwarden(?:-agi|-leg|-prompt)?\s*,/.test(line.text))
    .map((line) => ({ ...line, ours: OURS.test(raw[line.line - 1]!) }));
}
