import { setTimeout as sleep } from 'node:timers/promises';
import type { Tariff } from '../../core/money.ts';
import type { Db } from './database.ts';
import { PREFIX_MARKS, prefixesOf } from './overrides.ts';

// Calls are admitted by another program while a deck is written. A writer that finds the lock taken sleeps and tries
// again, so the lock has to be free most of the time: short transactions with longer pauses between.
const WRITE_MS = 5;
export const PAUSE_MS = 15;
const ROWS_BETWEEN_LOOKS = 100;
const ROWS_DELETED = 1_000;
/** How long an import tries to get its turn before it gives up, in pauses. */
const PATIENCE = 200;

/** One price of a rate deck. Money in micro-units of the site's currency, increments in seconds. */
export interface RateRow {
  /** Digits of an E.164 without its `+`. */
  prefix: string;
  destination: string;
  perMinute: number;
  connectFee: number;
  first: number;
  next: number;
}

export interface DeckRow {
  generation: number;
  name: string;
  sha256: string;
  imported_at: number;
  rows: number;
  state: 'loading' | 'active' | 'retired';
}

export interface NewDeck {
  name: string;
  /** Of the file it comes from. */
  sha256: string;
  at: number;
}

/** Reads the active deck's price of an E.164's digits by the longest prefix; null without a deck or a match. */
export function tariffReader(db: Db): (digits: string) => Tariff | null {
  const active = db.prepare("SELECT generation, name FROM decks WHERE state = 'active'");
  const longest = db.prepare(
    `SELECT per_minute AS perMinute, connect_fee AS connectFee, first, next FROM rates
     WHERE generation = ? AND prefix IN (${PREFIX_MARKS}) ORDER BY length(prefix) DESC LIMIT 1`,
  );
  return (digits) => {
    const deck = active.get() as Pick<DeckRow, 'generation' | 'name'> | undefined;
    const rate = deck && (longest.get(deck.generation, ...prefixesOf(digits)) as Omit<Tariff, 'source'> | undefined);
    return rate ? { ...rate, source: `deck ${deck.name}` } : null;
  };
}

/**
 * Writes a deck as a new generation that no call sees until `activate`, while calls go on. Returns the generation.
 * When `rows` throws or a prefix comes twice, what was written is taken away again and the error passed on.
 */
export async function begin(
  db: Db,
  { name, sha256, at }: NewDeck,
  rows: Iterable<RateRow> | AsyncIterable<RateRow>,
  progress: (written: number) => void = () => {},
): Promise<number> {
  const { lastInsertRowid } = await patiently(() =>
    db
      .prepare("INSERT INTO decks (name, sha256, imported_at, rows, state) VALUES (?, ?, ?, 0, 'loading')")
      .run(name, sha256, at),
  );
  const generation = Number(lastInsertRowid);
  try {
    const written = await write(db, generation, rows, progress);
    await patiently(() => db.prepare('UPDATE decks SET rows = ? WHERE generation = ?').run(written, generation));
    return generation;
  } catch (error) {
    await discard(db, generation);
    throw error;
  }
}

async function write(
  db: Db,
  generation: number,
  rows: Iterable<RateRow> | AsyncIterable<RateRow>,
  progress: (written: number) => void,
): Promise<number> {
  const insert = db.prepare(
    `INSERT INTO rates (generation, prefix, destination, per_minute, connect_fee, first, next)
     VALUES (${generation}, @prefix, @destination, @perMinute, @connectFee, @first, @next)`,
  );
  let written = 0;
  let waiting: RateRow[] = [];
  /** Writes as many of the waiting rows as fit in a short transaction; returns how many. */
  const some = db.transaction((): number => {
    const until = performance.now() + WRITE_MS;
    let done = 0;
    while (done < waiting.length && (done % ROWS_BETWEEN_LOOKS !== 0 || performance.now() < until || done === 0)) {
      insert.run(waiting[done++]);
    }
    return done;
  });
  const drain = async (below: number) => {
    while (waiting.length > below) {
      const done = await patiently(some.immediate);
      waiting = waiting.slice(done);
      written += done;
      progress(written);
      await sleep(PAUSE_MS);
    }
  };
  for await (const row of rows) {
    waiting.push(row);
    if (waiting.length >= 4_000) await drain(2_000);
  }
  await drain(0);
  return written;
}

/** Makes a loaded generation the one in force, from the next call on, and deletes the one before it. */
export async function activate(db: Db, generation: number): Promise<void> {
  await patiently(
    db.transaction(() => {
      db.prepare("UPDATE decks SET state = 'retired' WHERE state = 'active'").run();
      const { changes } = db.prepare("UPDATE decks SET state = 'active' WHERE generation = ?").run(generation);
      if (changes === 0) throw new Error(`there is no rate deck of generation ${generation}`);
    }).immediate,
  );
  await clear(db);
}

/** Goes back to the built-in prices. Returns whether a deck was in force. */
export async function deactivate(db: Db): Promise<boolean> {
  const { changes } = await patiently(() =>
    db.prepare("UPDATE decks SET state = 'retired' WHERE state = 'active'").run(),
  );
  await clear(db);
  return changes > 0;
}

/** Deletes the rows of retired generations in short transactions; their names stay in `list`. */
export async function clear(db: Db): Promise<void> {
  for (const { generation, state } of list(db)) if (state === 'retired') await deleteRows(db, generation);
}

async function discard(db: Db, generation: number): Promise<void> {
  await deleteRows(db, generation);
  await patiently(() => db.prepare('DELETE FROM decks WHERE generation = ?').run(generation));
}

async function deleteRows(db: Db, generation: number): Promise<void> {
  const some = db.prepare(
    `DELETE FROM rates WHERE generation = @generation AND prefix IN
       (SELECT prefix FROM rates WHERE generation = @generation LIMIT ${ROWS_DELETED})`,
  );
  while ((await patiently(() => some.run({ generation }))).changes > 0) await sleep(PAUSE_MS);
}

/** Runs a short write, again while another program holds the lock. */
export async function patiently<T>(work: () => T): Promise<T> {
  for (let tries = 1; ; tries++) {
    try {
      return work();
    } catch (error) {
      if (!String((error as { code?: string }).code).startsWith('SQLITE_BUSY') || tries === PATIENCE) throw error;
      await sleep(PAUSE_MS);
    }
  }
}

export const list = (db: Db): DeckRow[] => db.prepare('SELECT * FROM decks ORDER BY generation').all() as DeckRow[];

export const active = (db: Db): DeckRow | null =>
  (db.prepare("SELECT * FROM decks WHERE state = 'active'").get() as DeckRow | undefined) ?? null;

/** The prices of a generation in the order of their prefixes, read as they are asked for. */
export const rowsOf = (db: Db, generation: number): IterableIterator<RateRow> =>
  db
    .prepare(
      `SELECT prefix, destination, per_minute AS perMinute, connect_fee AS connectFee, first, next
       FROM rates WHERE generation = ? ORDER BY prefix`,
    )
    .iterate(generation) as IterableIterator<RateRow>;
