import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { lockDataDir } from '../data-lock.ts';
import { DATABASE_FILE } from '../store/sqlite/database.ts';
import { noteRepair, type Repaired, repair, sound } from '../store/sqlite/repair.ts';
import type { Cli } from './command.ts';
import { CommandError } from './io.ts';
import { printJson } from './print.ts';

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
