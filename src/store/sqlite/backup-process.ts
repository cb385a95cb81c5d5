import { constants, setPriority } from 'node:os';
import { backup } from './backup.ts';
import { openFile, unavailable } from './database.ts';

// A process of its own that copies the database `argv[2]` as of `argv[3]` (milliseconds since 1970) and tells its parent
// what became of it. It takes the processor only when nobody else wants it.

/** `damaged`: the database cannot be read to its end. */
export type BackupResult = { copy: string } | { error: string; damaged: boolean };

function copied(file: string, now: number): BackupResult {
  try {
    setPriority(constants.priority.PRIORITY_LOW);
  } catch {
    // Some containers forbid it; the copy is made all the same.
  }
  try {
    const db = openFile(file, { create: false, readonly: true });
    try {
      return { copy: backup(db, file, now) };
    } finally {
      db.close();
    }
  } catch (error) {
    const why = unavailable(error)?.message ?? (error as Error).message;
    return { error: why, damaged: /damaged/.test(why) };
  }
}

const [, , file = '', now] = process.argv;
process.send?.(copied(file, Number(now)));
