import type { Attempt } from '../core/attempt.ts';

/** A warning to be played: where the call would go and what to press to go on. */
export interface Question {
  /** The call's row in the ledger. */
  call: number;
  attempt: Attempt;
  /** What the caller has to press, drawn fresh for this try. */
  digits: string;
  /** 1 for the first try. */
  try: number;
  /** ISO region the call would reach (`001` for non-geographic codes, `ZZ` unknown). */
  region: string;
  /** Country calling code, without `+`; empty when unknown. */
  countryCode: string;
  /** Region of the number that was probably meant; null where nothing speaks for a slip. */
  meant: string | null;
}

/** What a PBX adapter has to do about a call. */
export interface Outcome {
  /** `unavailable`: the guard cannot tell; the PBX's own fallback decides. */
  action: 'allow' | 'warn' | 'block' | 'unavailable';
  /** Stable code of the reason that decided. */
  reason: string;
  incident: number | null;
  /** Seconds after answer at which the PBX ends the call; null for no cap. */
  maxSeconds: number | null;
  /** With its `+`; empty where the destination has none. */
  e164: string;
  /** Present exactly when the action is `warn`. */
  question: Question | null;
  /** A blocked caller is told so. */
  announce: boolean;
}
