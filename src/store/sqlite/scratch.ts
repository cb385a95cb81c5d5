import type { Batch } from './batch.ts';
import type { Db } from './database.ts';

/**
 * Runs the jobs of a ledger that nobody reads afterwards, each at once, within one transaction that is never committed: no
 * gathering, no savepoints, nothing to undo. A job that throws leaves the database half written, and its owner throws it away.
 */
export function scratchBatch(db: Db): Batch {
  db.pragma('journal_mode = OFF');
  return {
    run: async (work) => {
      if (!db.inTransaction) db.exec('BEGIN');
      return work();
    },
    flush: () => {},
    close: () => {},
  };
}
