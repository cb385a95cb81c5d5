import { setTimeout as sleep } from 'node:timers/promises';
import { countOf, type Ranges, ROW } from '../../core/addresses/ranges.ts';
import type { Db } from './database.ts';
import { PAUSE_MS, patiently } from './decks.ts';

/** Ranges a row of `network_chunks`: written in a transaction of some milliseconds. */
const CHUNK = 4_096;

/** A list of denied networks, as it was imported. Times are milliseconds since 1970. */
export interface NetworkList {
  generation: number;
  name: string;
  /** The file it comes from. */
  source: string;
  sha256: string;
  ranges: number;
  imported_at: number;
  /** It denies nobody from then on; null: until it is removed. */
  until: number | null;
}

export type NewList = Omit<NetworkList, 'generation' | 'ranges'>;

/**
 * Writes a list as a new generation, in short transactions between which calls go on, then puts it in the place of the one of
 * its name with one row. Returns the generation. What was written is taken away again when it cannot be finished.
 */
export async function replace(
  db: Db,
  { name, source, sha256, imported_at, until }: NewList,
  ranges: Ranges,
  progress: (written: number) => void = () => {},
): Promise<number> {
  const begin = db.prepare(
    `INSERT INTO network_lists (name, source, sha256, ranges, imported_at, until, state) VALUES (?, ?, ?, ?, ?, ?, 'loading')`,
  );
  const { lastInsertRowid } = await patiently(() =>
    begin.run(name, source, sha256, countOf(ranges), imported_at, until),
  );
  const generation = Number(lastInsertRowid);
  try {
    const insert = db.prepare('INSERT INTO network_chunks (generation, chunk, ranges) VALUES (?, ?, ?)');
    for (let at = 0; at < ranges.length; at += CHUNK * ROW) {
      await patiently(() => insert.run(generation, at / (CHUNK * ROW), ranges.subarray(at, at + CHUNK * ROW)));
      progress(Math.min(countOf(ranges), at / ROW + CHUNK));
      await sleep(PAUSE_MS);
    }
    const retire = db.prepare("UPDATE network_lists SET state = 'retired' WHERE state = 'active' AND name = ?");
    const activate = db.prepare("UPDATE network_lists SET state = 'active' WHERE generation = ?");
    await patiently(
      db.transaction(() => {
        retire.run(name);
        activate.run(generation);
      }).immediate,
    );
  } catch (error) {
    await patiently(() =>
      db.prepare("UPDATE network_lists SET state = 'retired' WHERE generation = ?").run(generation),
    ).catch(() => undefined);
    throw error;
  } finally {
    await clear(db);
  }
  return generation;
}

/** Returns whether there was such a list. */
export async function remove(db: Db, name: string): Promise<boolean> {
  const retire = db.prepare("UPDATE network_lists SET state = 'retired' WHERE state = 'active' AND name = ?");
  const { changes } = await patiently(() => retire.run(name));
  await clear(db);
  return changes > 0;
}

/** Deletes retired generations, a chunk a transaction. An import that was killed leaves one loading: it goes with the next of its name. */
async function clear(db: Db): Promise<void> {
  const old = db
    .prepare(
      `SELECT generation FROM network_lists WHERE state = 'retired' OR state = 'loading'
         AND EXISTS (SELECT 1 FROM network_lists AS newer WHERE newer.name = network_lists.name
           AND newer.state = 'active' AND newer.generation > network_lists.generation)`,
    )
    .pluck()
    .all() as number[];
  const one = db.prepare(
    'DELETE FROM network_chunks WHERE rowid = (SELECT rowid FROM network_chunks WHERE generation = ? LIMIT 1)',
  );
  const row = db.prepare('DELETE FROM network_lists WHERE generation = ?');
  for (const generation of old) {
    while ((await patiently(() => one.run(generation))).changes > 0) await sleep(PAUSE_MS);
    await patiently(() => row.run(generation));
  }
}

const COLUMNS = 'generation, name, source, sha256, ranges, imported_at, until';

/** The lists in force, also those that have expired. */
export const list = (db: Db): NetworkList[] =>
  db.prepare(`SELECT ${COLUMNS} FROM network_lists WHERE state = 'active' ORDER BY name`).all() as NetworkList[];

/** The ranges of a generation. */
export function read(db: Db, generation: number): Ranges {
  const chunks = db
    .prepare('SELECT ranges FROM network_chunks WHERE generation = ? ORDER BY chunk')
    .pluck()
    .all(generation) as Buffer[];
  return Buffer.concat(chunks);
}
