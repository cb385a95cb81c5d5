import {
  closeSync,
  fchownSync,
  lchownSync,
  mkdirSync,
  openSync,
  readdirSync,
  renameSync,
  rmSync,
  statfsSync,
  statSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import type { Db } from './database.ts';

const KEPT = 5;
const NAME = /^dialwarden-(\d{4}-\d\d-\d\dT\d\d-\d\d-\d\d)-\d{3}Z-.*\.db$/;

export interface Backup {
  path: string;
  /** When it was made, in milliseconds since 1970, to the second. */
  at: number;
}

const backupFolder = (file: string): string => join(dirname(file), 'backups');

/** The copies of a database, the newest first. */
export function backups(file: string): Backup[] {
  let names: string[];
  try {
    names = readdirSync(backupFolder(file));
  } catch {
    return [];
  }
  const found = names.flatMap((name) => {
    const stamp = NAME.exec(name)?.[1];
    if (stamp === undefined) return [];
    const [day, time] = stamp.split('T') as [string, string];
    return [{ path: join(backupFolder(file), name), at: Date.parse(`${day}T${time.replace(/-/g, ':')}Z`) }];
  });
  return found.sort((a, b) => b.at - a.at || b.path.localeCompare(a.path));
}

/**
 * Copies the database to `backups/` beside it and keeps the newest five; `now` is in milliseconds since 1970. The copy is
 * read row by row, so that a damaged file gives an error and no damaged copy, and has its name only when it is whole.
 * Readers and writers go on meanwhile (https://sqlite.org/lang_vacuum.html#vacuuminto). Returns the copy's path.
 */
export function backup(db: Db, file: string, now: number): string {
  const folder = backupFolder(file);
  const { uid, gid } = statSync(file);
  // An administrator's command makes the copy as root; the guard's own copies go into the same folder.
  if (mkdirSync(folder, { recursive: true, mode: 0o700 }) && process.geteuid?.() === 0) lchownSync(folder, uid, gid);
  const { bavail, bsize } = statfsSync(folder);
  if (bavail * bsize < 2 * statSync(file).size) throw new Error(`there is no room for a copy in ${folder}`);
  const version = db.prepare('SELECT MAX(version) FROM migrations').pluck().get() as number;
  const stamp = new Date(now).toISOString().replace(/[:.]/g, '-');
  const copy = join(folder, `dialwarden-${stamp}-v${String(version).padStart(4, '0')}.db`);
  const unfinished = join(folder, 'unfinished.db');
  for (const path of [unfinished, `${unfinished}-journal`]) rmSync(path, { force: true });
  // SQLite takes an empty file as it is, and would make a new one for everybody to read.
  const fd = openSync(unfinished, 'wx', 0o600);
  if (process.geteuid?.() === 0) fchownSync(fd, uid, gid);
  closeSync(fd);
  db.prepare('VACUUM INTO ?').run(unfinished);
  renameSync(unfinished, copy);
  for (const { path } of backups(file).slice(KEPT)) rmSync(path);
  return copy;
}
