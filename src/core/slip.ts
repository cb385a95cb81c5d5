import type { Meant } from './attempt.ts';

/** A call that came to nothing, and what is asked of it: may the next one be what was meant? */
export interface Missed {
  dialled: string;
  /** ISO region; null where the digits led nowhere. */
  region: string | null;
  meant: Meant[];
  /** It was warned or blocked; else it rang, and the caller hung up before anybody answered. */
  stopped: boolean;
}

/** A call that goes out. */
export interface Corrected {
  dialled: string;
  e164: string;
  region: string;
}

/** Milliseconds within which a number dialled again is a correction. */
export const CORRECTED_MS = 120_000;

/** The one slip between two rows of digits: a digit too many, too few or wrong, or two exchanged. null: more, or none. */
export function oneSlip(wrong: string, right: string): string | null {
  let from = 0;
  while (from < wrong.length && wrong[from] === right[from]) from++;
  const [a, b] = [wrong.slice(from), right.slice(from)];
  if (a === b) return null;
  if (a.slice(1) === b) return 'one digit too many';
  if (a === b.slice(1)) return 'one digit too few';
  if (a.slice(1) === b.slice(1)) return 'one digit wrong';
  return a[0] === b[1] && a[1] === b[0] && a.slice(2) === b.slice(2) ? 'two digits exchanged' : null;
}

const digits = (text: string): string => text.replace(/\D/g, '');

/**
 * The slip by which `missed` was dialled for `right`, as a phrase; null where nothing speaks for one. Of two numbers of one
 * country that differ in a digit, and neither was stopped, the first was busy rather than wrong.
 */
export function slipBetween(missed: Missed, right: Corrected): string | null {
  const candidate = missed.meant.find(({ e164 }) => e164 === right.e164);
  if (candidate) return candidate.edit;
  return missed.stopped || missed.region !== right.region
    ? oneSlip(digits(missed.dialled), digits(right.dialled))
    : null;
}
