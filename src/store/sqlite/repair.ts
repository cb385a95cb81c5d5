import { chmodSync, chownSync, copyFileSync, existsSync, mkdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import Database from 'better-sqlite3';
import { type Backup, backups } from './backup.ts';
import { type Db, openFile } from './database.ts';
import { reporter } from './reports.ts';

/** What became of a damaged database. */
export interface Repaired {
  /** Where the broken files are kept. */
  aside: string;
  /** null: everything could be read from the broken file itself. */
  backup: Backup | null;
  /** Rows that are newer than the backup, read from the broken file. */
  rescued: number;
  /** Tables of which the broken file gave nothing, or not all. */
  lost: string[];
}

/** Whether every page of a database file can be read and makes sense. False also where it is none. */
export function sound(file: string): boolean {
  let db: Db | null = null;
  try {
    db = new Database(file, { readonly: true, fileMustExist: true });
    const [found] = db.pragma('integrity_check(1)') as { integrity_check: string }[];
    return found?.integrity_check === 'ok' && db.prepare('SELECT COUNT(*) FROM migrations').pluck().get() !== 0;
  } catch {
    return false;
  } finally {
    db?.close();
  }
}

/**
 * Puts a sound database in the place of a broken one and keeps the broken files in a folder beside it. What can be read of
 * the broken file is newer than any backup: where all of it can, nothing is lost; else the newest sound backup takes over,
 * with the rows that the broken file still gives. Returns null, and changes nothing, where neither is to be had. No guard
 * may run. `now` is in milliseconds since 1970.
 */
export function repair(file: string, now: number): Repaired | null {
  const aside = join(dirname(file), `damaged-${new Date(now).toISOString().replace(/[:.]/g, '-')}`);
  mkdirSync(aside, { mode: 0o700 });
  for (const path of filesOf(file)) renameSync(path, join(aside, basename(path)));
  const broken = join(aside, basename(file));
  const fresh = `${file}.repaired`;
  remove(fresh);
  const found = whole(broken, fresh) ?? fromBackup(file, broken, fresh);
  if (!found) {
    for (const path of filesOf(broken)) renameSync(path, join(dirname(file), basename(path)));
    rmSync(aside, { recursive: true });
    return null;
  }
  const { uid, gid, mode } = statSync(broken);
  chmodSync(fresh, mode);
  chownSync(fresh, uid, gid);
  renameSync(fresh, file);
  return { aside, ...found };
}

/** Writes in an incident what was repaired. */
export function noteRepair(file: string, why: string, now: number): void {
  const db = openFile(file, { create: true, now });
  const report = { severity: 'critical', title: 'The database was damaged and has been repaired', calls: 0 } as const;
  reporter(db).report({ ...report, why, at: now });
  db.close();
}

const filesOf = (file: string): string[] => ['', '-wal', '-shm'].map((end) => `${file}${end}`).filter(existsSync);

/** Everything that the broken file holds, where it is only broken in what can be made anew. */
function whole(broken: string, fresh: string): Omit<Repaired, 'aside'> | null {
  const { lost } = rescue(broken, fresh);
  if (lost.length === 0 && sound(fresh)) return { backup: null, rescued: 0, lost };
  remove(fresh);
  return null;
}

function fromBackup(file: string, broken: string, fresh: string): Omit<Repaired, 'aside'> | null {
  const copy = backups(file).find(({ path }) => sound(path));
  if (!copy) return null;
  copyFileSync(copy.path, fresh);
  const { rescued, lost } = rescue(broken, fresh);
  if (sound(fresh)) return { backup: copy, rescued, lost };
  remove(fresh);
  copyFileSync(copy.path, fresh);
  return { backup: copy, rescued: 0, lost: ['everything since'] };
}

const remove = (file: string) => filesOf(file).forEach((path) => void rmSync(path));

/** Takes over from the broken file what it still gives, table by table: all rows, else those behind the last one here. */
function rescue(broken: string, fresh: string): { rescued: number; lost: string[] } {
  openFile(fresh, { create: true }).close();
  const db = new Database(fresh);
  const lost: string[] = [];
  let rescued = 0;
  try {
    db.pragma('journal_mode = DELETE');
    db.pragma('foreign_keys = OFF');
    db.prepare('ATTACH ? AS broken').run(broken);
    const tables = db
      // `word` holds one mark, which every table that follows changes.
      .prepare(
        `SELECT name FROM main.sqlite_schema
         WHERE type = 'table' AND name NOT LIKE 'sqlite%' AND name <> 'word' ORDER BY rowid`,
      )
      .pluck()
      .all() as string[];
    for (const table of tables) {
      const all = attempt(db, `INSERT OR REPLACE INTO main."${table}" SELECT * FROM broken."${table}"`);
      if (all === null) lost.push(table);
      const behind = `SELECT * FROM broken."${table}" WHERE rowid > (SELECT COALESCE(MAX(rowid), 0) FROM main."${table}")`;
      rescued += all ?? attempt(db, `INSERT OR IGNORE INTO main."${table}" ${behind}`) ?? 0;
    }
  } catch {
    lost.push('everything since');
  } finally {
    db.close();
  }
  return { rescued, lost };
}

/** Rows that a statement wrote; null where it failed, which undoes it. */
function attempt(db: Db, sql: string): number | null {
  try {
    return db.prepare(sql).run().changes;
  } catch {
    return null;
  }
}
