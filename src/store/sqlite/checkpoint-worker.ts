import { workerData } from 'node:worker_threads';
import { openFile } from './database.ts';
import { writeBack } from './write-back.ts';

/** How often the write-ahead log is looked at. */
const LOOK_MS = 500;

const look = writeBack(openFile(workerData as string, { create: false }), () => performance.now());

setInterval(() => {
  try {
    look();
  } catch {
    // A database that is locked or full is the guard's to tell of; here it is tried again.
  }
}, LOOK_MS);
