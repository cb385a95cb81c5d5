import { createHash } from 'node:crypto';
import type { LogHead } from '../../guard/outbox.ts';
import type { Db } from './database.ts';

/** One change of an incident: who did what, when and why. */
export interface LogRow {
  at: number;
  who: string;
  what: string;
  why: string;
}

interface ChainRow extends LogRow {
  id: number;
  incident: number;
  hash: string;
}

/** SHA-256 over the hash of the line before and this line as a JSON list, joined by a line feed. */
export const chainHash = (before: string, incident: number, { at, who, what, why }: LogRow): string =>
  createHash('sha256')
    .update(`${before}\n${JSON.stringify([incident, at, who, what, why])}`)
    .digest('hex');

/** Appends to the log of incidents, within the caller's transaction. */
export function logWriter(db: Db): (incident: number, line: LogRow) => void {
  const last = db.prepare('SELECT hash FROM incident_log ORDER BY id DESC LIMIT 1').pluck();
  const insert = db.prepare('INSERT INTO incident_log (incident, at, who, what, why, hash) VALUES (?, ?, ?, ?, ?, ?)');
  return (incident, line) => {
    const hash = chainHash((last.get() as string | undefined) ?? '', incident, line);
    insert.run(incident, line.at, line.who, line.what, line.why, hash);
  };
}

/** The end of the chain; null while there is no log. */
export const head = (db: Db): LogHead | null =>
  (db.prepare('SELECT id, hash FROM incident_log ORDER BY id DESC LIMIT 1').get() as LogHead | undefined) ?? null;

export const ofIncident = (db: Db, incident: number): (LogRow & { id: number; hash: string })[] =>
  db
    .prepare('SELECT id, at, who, what, why, hash FROM incident_log WHERE incident = ? ORDER BY id')
    .all(incident) as never;

/** Recomputes the chain. `broken`: the first line that is not what was written; null: all is as it was. */
export function verifyChain(db: Db): { lines: number; broken: number | null; head: LogHead | null } {
  let before = '';
  let lines = 0;
  for (const row of db.prepare('SELECT * FROM incident_log ORDER BY id').iterate() as Iterable<ChainRow>) {
    lines++;
    const written = row.hash !== '' || before !== '';
    if (written && chainHash(before, row.incident, row) !== row.hash) return { lines, broken: row.id, head: head(db) };
    before = row.hash;
  }
  return { lines, broken: null, head: head(db) };
}
