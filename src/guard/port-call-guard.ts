import type { CallEnd, DialAttempt } from '../core/attempt.ts';
import type { Outcome, Question } from './outcome.ts';
import type { Answer } from './ports.ts';
import type { Settings } from './settings.ts';

/** The part of the guard that a PBX adapter needs. */
export interface CallGuard {
  /** Decides and records one outbound call. Never rejects: `unavailable` instead. */
  ask(attempt: DialAttempt): Promise<Outcome>;
  /** How a warning ended: `allow`, `block`, or `warn` with a new question for the next try. */
  answered(question: Question, answer: Answer): Promise<Outcome>;
  /** The trunk's leg has ended. Settles when that is on disk. */
  ended(end: CallEnd): Promise<void>;
  /** As of now; asked anew at each call. */
  settings(): Settings;
}
