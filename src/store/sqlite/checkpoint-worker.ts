import { workerData } from 'node:worker_threads';
import { openFile } from './database.ts';

/** How often the write-ahead log is written back. */
const EVERY_MS = 500;
/** Rounds at once: what was committed meanwhile is little, and without it SQLite begins the log anew. */
const ROUNDS = 4;

const db = openFile(workerData as string, { create: false });

/** A database that is locked or full is the guard's to tell of; here it is tried again. */
function writeBack(): void {
  try {
    for (let round = 0; round < ROUNDS; round++) {
      const [done] = db.pragma('wal_checkpoint(PASSIVE)') as { busy: number; log: number; checkpointed: number }[];
      if (!done || done.busy > 0 || done.checkpointed === done.log) return;
    }
  } catch {}
}

setInterval(writeBack, EVERY_MS);
