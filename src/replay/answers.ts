import { readFileSync } from 'node:fs';
import type { CdrCall } from './cdr.ts';
import type { Caller } from './driver.ts';

/** What callers do who are warned and of whom no file says it. */
export type Warned = 'confirm' | 'hangup';

/**
 * Reads what callers did when they were warned: JSON lines `{"uniqueid": ..., "confirm": true|false}`.
 * Throws an Error that names the line it cannot read.
 */
export function readAnswers(file: string): Map<string, boolean> {
  const answers = new Map<string, boolean>();
  readFileSync(file, 'utf8')
    .split('\n')
    .forEach((line, i) => {
      if (line.trim() === '') return;
      const answer = parsed(line);
      if (!answer) throw new Error(`${file}:${i + 1}: not of the form {"uniqueid": "1793600000.12", "confirm": true}`);
      answers.set(answer.uniqueid, answer.confirm);
    });
  return answers;
}

function parsed(line: string): { uniqueid: string; confirm: boolean } | null {
  try {
    const { uniqueid, confirm } = JSON.parse(line) as Record<string, unknown>;
    return typeof uniqueid === 'string' && typeof confirm === 'boolean' ? { uniqueid, confirm } : null;
  } catch {
    return null;
  }
}

/** A caller who presses the right keys or hangs up, as the answers say, else as everybody does. */
export const answeringCaller =
  (answers: ReadonlyMap<string, boolean>, otherwise: Warned): Caller<CdrCall> =>
  (call, question) =>
    (answers.get(call.uniqueid) ?? otherwise === 'confirm') ? question.digits : null;
