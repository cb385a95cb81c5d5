import { Worker } from 'node:worker_threads';
import type { Log } from '../../guard/log.ts';
import { CHECKPOINT_PAGES, type Db } from './database.ts';

const WORKER = new URL('./checkpoint-worker.js', import.meta.url);
/** Pages of 4 KiB in the write-ahead log from which a commit writes back what the worker has not yet: little, unless it cannot keep up. */
export const MOST_PAGES = 8_000;
/** It hardly needs any memory, and V8 would take it. */
const SMALL = { maxYoungGenerationSizeMb: 2, maxOldGenerationSizeMb: 24 };

/**
 * Writes the write-ahead log back in a worker: a commit that did it would hold up every call for as long as the disk takes
 * to flush some megabytes. Returns what ends it.
 */
export function startCheckpoints(db: Db, log?: Pick<Log, 'warn'>): () => void {
  if (db.memory) return () => {};
  const worker = new Worker(WORKER, { workerData: db.name, resourceLimits: SMALL });
  worker.unref();
  worker.once('online', () => db.open && db.pragma(`wal_autocheckpoint = ${MOST_PAGES}`));
  worker.once('error', (error) => {
    if (db.open) db.pragma(`wal_autocheckpoint = ${CHECKPOINT_PAGES}`);
    log?.warn('commits write the log back themselves', { error: error.message });
  });
  return () => void worker.terminate();
}
