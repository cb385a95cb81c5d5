import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Log } from '../../guard/log.ts';
import { backup } from './backup.ts';
import type { Db } from './database.ts';

/** The package's migrations; the same way up from `src` and from `dist`. */
export const MIGRATIONS = fileURLToPath(new URL('../../../migrations', import.meta.url));

/** Bringing a database up to date may wait longer for another program than a call may. */
const MIGRATION_BUSY_MS = 5_000;

export interface Migration {
  version: number;
  name: string;
  sha256: string;
  sql: string;
}

/** Reads `NNNN_what.sql` files, numbered from 0001. Throws on a gap, a number used twice or a name of another form. */
export function readMigrations(folder = MIGRATIONS): Migration[] {
  const names = readdirSync(folder).filter((name) => name.endsWith('.sql'));
  return names.sort().map((name, i) => {
    const version = Number(/^(\d{4})_[a-z0-9_-]+\.sql$/.exec(name)?.[1]);
    if (Number.isNaN(version)) throw new Error(`migration ${name} is not named like 0001_what.sql`);
    if (version !== i + 1) throw new Error(`migration ${name} stands where number ${i + 1} is missing or used twice`);
    const sql = readFileSync(join(folder, name), 'utf8');
    return { version, name, sql, sha256: createHash('sha256').update(sql).digest('hex') };
  });
}

/** Migrations that the database lacks. Throws when what it has is not the beginning of what the program has. */
export function pending(db: Db, folder = MIGRATIONS): Migration[] {
  const known = readMigrations(folder);
  const applied = appliedTo(db);
  for (const [i, { version, name, sha256 }] of applied.entries()) {
    const same = known[i];
    if (version > known.length) {
      throw new Error(
        `the database was written by a newer dialwarden (it has migration ${name}): install that version`,
      );
    }
    if (version !== i + 1) throw new Error(`the database lacks migration ${i + 1} but has ${name}: restore a backup`);
    if (same?.sha256 !== sha256) {
      throw new Error(
        `migration ${name} was edited after it had been applied (now ${same?.name}): reinstall dialwarden`,
      );
    }
  }
  return known.slice(applied.length);
}

function appliedTo(db: Db): { version: number; name: string; sha256: string }[] {
  const table = db.prepare("SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = 'migrations'").get();
  if (table) return db.prepare('SELECT version, name, sha256 FROM migrations ORDER BY version').all() as never;
  if (db.prepare('SELECT 1 FROM sqlite_schema').get()) {
    throw new Error(`${db.name} is the database of another program: choose another folder with --data`);
  }
  return [];
}

export interface MigrateOptions {
  file: string;
  /** Milliseconds since 1970, for the backup's name. */
  now: number;
  log?: Pick<Log, 'info'> | undefined;
  folder?: string;
  /** Told before each migration and at the end. */
  progress?: ((done: number, of: number) => void) | undefined;
}

/** Applies what is missing, each migration in its own transaction, after a backup of a database that is not empty. */
export function migrate(db: Db, { file, now, log, folder = MIGRATIONS, progress }: MigrateOptions): void {
  const missing = pending(db, folder);
  if (missing.length === 0) return;
  const patience = db.pragma('busy_timeout', { simple: true });
  db.pragma(`busy_timeout = ${MIGRATION_BUSY_MS}`);
  const before = appliedTo(db).length;
  if (before > 0 && !db.memory) {
    const copy = backup(db, file, now);
    log?.info('database backed up', { copy });
  }
  for (const [done, { version }] of missing.entries()) {
    progress?.(done, missing.length);
    db.transaction(() => {
      // Another program may have been faster.
      const next = pending(db, folder)[0];
      if (next?.version !== version) return;
      db.exec(
        'CREATE TABLE IF NOT EXISTS migrations (version INTEGER PRIMARY KEY, name TEXT NOT NULL, sha256 TEXT NOT NULL, applied_at INTEGER NOT NULL) STRICT',
      );
      db.exec(next.sql);
      db.prepare('INSERT INTO migrations VALUES (?, ?, ?, ?)').run(version, next.name, next.sha256, now);
      log?.info('migration applied', { migration: next.name });
    }).exclusive();
  }
  progress?.(missing.length, missing.length);
  db.pragma(`busy_timeout = ${patience}`);
}
