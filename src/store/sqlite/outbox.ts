import type { Claim, MessageKind, Notice, Outbox, Route, Severity } from '../../guard/outbox.ts';
import type { Db } from './database.ts';
import { head } from './incident-log.ts';
import { acquaintance, graveFor } from './outbox-routes.ts';

const MINUTE = 60_000;
/** A message that may have arrived is not sent again before this. */
const IN_DOUBT_MS = MINUTE;
/** How long a route rests after its first failure in a row, its second and so on. */
const BACK_OFF_MS = [2_000, 5_000, 15_000, MINUTE, 5 * MINUTE, 15 * MINUTE];
/** Pieces of news in one message. */
const TOGETHER = 200;

const at = <T>(list: readonly T[], i: number): T => list[Math.min(i, list.length - 1)] as T;

/** A line of the log that says what an incident has become. */
const RAISED = "who = 'guard' AND what IN ('warning', 'critical')";

const NEWS = `SELECT outbox.id AS message, outbox.kind, outbox.at, attempts, incidents.id, incidents.kind AS incidentKind,
    severity, site, ext, incidents.state, resolution, title, evidence, opened_at AS openedAt, updated_at AS updatedAt,
    calls, stopped, lost, saved,
    COALESCE(
      (SELECT why FROM incident_log WHERE incident_log.incident = incidents.id AND ${RAISED} AND incident_log.at <= (
         SELECT MIN(claimed_at) FROM deliveries AS told JOIN outbox AS news ON news.id = told.message
         WHERE news.incident = incidents.id AND told.route = deliveries.route) ORDER BY id DESC LIMIT 1),
      (SELECT why FROM incident_log WHERE incident_log.incident = incidents.id AND what = 'opened' AND EXISTS (
         SELECT 1 FROM incident_log AS raised WHERE raised.incident = incidents.id AND ${RAISED})),
      title) AS subject,
    (SELECT MAX(blocks.id) FROM blocks WHERE blocks.incident = incidents.id AND lifted_at IS NULL) AS block,
    (SELECT json_object('at', at, 'who', who, 'what', what, 'why', why) FROM incident_log
     WHERE incident_log.incident = incidents.id ORDER BY id DESC LIMIT 1) AS last
  FROM deliveries JOIN outbox ON outbox.id = message JOIN incidents ON incidents.id = outbox.incident`;

type NewsRow = Omit<Notice['incident'], 'last' | 'evidence'> & {
  message: number;
  kind: MessageKind;
  at: number;
  attempts: number;
  incidentKind: string;
  evidence: string;
  last: string;
};

function noticeOf({
  message,
  kind,
  at: when,
  attempts: _attempts,
  incidentKind,
  evidence,
  last,
  ...row
}: NewsRow): Notice {
  return {
    message,
    kind,
    at: when,
    incident: {
      ...row,
      kind: incidentKind,
      evidence: JSON.parse(evidence),
      last: JSON.parse(last),
    },
  };
}

interface DueRow {
  id: number;
  kind: MessageKind;
  incident: number;
  severity: Severity;
  state: string;
  updated: number;
}

/** The outbox that the notifier empties. Only one process may do so at a time: the one that holds the data folder. */
export function openOutbox(db: Db): Outbox {
  const due = db.prepare(
    `SELECT outbox.id, outbox.kind, incidents.id AS incident, severity, state, updated_at AS updated
     FROM outbox JOIN incidents ON incidents.id = incident
     WHERE planned = 0 AND due <= ? ORDER BY outbox.id`,
  );
  const planned = db.prepare('UPDATE outbox SET planned = 1 WHERE id = ?');
  const deliver = db.prepare('INSERT INTO deliveries (message, route, next_at) VALUES (?, ?, ?)');
  const told = db
    .prepare(
      `SELECT COALESCE(MAX(claimed_at), 0) FROM deliveries JOIN outbox ON outbox.id = message
       WHERE outbox.incident = ? AND route = ? AND state = 'sent'`,
    )
    .pluck();
  const resting = db.prepare('SELECT 1 FROM routes WHERE route = ? AND next_at > ?');
  const claimed = db.prepare('SELECT MAX(claimed_at) FROM deliveries WHERE route = ?').pluck();
  const orphan = db
    .prepare(
      "SELECT batch FROM deliveries WHERE route = ? AND state = 'claimed' AND next_at <= ? ORDER BY batch LIMIT 1",
    )
    .pluck();
  const waiting = db
    .prepare(
      "SELECT message FROM deliveries WHERE route = ? AND state = 'waiting' AND next_at <= ? ORDER BY attempts, message LIMIT ?",
    )
    .pluck();
  const take = db.prepare(
    `UPDATE deliveries SET state = 'claimed', batch = @batch, attempts = attempts + 1, claimed_at = @now, next_at = @again
     WHERE message = @message AND route = @route`,
  );
  const ofBatch = db.prepare('SELECT message FROM deliveries WHERE route = ? AND batch = ?').pluck();
  const news = db.prepare(`${NEWS} WHERE route = ? AND batch = ? ORDER BY message`);
  const done = db.prepare(
    "UPDATE deliveries SET state = 'sent', sent_at = ?, error = '' WHERE route = ? AND batch = ? AND state = 'claimed'",
  );
  const inDoubt = db.prepare('UPDATE deliveries SET next_at = ?, error = ? WHERE route = ? AND batch = ?');
  const undo = db.prepare(
    `UPDATE deliveries SET state = 'waiting', batch = NULL, claimed_at = NULL, next_at = ?, error = ?
     WHERE route = ? AND batch = ?`,
  );
  const well = db.prepare('DELETE FROM routes WHERE route = ?');
  const failures = db.prepare('SELECT failures FROM routes WHERE route = ?').pluck();
  const ill = db.prepare('INSERT OR REPLACE INTO routes (route, failures, next_at, error) VALUES (?, ?, ?, ?)');

  const getToKnow = acquaintance(db);

  const plan = (routes: readonly Pick<Route, 'id' | 'from'>[], now: number): void => {
    // What falls due a moment later goes along.
    for (const row of due.all(now + MINUTE) as DueRow[]) {
      planned.run(row.id);
      // What a digest would say is in the message that says it is over.
      if (row.kind === 'digest' && row.state === 'closed') continue;
      // Nor is there anything to tell where the incident was told of since its last call.
      const stale = (route: string) =>
        row.kind === 'digest' && (told.get(row.incident, route) as number) >= row.updated;
      for (const { id, from } of routes) if (graveFor(from, row.severity) && !stale(id)) deliver.run(row.id, id, now);
    }
  };

  const claim: Outbox['claim'] = ({ id: route, together, everyMs }, now) => {
    if (resting.get(route, now)) return null;
    let batch = orphan.get(route, now) as number | undefined;
    let messages: number[];
    if (batch !== undefined) messages = ofBatch.all(route, batch) as number[];
    else {
      if (((claimed.get(route) as number | null) ?? 0) > now - everyMs) return null;
      messages = waiting.all(route, now, together ? TOGETHER : 1) as number[];
      if (messages.length === 0) return null;
      batch = Math.min(...messages);
    }
    for (const message of messages) take.run({ batch, message, route, now, again: now + IN_DOUBT_MS });
    const rows = news.all(route, batch) as NewsRow[];
    return { batch, attempt: Math.max(...rows.map((r) => r.attempts)), notices: rows.map(noticeOf), head: head(db) };
  };

  const failed: Outbox['failed'] = (route, batch, now, why, doubtful) => {
    const before = (failures.get(route) as number | undefined) ?? 0;
    const again = now + at(BACK_OFF_MS, before);
    if (doubtful) inDoubt.run(Math.max(again, now + IN_DOUBT_MS), why, route, batch);
    else undo.run(now, why, route, batch);
    ill.run(route, before + 1, again, why);
    return again;
  };

  /** The ways of the last look that are known: asked for every half second. */
  let met: string | null = null;
  return {
    plan: (routes, now) => {
      const ids = routes.map((route) => route.id).join();
      const changed = met !== ids;
      if (!changed && !due.get(now)) return;
      db.transaction(() => {
        if (changed) getToKnow(routes, now);
        if (due.get(now)) plan(routes, now);
      }).immediate();
      met = ids;
    },
    claim: (route, now) => {
      const idle = !orphan.get(route.id, now) && waiting.get(route.id, now, 1) === undefined;
      return idle ? null : (db.transaction(() => claim(route, now)).immediate() as Claim | null);
    },
    sent: (route, batch, now) =>
      db
        .transaction(() => {
          done.run(now, route, batch);
          well.run(route);
        })
        .immediate(),
    failed: (...args) => db.transaction(() => failed(...args)).immediate(),
  };
}
