import { setTimeout as sleep } from 'node:timers/promises';
import type { Log } from './log.ts';

/** The store's broom. */
export interface Retention {
  /**
   * Deletes a few rows of what is older than `keepDays` before `now` (milliseconds since 1970), in one short transaction.
   * `done`: there was nothing left. Throws when the store fails.
   */
  slice(now: number, keepDays: number): { calls: number; done: boolean };
}

/** Between two slices calls have the store to themselves. */
const PAUSE_MS = 15;
/** Also before the first time: by then a clock that was wrong at the start has been put right, and nothing is deleted by it. */
const EVERY_MS = 3_600_000;

export interface RetentionParts {
  retention: Retention;
  keepDays: () => number;
  now: () => number;
  log: Pick<Log, 'info' | 'warn'>;
}

/** Deletes, slice by slice, all that is too old now. Returns how many calls went. Rejects when the store fails. */
export async function pruneAll({ retention, keepDays, now }: Omit<RetentionParts, 'log'>, stopped = () => false) {
  let calls = 0;
  for (let done = false; !done && !stopped(); ) {
    const slice = retention.slice(now(), keepDays());
    calls += slice.calls;
    done = slice.done;
    if (!done) await sleep(PAUSE_MS);
  }
  return calls;
}

/** Prunes once an hour. Returns what stops it. */
export function startRetention({ log, ...parts }: RetentionParts): () => void {
  let stopped = false;
  let timer = setTimeout(prune, EVERY_MS);
  async function prune(): Promise<void> {
    try {
      const calls = await pruneAll(parts, () => stopped);
      if (calls > 0) log.info('old calls deleted', { calls, keepDays: parts.keepDays() });
    } catch (error) {
      log.warn('old calls cannot be deleted now', { error: (error as Error).message });
    }
    if (!stopped) timer = setTimeout(prune, EVERY_MS);
  }
  return () => {
    stopped = true;
    clearTimeout(timer);
  };
}
