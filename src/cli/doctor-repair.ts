import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { formatDuration } from '../config/duration.ts';
import { lockDataDir } from '../process/data-lock.ts';
import { backups } from '../store/sqlite/backup.ts';
import { DATABASE_FILE } from '../store/sqlite/database.ts';
import { noteRepair, type Repaired, repair, sound } from '../store/sqlite/repair.ts';
import type { Cli } from './command.ts';
import type { Finding } from './doctor.ts';
import { CommandError } from './io.ts';
import { printJson } from './print.ts';

/** A running guard makes a copy a day. */
const OLD_MS = 3 * 86_400_000;

/** How old the newest copy of the database is. `now` is in milliseconds since 1970. */
export function backupCheck(dataDir: string, now: number): Finding {
  const newest = backups(join(dataDir, DATABASE_FILE))[0];
  if (!newest) return { check: 'backup', state: 'ok', text: 'none yet: a running guard makes one a day' };
  const age = now - newest.at;
  const text = `${newest.path}, ${formatDuration(Math.max(0, age))} old`;
  if (age <= OLD_MS) return { check: 'backup', state: 'ok', text };
  return { check: 'backup', state: 'warn', text: `${text}: a running guard makes one a day; see its log` };
}

/** What was done, in one sentence an administrator can act on. */
function inWords({ backup, rescued, lost, aside }: Repaired): string {
  if (!backup) return `everything could be read from the damaged file, which is kept in ${aside}`;
  const since = new Date(backup.at).toISOString();
  const rest = lost.length === 0 ? 'nothing is missing' : `not all could be read of: ${lost.join(', ')}`;
  const advice = lost.length === 0 ? '' : `; calls since ${since} may be missing from limits and ceilings`;
  return `restored from ${backup.path} with ${rescued} rows of the damaged file, which is kept in ${aside}; ${rest}${advice}`;
}

/** `dialwarden doctor --repair`: a sound database in the place of a damaged one. Throws CommandError where none is to be had. */
export function repairDatabase({ io }: Cli, dataDir: string, json: boolean | undefined): void {
  const file = join(dataDir, DATABASE_FILE);
  if (!existsSync(file)) throw new CommandError(`there is no ${file}; name its folder with --data`);
  const unlock = lockDataDir(dataDir);
  try {
    if (sound(file)) {
      if (json) printJson(io, [{ sound: true }]);
      else io.out(`${file} is sound: nothing was changed\n`);
      return;
    }
    const done = repair(file, io.now());
    if (!done) {
      throw new CommandError(
        `${file} cannot be read and there is no sound copy in ${join(dataDir, 'backups')}: nothing was changed; to start empty, move it and its -wal and -shm away`,
      );
    }
    noteRepair(file, inWords(done), io.now());
    if (json) printJson(io, [{ sound: false, ...done, backup: done.backup?.path ?? null }]);
    else io.out(`${inWords(done)}\n`);
  } finally {
    unlock();
  }
}
