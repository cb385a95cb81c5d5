import { type Attempt, target } from '../core/attempt.ts';
import type { Recorded } from './ports.ts';
import { within } from './within.ts';

/** The questions of one call that the store has not settled, and what came of those that it has. */
interface Waiting {
  questions: number;
  /** One was answered in time: the PBX goes by it. */
  heard: boolean;
  /** One reserved money and was answered too late. */
  late: boolean;
}

/**
 * Waits for the store as long as the PBX may wait, `ms` milliseconds, then answers null; rejects as `pending` does. What a
 * verdict reserved that came later is given to `takeBack`, once the call has no other question open, and only if none was
 * answered in time: asked again, a call is given the reserve of its first question.
 */
export function lateVerdicts(takeBack: (attempt: Attempt) => void) {
  const calls = new Map<string, Waiting>();

  function settled(attempt: Attempt, key: string, call: Waiting): void {
    if (--call.questions > 0) return;
    calls.delete(key);
    if (call.late && !call.heard) takeBack(attempt);
  }

  return function inTime(attempt: Attempt, pending: Promise<Recorded>, ms: number): Promise<Recorded | null> {
    const key = [attempt.pbx, attempt.uniqueid, target(attempt)].join('\n');
    const call = calls.get(key) ?? { questions: 0, heard: false, late: false };
    calls.set(key, call);
    call.questions++;
    let late = false;
    const note = ({ decision, repeated }: Recorded): void => {
      if (!late) call.heard = true;
      else if (!repeated && decision.lease?.money) call.late = true;
    };
    pending
      .then(note)
      .catch(() => undefined)
      .then(() => settled(attempt, key, call));
    return within(ms, pending, () => {
      late = true;
      return null;
    });
  };
}
