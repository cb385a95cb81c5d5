import type { MessageKind } from '../../guard/outbox.ts';
import type { Db } from './database.ts';

/** A delivery as `dialwarden outbox` shows it; times are milliseconds since 1970. */
export interface DeliveryRow {
  message: number;
  incident: number;
  kind: MessageKind;
  at: number;
  /** '' while it gathers calls, or where it is for nobody. */
  route: string;
  state: 'gathering' | 'waiting' | 'claimed' | 'sent';
  attempts: number;
  /** When it is tried (again). */
  next: number | null;
  sent: number | null;
  error: string;
}

/** What waits, oldest first; with `all` also what was sent. */
export const list = (db: Db, { all = false } = {}): DeliveryRow[] =>
  db
    .prepare(
      `SELECT outbox.id AS message, incident, kind, outbox.at, '' AS route, 'gathering' AS state, 0 AS attempts,
         due AS next, NULL AS sent, '' AS error FROM outbox WHERE planned = 0
       UNION ALL
       SELECT message, incident, kind, outbox.at, deliveries.route, deliveries.state, attempts,
         CASE WHEN deliveries.state = 'sent' THEN NULL ELSE MAX(deliveries.next_at, COALESCE(routes.next_at, 0)) END,
         sent_at, COALESCE(NULLIF(deliveries.error, ''), routes.error, '')
       FROM deliveries JOIN outbox ON outbox.id = message LEFT JOIN routes ON routes.route = deliveries.route
       WHERE @all OR deliveries.state <> 'sent'
       ORDER BY message, route`,
    )
    .all({ all: Number(all) }) as DeliveryRow[];

/** Lets every route be tried at once; what may have arrived still waits its minute. Returns how many deliveries wait. */
export function retry(db: Db): number {
  return db
    .transaction(() => {
      db.prepare('DELETE FROM routes').run();
      return db.prepare("SELECT COUNT(*) FROM deliveries WHERE state <> 'sent'").pluck().get() as number;
    })
    .immediate();
}

/** Reads how many deliveries wait, and since when the oldest does (milliseconds since 1970; null: none waits). */
export function waitingReader(db: Db): () => { waiting: number; since: number | null } {
  const all = db.prepare(
    `SELECT COUNT(*) AS waiting, MIN(outbox.at) AS since FROM deliveries INDEXED BY deliveries_open
     JOIN outbox ON outbox.id = message WHERE deliveries.state <> 'sent'`,
  );
  return () => all.get() as { waiting: number; since: number | null };
}
