import Database from 'better-sqlite3';
import { openFile, unavailable } from './database.ts';
import { pending } from './migrate.ts';

/**
 * Names of the migrations that a database file lacks. Throws an Error that says what to do: it was written by a newer
 * dialwarden, it is damaged, or no database of ours.
 */
export function lacking(file: string): string[] {
  let db: Database.Database | null = null;
  try {
    db = new Database(file, { readonly: true, fileMustExist: true });
    return pending(db).map(({ name }) => name);
  } catch (error) {
    const plain = unavailable(error);
    throw plain ? new Error(`${file}: ${plain.message}; stop the guard and run \`dialwarden doctor --repair\``) : error;
  } finally {
    db?.close();
  }
}

/** What was done to a database. */
export interface Upgraded {
  /** The copy that was made first; null where nothing had to be done. */
  backup: string | null;
  applied: string[];
}

/** Copies a database to `backups/` and applies what it lacks. `now` is in milliseconds since 1970. No guard may run. */
export function upgradeDatabase(file: string, now: number, progress: (done: number, of: number) => void): Upgraded {
  const done: Upgraded = { backup: null, applied: [] };
  const info = (_event: string, { copy, migration }: { copy?: string; migration?: string }) => {
    done.backup = copy ?? done.backup;
    if (migration !== undefined) done.applied.push(migration);
  };
  openFile(file, { create: true, now, log: { info }, progress }).close();
  return done;
}
