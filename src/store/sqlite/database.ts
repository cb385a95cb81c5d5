import { chmodSync, closeSync, existsSync, fdatasync, fdatasyncSync, mkdirSync, openSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import Database from 'better-sqlite3';
import type { Log } from '../../guard/log.ts';
import { LedgerUnavailable } from '../../guard/ports.ts';
import { migrate, pending } from './migrate.ts';

export type Db = Database.Database;

/** The one file in the data folder that holds everything (SQLite adds `-wal` and `-shm` beside it). */
export const DATABASE_FILE = 'dialwarden.db';

/** Pages in the write-ahead log from which a commit writes them back. */
export const CHECKPOINT_PAGES = 4000;

/** Milliseconds a statement waits for another program's lock. It blocks the event loop, so it stays under a call's deadline. */
export const BUSY_MS = 200;

const PLAIN: [code: string, words: string][] = [
  ['SQLITE_BUSY', 'the database is locked by another program'],
  ['SQLITE_LOCKED', 'the database is locked'],
  ['SQLITE_FULL', 'the disk is full'],
  ['SQLITE_CORRUPT', 'the database file is damaged'],
  ['SQLITE_NOTADB', 'the file is no dialwarden database, or damaged'],
  ['SQLITE_IOERR', 'the disk cannot be read or written'],
  ['SQLITE_READONLY', 'the database cannot be written (read-only file, folder or disk)'],
  ['SQLITE_CANTOPEN', 'the database file cannot be opened'],
  ['SQLITE_PROTOCOL', 'the database is locked by another program'],
  ['SQLITE_NOMEM', 'the machine is out of memory'],
];

/** The store's failure in plain words, or null when `error` is no failure of the store but a bug or a caller's error. */
export function unavailable(error: unknown): LedgerUnavailable | null {
  if (!(error instanceof Database.SqliteError)) return null;
  const words = PLAIN.find(([code]) => error.code.startsWith(code))?.[1];
  return words === undefined ? null : new LedgerUnavailable(words, { cause: error });
}

export interface OpenOptions {
  /** Make the folder and the database where there is none, and bring an older one up to date. */
  create: boolean;
  readonly?: boolean;
  /** Also one that a later migration is missing from, as it is. */
  older?: boolean;
  /** Milliseconds since 1970, for the names of backups. */
  now?: number;
  log?: Pick<Log, 'info'> | undefined;
  progress?: ((done: number, of: number) => void) | undefined;
}

/** Opens the database in a data folder. Throws an Error whose message tells the administrator what to do. */
export function openDatabase(dataDir: string, options: OpenOptions): Db {
  return openFile(join(dataDir, DATABASE_FILE), options);
}

/** Opens a database file (`:memory:` for none on disk, '' for a temporary one). Errors as `openDatabase`. */
export function openFile(
  file: string,
  { create, readonly = false, older = false, now = Date.now(), log, progress }: OpenOptions,
): Db {
  const onDisk = file !== ':memory:' && file !== '';
  if (onDisk && !create && !existsSync(file)) {
    throw new Error(
      `there is no ${file}: start the guard once with \`dialwarden serve\`, or name its folder with --data`,
    );
  }
  if (onDisk && create) makeOwn(file);
  let db: Db | null = null;
  try {
    db = new Database(file, { timeout: BUSY_MS, readonly, fileMustExist: !create });
    // Of a new file alone: pruning can give pages back in small steps, and never has to write the whole file anew.
    if (create) db.pragma('auto_vacuum = INCREMENTAL');
    if (!readonly) db.pragma('journal_mode = WAL');
    db.pragma('synchronous = NORMAL');
    db.pragma('cache_size = -5000');
    db.pragma(`wal_autocheckpoint = ${CHECKPOINT_PAGES}`);
    // A log that a long reader made larger than this shrinks again.
    db.pragma('journal_size_limit = 67108864');
    db.pragma('foreign_keys = ON');
    if (create) migrate(db, { file, now, log, progress });
    else if (!older) refuseOlder(db, file);
    return db;
  } catch (error) {
    db?.close();
    throw explained(error, file);
  }
}

/** The database is its owner's alone. SQLite gives its log and index the mode of the database, and to a new one what is usual. */
function makeOwn(file: string): void {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  if (!existsSync(file)) closeSync(openSync(file, 'a', 0o600));
  for (const path of [file, `${file}-wal`, `${file}-shm`].filter(existsSync)) {
    const { mode, uid } = statSync(path);
    if (mode & 0o077 && uid === process.geteuid?.()) chmodSync(path, 0o600);
  }
}

function refuseOlder(db: Db, file: string): void {
  const names = pending(db).map((m) => m.name);
  if (names.length === 0) return;
  throw new Error(`${file} was written by an older dialwarden: start \`dialwarden serve\` of this version once`);
}

function explained(error: unknown, file: string): Error {
  const plain = unavailable(error);
  if (!plain) return error instanceof Error ? error : new Error(String(error));
  const code = (error as { code: string }).code;
  const damaged = code.startsWith('SQLITE_CORRUPT') || code.startsWith('SQLITE_NOTADB');
  const advice = damaged ? '; stop the guard and run `dialwarden doctor --repair`' : '';
  return new Error(`${file}: ${plain.message}${advice}`, { cause: error });
}

/** What puts the commits so far on disk, and lets go of the file. */
export interface Sync {
  /** Settles once they are on disk; null where nothing has to be waited for. */
  (): Promise<void> | null;
  close(): void;
}

/** For what is not on disk or not written. */
export const noSync: Sync = Object.assign(() => null, { close: () => {} });

/**
 * A power cut must not take back a commit that holds money. The pragma `synchronous` cannot change inside a transaction,
 * where the decision falls; so commits run at NORMAL, which survives a killed process, and this flushes the write-ahead
 * log afterwards, as FULL does (https://sqlite.org/pragma.html#pragma_synchronous). Beside the event loop: calls that cost
 * nothing do not wait for the disk.
 */
export function walSync(db: Db): Sync {
  if (db.memory) return noSync;
  const fd = openSync(`${db.name}-wal`, 'r+');
  const flush = promisify(fdatasync);
  let running: Promise<void> | null = null;
  let next: Promise<void> | null = null;
  const start = (): Promise<void> => {
    next = null;
    running = flush(fd).finally(() => {
      running = null;
    });
    return running;
  };
  // A flush that is under way may have begun before the last commit: whoever asks now waits for the one after it.
  const sync = () => {
    if (!running) return start();
    next ??= running.then(start, start);
    return next;
  };
  const close = () => {
    fdatasyncSync(fd);
    const over = () => closeSync(fd);
    void (next ?? running ?? Promise.resolve()).then(over, over);
  };
  return Object.assign(sync, { close });
}
