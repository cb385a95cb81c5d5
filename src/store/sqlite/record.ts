import type { Attempt } from '../../core/attempt.ts';
import { atLeast } from '../../core/destination.ts';
import type { Facts, Previous } from '../../core/facts.ts';
import type { Action, Decision, Lease } from '../../core/verdict.ts';
import type { Db } from './database.ts';
import { ELEVATED, INTERNATIONAL } from './usage.ts';

/** A row of `calls`, as far as the ledger itself reads it. */
export interface CallRecord {
  id: number;
  /** When its key was asked about first. */
  at: number;
  site: string;
  ext: string;
  scope: number;
  region: string | null;
  e164: string | null;
  verdict: Action;
  would: 'warn' | 'block' | null;
  state: Previous['state'];
  cleared: 0 | 1;
  counted: 0 | 1;
  max_seconds: number | null;
  reasons: string;
  incident: number | null;
  ended_at: number | null;
  billsec: number | null;
}

/** What a decision changes in the row of its call. */
export interface Outcome {
  verdict: Action;
  state: Previous['state'];
  decision: Decision;
  incident: number | null;
}

export const scopeOf = ({ destination }: Attempt, override: Facts['override']): number => {
  const own = 'class' in destination ? destination.class : 'low';
  const riskClass = override?.action === 'class' && override.class ? override.class : own;
  const abroad = destination.kind === 'international' ? INTERNATIONAL : 0;
  return abroad | (atLeast(riskClass, 'elevated') ? ELEVATED : 0);
};

/** Reads and writes the rows of `calls`, one a key of (PBX, channel, target). */
export function callWriter(db: Db) {
  const find = db.prepare('SELECT * FROM calls WHERE pbx = ? AND uniqueid = ? AND target = ?');
  const get = db.prepare('SELECT * FROM calls WHERE id = ?');
  const again = db.prepare('UPDATE calls SET asked = asked + 1 WHERE id = ?');
  const insert = db.prepare(
    `INSERT INTO calls (pbx, uniqueid, target, site, ext, at, dialled, kind, e164, region, line_type, class, scope,
       addr, meant, verdict, would, state, cleared, counted, max_seconds, reasons, incident)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  const change = db.prepare(
    `UPDATE calls SET verdict = ?, would = ?, state = ?, cleared = MAX(cleared, ?), counted = MAX(counted, ?),
       max_seconds = ?, reasons = ?, incident = COALESCE(?, incident), ended_at = NULL WHERE id = ?`,
  );
  const retire = db.prepare("UPDATE calls SET target = 'ended:' || id || ':' || target WHERE id = ?");
  return {
    find: ({ pbx, uniqueid }: Attempt, key: string) => (find.get(pbx, uniqueid, key) as CallRecord | undefined) ?? null,
    get: (id: number) => (get.get(id) as CallRecord | undefined) ?? null,
    askedAgain: (id: number) => again.run(id),
    /** Gives the key of a call that is over to the next one. */
    retire: (id: number) => retire.run(id),
    insert(attempt: Attempt, key: string, scope: number, outcome: Outcome): number {
      const d = attempt.destination;
      const { lastInsertRowid } = insert.run(
        attempt.pbx,
        attempt.uniqueid,
        key,
        attempt.site,
        attempt.ext ?? '',
        attempt.at,
        attempt.dialled,
        d.kind,
        'e164' in d ? d.e164 : null,
        'region' in d ? d.region : null,
        'lineType' in d ? d.lineType : null,
        'class' in d ? d.class : null,
        scope,
        attempt.addr,
        attempt.meant.length > 0 ? JSON.stringify(attempt.meant) : null,
        ...columns(outcome),
      );
      return Number(lastInsertRowid);
    },
    change: (id: number, outcome: Outcome) => change.run(...columns(outcome), id),
  };
}

/** The values of the last eight columns of `insert` and the first of `change`. */
const columns = ({ verdict, state, decision, incident }: Outcome) => [
  verdict,
  decision.verdict.would ?? null,
  state,
  Number(decision.verdict.action === 'allow'),
  Number(decision.lease !== null),
  decision.verdict.maxSeconds,
  JSON.stringify(decision.verdict.reasons),
  incident,
];

/** Milliseconds by which what a PBX tells may come later than something else of the same call. */
export const LATE_MS = 1_000;

/**
 * The call of a key, until its end; null where the key asked again is another call. One that nobody answered goes on: a second
 * trunk neither asks again what was just confirmed nor counts a second time. A channel that came to be after the question is
 * another one with the same unique id.
 */
export function goingOn(row: CallRecord | null, { at, age }: Pick<Attempt, 'at' | 'age'>): CallRecord | null {
  if (row === null || (age !== undefined && row.at < at - age - LATE_MS)) return null;
  const isOver = row.ended_at !== null && (row.state !== 'ended' || (row.billsec ?? 0) > 0);
  return isOver ? null : row;
}

/** An earlier outcome as a decision: a warning that was confirmed is an allow, one that was refused a block. */
export function recall(row: CallRecord, lease: Lease | null): Decision {
  const action: Action =
    row.state === 'asking' ? 'warn' : ['refused', 'blocked'].includes(row.state) ? 'block' : 'allow';
  const would = row.would ?? undefined;
  return {
    verdict: { action, reasons: JSON.parse(row.reasons), maxSeconds: row.max_seconds, ...(would && { would }) },
    action: would ?? action,
    findings: [],
    lease,
    keys: 1,
  };
}
