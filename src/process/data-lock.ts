import { closeSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';

/**
 * One guard a data directory. The lock is SQLite's own on a file of its own: the kernel lets go of it however the process
 * ends, so there is no stale one. `serve.pid` beside it tells people whom to signal.
 * Throws an Error in one line when another guard holds it. Returns the function that lets go.
 */
export function lockDataDir(dataDir: string): () => void {
  const pidFile = join(dataDir, 'serve.pid');
  const lockFile = join(dataDir, 'serve.lock');
  closeSync(openSync(lockFile, 'a', 0o600));
  const lock = new Database(lockFile, { timeout: 0 });
  try {
    lock.exec('BEGIN EXCLUSIVE');
  } catch (error) {
    lock.close();
    if ((error as { code?: string }).code !== 'SQLITE_BUSY') throw error;
    throw new Error(
      `another guard (pid ${holder(pidFile)}) works on ${dataDir}: stop it, or give this one its own --data`,
    );
  }
  writeFileSync(pidFile, `${process.pid}\n`, { mode: 0o600 });
  return () => lock.close();
}

function holder(pidFile: string): string {
  try {
    return readFileSync(pidFile, 'utf8').trim();
  } catch {
    return 'unknown';
  }
}
