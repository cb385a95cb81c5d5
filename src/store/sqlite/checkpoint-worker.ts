import { workerData } from 'node:worker_threads';
import { openFile } from './database.ts';

/** How often the write-ahead log is looked at. */
const LOOK_MS = 500;
/** So many pages are written back at the next look (SQLite's own measure): afterwards a commit begins the log anew and waits for the disk. */
const ENOUGH_PAGES = 1_000;
/** Fewer are written back so long after the first. */
const LATEST_MS = 5_000;
/** Rounds at once: what was committed meanwhile is little, and without it SQLite begins the log anew. */
const ROUNDS = 4;

const db = openFile(workerData as string, { create: false });
let emptyAt = performance.now();

/** Pages that the database file lacks, after what `mode` does (https://sqlite.org/pragma.html#pragma_wal_checkpoint); null: another program does it. */
function missing(mode: 'NOOP' | 'PASSIVE'): number | null {
  const [state] = db.pragma(`wal_checkpoint(${mode})`) as { busy: number; log: number; checkpointed: number }[];
  return state && state.busy === 0 ? state.log - state.checkpointed : null;
}

/** A database that is locked or full is the guard's to tell of; here it is tried again. */
function writeBack(): void {
  try {
    const now = performance.now();
    let pages = missing('NOOP') ?? 0;
    if (pages > 0 && pages < ENOUGH_PAGES && now - emptyAt < LATEST_MS) return;
    for (let round = 0; round < ROUNDS && pages > 0; round++) pages = missing('PASSIVE') ?? 0;
    emptyAt = now;
  } catch {}
}

setInterval(writeBack, LOOK_MS);
