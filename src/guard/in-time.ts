import type { DialAttempt } from '../core/attempt.ts';
import type { Log } from './log.ts';
import type { Outcome } from './outcome.ts';
import type { CallGuard } from './port-call-guard.ts';
import { within } from './within.ts';

/** The guard keeps `deadlineMs` itself; this much later an adapter no longer believes it. Milliseconds. */
const GRACE_MS = 100;

const UNAVAILABLE: Outcome = {
  action: 'unavailable',
  reason: 'unavailable',
  incident: null,
  maxSeconds: null,
  e164: '',
  question: null,
  announce: false,
};

/** Asks about a call and settles in time, with `unavailable` where the guard fails or is late. Never rejects. */
export function askInTime(guard: CallGuard, attempt: DialAttempt, log: Log): Promise<Outcome> {
  const failed = (error: unknown) => {
    log.error('ask_failed', { pbx: attempt.pbx, uniqueid: attempt.uniqueid, error: String(error) });
    return UNAVAILABLE;
  };
  return within(guard.settings().deadlineMs + GRACE_MS, guard.ask(attempt), () => UNAVAILABLE).catch(failed);
}

/** An allowed call that was never dialled, since its dialplan did not hear of it: nothing stays reserved. */
export async function release(guard: CallGuard, { pbx, uniqueid }: DialAttempt, { e164 }: Outcome): Promise<void> {
  const end = { seconds: [0], answered: false, cause: null, trunkUp: false, age: 0 };
  await guard.ended({ pbx, uniqueid, at: Date.now(), e164: e164 || null, ...end });
}
