import type { Db } from './database.ts';
import type { LeaseRow } from './leases.ts';

/** A lease is one answered leg's, named by its first end. Which leg that is, and leases for legs that nobody asked about. */
export function legBook(db: Db) {
  const bind = db.prepare('UPDATE leases SET leg = ? WHERE id = ?');
  const copy = db.prepare(
    `INSERT INTO leases (call, site, ext, block, scope, money, opened_at, expires_at, max_seconds, reserved,
       per_minute, connect_fee, first, next, source, leg)
     SELECT call, site, ext, block, scope, money, COALESCE(closed_at, opened_at), expires_at, max_seconds, reserved,
       per_minute, connect_fee, first, next, source, ? FROM leases WHERE id = ?`,
  );
  return {
    /** What the call dials next is not dialled on this lease. */
    bind: (row: LeaseRow, leg: string): void => void bind.run(leg, row.id),
    /** A lease as `row` for another leg that was dialled on that; to be settled at once, since nothing was reserved. */
    another(row: LeaseRow, leg: string): LeaseRow {
      const id = Number(copy.run(leg, row.id).lastInsertRowid);
      const opened = row.closed_at ?? row.opened_at;
      return { ...row, id, opened_at: opened, closed_at: null, seconds: null, charged: 0, leg };
    },
  };
}
