import { createHash } from 'node:crypto';
import type { ChainLine, LogHead } from '../../guard/outbox.ts';
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

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

/** SHA-256 of a line as a JSON list. */
export const lineHash = (incident: number, { at, who, what, why }: LogRow): string =>
  sha256(JSON.stringify([incident, at, who, what, why]));

/** A line's entry in the chain. It covers only the line's hash, so that a line can be proved without showing others. */
export const chainHash = (before: string, line: string): string => sha256(`${before}\n${line}`);

/** Appends to the log of incidents, within the caller's transaction. */
export function logWriter(db: Db): (incident: number, line: LogRow) => void {
  const last = db.prepare('SELECT hash FROM incident_log ORDER BY id DESC LIMIT 1').pluck();
  const insert = db.prepare('INSERT INTO incident_log (incident, at, who, what, why, hash) VALUES (?, ?, ?, ?, ?, ?)');
  return (incident, line) => {
    const hash = chainHash((last.get() as string | undefined) ?? '', lineHash(incident, line));
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
    if (written && chainHash(before, lineHash(row.incident, row)) !== row.hash)
      return { lines, broken: row.id, head: head(db) };
    before = row.hash;
  }
  return { lines, broken: null, head: head(db) };
}

/** The chain from an incident's first line to the end; of other incidents only the hashes. */
export function chainFrom(db: Db, incident: number): { before: string; chain: ChainLine[] } {
  const first = db.prepare('SELECT MIN(id) FROM incident_log WHERE incident = ?').pluck().get(incident) as number;
  const before = db.prepare('SELECT hash FROM incident_log WHERE id < ? ORDER BY id DESC LIMIT 1').pluck().get(first);
  const rows = db.prepare('SELECT * FROM incident_log WHERE id >= ? ORDER BY id').all(first) as ChainRow[];
  const chain = rows.map(({ id, incident: of, hash, at, who, what, why }) => ({
    id,
    line: lineHash(of, { at, who, what, why }),
    hash,
    own: of === incident ? { at, who, what, why } : null,
  }));
  return { before: (before as string | undefined) ?? '', chain };
}
