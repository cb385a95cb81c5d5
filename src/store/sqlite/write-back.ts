import type { Db } from './database.ts';

/** So many pages are written back at once (SQLite's own measure). */
const ENOUGH_PAGES = 1_000;
/** Fewer are written back so long after the last time. */
const LATEST_MS = 5_000;
/** SQLite begins the log anew only where nothing was committed during a round: each is shorter, so one of the next is such. */
const ROUNDS = 8;
/** Pages of the commit that begins the log anew: they are no reason to write back again. */
const OWN_PAGES = 1;

/**
 * Pages in the write-ahead log that the database file lacks (NOOP counts them, and needs no lock:
 * https://sqlite.org/pragma.html#pragma_wal_checkpoint).
 */
function missing(db: Db): number {
  const [{ log, checkpointed }] = db.pragma('wal_checkpoint(NOOP)') as [{ log: number; checkpointed: number }];
  return log - checkpointed;
}

/**
 * Returns what looks at the write-ahead log, and writes it back where that is due. `now`: milliseconds. Throws SqliteError.
 *
 * The first commit to a log that is wholly written back begins it anew and waits until its header is on disk
 * (https://sqlite.org/src/info/ff5be73dee), for seconds where the disk is slow. It must not be a call's, so it is made here:
 * a call meanwhile waits for the lock, and not for long.
 */
export function writeBack(db: Db, now: () => number): () => void {
  const beginAnew = db.prepare(`PRAGMA user_version = ${db.pragma('user_version', { simple: true })}`);
  let doneAt = now();
  return () => {
    let left = missing(db);
    const few = now() - doneAt < LATEST_MS ? ENOUGH_PAGES : OWN_PAGES + 1;
    if (left > 0 && left < few) return;
    for (let round = 0; round < ROUNDS && left !== OWN_PAGES; round++) {
      db.pragma('wal_checkpoint(PASSIVE)');
      if (missing(db) === 0) beginAnew.run();
      left = missing(db);
    }
    doneAt = now();
  };
}
