import type { Destination, LineType, RiskClass } from '../../core/destination.ts';
import type { Previous } from '../../core/facts.ts';
import type { Micros } from '../../core/money.ts';
import type { Action, Reason } from '../../core/verdict.ts';
import type { Db } from './database.ts';
import { DAY } from './usage.ts';

/** One call as the ledger shows it. Times are milliseconds since 1970, money micro-units. */
export interface CallRow {
  id: number;
  uniqueid: string;
  pbx: string;
  at: number;
  site: string;
  /** '' when nobody was found to pay. */
  ext: string;
  dialled: string;
  kind: Destination['kind'];
  e164: string | null;
  region: string | null;
  lineType: LineType | null;
  class: RiskClass | null;
  /** The first answer; a warned call stays `warn`, and `state` tells how the warning ended. */
  verdict: Action;
  would: 'warn' | 'block' | null;
  state: Previous['state'];
  reasons: Reason[];
  maxSeconds: number | null;
  incident: number | null;
  billsec: number | null;
  charged: Micros;
  addr: string | null;
}

const COLUMNS = `id, uniqueid, pbx, at, site, ext, dialled, kind, e164, region, line_type AS lineType, class, verdict, would,
  state, reasons, max_seconds AS maxSeconds, incident, billsec, charged, addr`;

const shaped = (row: unknown): CallRow => {
  const raw = row as Omit<CallRow, 'reasons'> & { reasons: string };
  return { ...raw, reasons: JSON.parse(raw.reasons) };
};

export interface CallFilter {
  /** Milliseconds since 1970; calls at this time or later. */
  since?: number | undefined;
  ext?: string | undefined;
  site?: string | undefined;
  /** The newest so many. */
  limit?: number | undefined;
}

/** Calls, oldest first. With a limit, the newest ones. */
export function list(db: Db, { since, ext, site, limit }: CallFilter = {}): CallRow[] {
  return db
    .prepare(
      `SELECT ${COLUMNS} FROM calls
       WHERE at >= ? AND ext = COALESCE(?, ext) AND site = COALESCE(?, site) ORDER BY at DESC, id DESC LIMIT ?`,
    )
    .all(since ?? 0, ext ?? null, site ?? null, limit ?? -1)
    .map(shaped)
    .reverse();
}

export const ofIncident = (db: Db, incident: number): CallRow[] =>
  db.prepare(`SELECT ${COLUMNS} FROM calls WHERE incident = ? ORDER BY id`).all(incident).map(shaped);

/** Reads whether the guard was asked about a call in the last 24 hours, by its channel or else by its number. */
export function askedReader(
  db: Db,
): (call: { uniqueid: string | null; target: string; dialled: string }, now: number) => boolean {
  // Nearly all are found by their channel; only for the others the calls of a day are read.
  const byChannel = db.prepare(
    "SELECT 1 FROM calls WHERE pbx IN ('asterisk', 'freeswitch') AND uniqueid = ? AND at > ? LIMIT 1",
  );
  const byNumber = db.prepare('SELECT 1 FROM calls WHERE at > ? AND (target = ? OR dialled = ?) LIMIT 1');
  return ({ uniqueid, target, dialled }, now) => {
    const since = now - DAY;
    return byChannel.get(uniqueid, since) !== undefined || byNumber.get(since, target, dialled) !== undefined;
  };
}
