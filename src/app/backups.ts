import { type ChildProcess, fork } from 'node:child_process';
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Log } from '../guard/log.ts';
import type { Ledger } from '../guard/ports.ts';
import { backups } from '../store/sqlite/backup.ts';
import type { BackupResult } from '../store/sqlite/backup-process.ts';

const PROGRAM = fileURLToPath(new URL(`../store/sqlite/backup-process${extname(import.meta.url)}`, import.meta.url));
const HOUR = 3_600_000;
/** How old the newest copy may become. */
const DAY = 24 * HOUR;
/** After a start the calls come first. */
const FIRST_LOOK_MS = 60_000;

export interface BackupParts {
  /** The database file. */
  file: string;
  ledger: Pick<Ledger, 'report'>;
  now: () => number;
  log: Log;
  firstLookMs?: number;
}

/**
 * Copies the database once a day, in a process of its own, and says aloud when that cannot be done. A file that cannot be
 * read to its end is damaged, and nobody else may have noticed. Returns what stops it.
 */
export function startBackups({ file, ledger, now, log, firstLookMs = FIRST_LOOK_MS }: BackupParts): () => void {
  let over = false;
  let running: ChildProcess | null = null;

  async function failed({ error, damaged }: { error: string; damaged: boolean }): Promise<void> {
    log.error('database not backed up', { error });
    const title = damaged ? 'The database file is damaged' : 'The database could not be backed up';
    const why = damaged ? `${error}; stop the guard and run \`dialwarden doctor --repair\`` : error;
    await ledger.report({ severity: damaged ? 'critical' : 'warning', title, why, at: now(), calls: 0 });
  }

  function told(result: BackupResult): void {
    if ('copy' in result) log.info('database backed up', { copy: result.copy });
    else failed(result).catch((e: Error) => log.error('incident not recorded', { error: e.message }));
  }

  function look(): void {
    const recent = backups(file).some(({ at }) => Math.abs(now() - at) < DAY);
    if (running !== null || recent) return;
    const child = fork(PROGRAM, [file, String(now())], { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
    running = child;
    let result: BackupResult = { error: 'the copy was not finished', damaged: false };
    child.on('message', (message) => {
      result = message as BackupResult;
    });
    child.on('error', (error) => log.error('backup cannot start', { error: error.message }));
    child.on('close', () => {
      running = null;
      if (!over) told(result);
    });
  }

  const first = setTimeout(look, firstLookMs);
  const hourly = setInterval(look, HOUR);
  return () => {
    over = true;
    clearTimeout(first);
    clearInterval(hourly);
    running?.kill('SIGKILL');
  };
}
