import type { Db } from './database.ts';

/** So many pages are written back at once (SQLite's own measure): afterwards a commit begins the log anew and waits for the disk. */
const ENOUGH_PAGES = 1_000;
/** Fewer are written back so long after the last time. */
const LATEST_MS = 5_000;
/** SQLite begins the log anew only where nothing was committed during a round: each is shorter, so one of the next is such. */
const ROUNDS = 8;

/**
 * What `wal_checkpoint` does in a mode; pages that the database file lacks of those that were in the log when it began
 * (https://sqlite.org/pragma.html#pragma_wal_checkpoint). 0 where another program is at it.
 */
function checkpoint(db: Db, mode: 'NOOP' | 'PASSIVE'): number {
  const [state] = db.pragma(`wal_checkpoint(${mode})`) as { busy: number; log: number; checkpointed: number }[];
  return state && state.busy === 0 ? state.log - state.checkpointed : 0;
}

/** Returns what looks at the write-ahead log, and writes it back where that is due. `now`: milliseconds. Throws SqliteError. */
export function writeBack(db: Db, now: () => number): () => void {
  let doneAt = now();
  return () => {
    if (checkpoint(db, 'NOOP') < ENOUGH_PAGES && now() - doneAt < LATEST_MS) return;
    for (let round = 0; round < ROUNDS && checkpoint(db, 'NOOP') > 0; round++) checkpoint(db, 'PASSIVE');
    doneAt = now();
  };
}
