import type { IncidentKind } from '../../core/verdict.ts';
import type { Severity } from '../../guard/outbox.ts';
import type { CallRow } from './calls.ts';
import * as calls from './calls.ts';
import type { Db } from './database.ts';
import { type LogRow, logWriter, ofIncident } from './incident-log.ts';
import { outboxWriter } from './outbox-writer.ts';

export type IncidentState = 'open' | 'acknowledged' | 'closed';

export interface IncidentRow {
  id: number;
  kind: IncidentKind;
  severity: Severity;
  site: string;
  ext: string;
  state: IncidentState;
  resolution: string | null;
  title: string;
  /** The code and evidence of the finding that opened it. */
  evidence: { code: string } & Record<string, string | number>;
  opened_at: number;
  updated_at: number;
  closed_at: number | null;
  calls: number;
  /** Calls of it that were blocked or refused. */
  stopped: number;
  /** What its calls cost, in micro-units. */
  lost: number;
  /** What those that were stopped would have cost at the least, each with one billed increment. */
  saved: number;
}

const shaped = (row: unknown): IncidentRow => {
  const { key: _key, ...raw } = row as Omit<IncidentRow, 'evidence'> & { evidence: string; key: string };
  return { ...raw, evidence: JSON.parse(raw.evidence) };
};

export interface IncidentFilter {
  state?: IncidentState | undefined;
  kind?: IncidentKind | undefined;
}

/** Incidents, oldest first. */
export const list = (db: Db, { state, kind }: IncidentFilter = {}): IncidentRow[] =>
  db
    .prepare('SELECT * FROM incidents WHERE state = COALESCE(?, state) AND kind = COALESCE(?, kind) ORDER BY id')
    .all(state ?? null, kind ?? null)
    .map(shaped);

/** One incident with its log and its calls, oldest first; null when there is none of that number. */
export function get(db: Db, id: number): (IncidentRow & { log: LogRow[]; callRows: CallRow[] }) | null {
  const row = db.prepare('SELECT * FROM incidents WHERE id = ?').get(id);
  if (!row) return null;
  const log = ofIncident(db, id).map(({ at, who, what, why }) => ({ at, who, what, why }));
  return { ...shaped(row), log, callRows: calls.ofIncident(db, id) };
}

export interface Change {
  state: IncidentState;
  resolution?: string | null | undefined;
  who: string;
  why: string;
  at: number;
}

/** Somebody was faster. */
export class AlreadyClosed extends Error {
  override name = 'AlreadyClosed';
}

/**
 * Changes an incident's state and logs who did it and why. Throws AlreadyClosed where it is closed, and an Error when
 * there is none of that number.
 */
export function change(db: Db, id: number, { state, resolution = null, who, why, at }: Change): void {
  db.transaction(() => {
    const { changes } = db
      .prepare(
        `UPDATE incidents SET state = @state, resolution = COALESCE(@resolution, resolution), updated_at = @at,
           closed_at = CASE WHEN @state = 'closed' THEN @at END WHERE id = @id AND state <> 'closed'`,
      )
      .run({ id, state, resolution, at });
    if (changes === 0) {
      const known = db.prepare('SELECT resolution FROM incidents WHERE id = ?').get(id) as IncidentRow | undefined;
      if (!known) throw new Error(`there is no incident ${id}`);
      throw new AlreadyClosed(`incident ${id} is closed already, as ${known.resolution}`);
    }
    logWriter(db)(id, { at, who, what: state, why });
    if (state === 'closed') outboxWriter(db).post(id, 'closed', at);
  }).immediate();
}

export interface NewIncident {
  kind: IncidentKind;
  severity: Severity;
  site: string;
  ext?: string;
  title: string;
  evidence: IncidentRow['evidence'];
  /** Under which later reports join it. */
  key?: string;
  who: string;
  why: string;
  at: number;
}

/** Opens an incident that no call made, such as a change of mode, and returns its number. */
export function add(db: Db, { ext = '', evidence, key = '', who, why, ...row }: NewIncident): number {
  return db.transaction(() => {
    const { lastInsertRowid } = db
      .prepare(
        `INSERT INTO incidents (kind, severity, site, ext, state, title, evidence, key, opened_at, updated_at)
         VALUES (@kind, @severity, @site, @ext, 'open', @title, @evidence, @key, @at, @at)`,
      )
      .run({ ...row, ext, key, evidence: JSON.stringify(evidence) });
    const id = Number(lastInsertRowid);
    logWriter(db)(id, { at: row.at, who, what: 'opened', why });
    outboxWriter(db).post(id, 'first', row.at);
    return id;
  })();
}
