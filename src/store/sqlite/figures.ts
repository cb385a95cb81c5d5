import type { Micros } from '../../core/money.ts';
import type { Db } from './database.ts';
import { DAY, HOUR, hourOf } from './usage.ts';

/** What a site has at stake at a moment. */
export interface Stake {
  site: string;
  /** Calls that hold a lease, and those of them that hold money. */
  open: number;
  money: number;
  reserved: Micros;
  /** Charged for calls that ended in the 24 hours before. */
  charged: Micros;
}

/** Reads the stakes of every site that has any; of the day's charges 24 rows a site, and the calls of the hour before them. */
export function stakesReader(db: Db): (at: number) => Stake[] {
  const all = db.prepare(
    `SELECT site, SUM(open) AS open, SUM(money) AS money, SUM(reserved) AS reserved, SUM(charged) AS charged FROM (
       SELECT site, COUNT(*) AS open, SUM(money) AS money, SUM(reserved) AS reserved, 0 AS charged
       FROM leases WHERE closed_at IS NULL GROUP BY site
       UNION ALL SELECT site, 0, 0, 0, charged FROM spent_hours WHERE hour > @hour
       UNION ALL SELECT leases.site, 0, 0, 0, leases.charged
       FROM (SELECT DISTINCT site FROM spent_hours) AS spent CROSS JOIN leases ON leases.site = spent.site
         AND closed_at IS NOT NULL AND leases.charged > 0 AND closed_at > @since AND closed_at < @whole)
     GROUP BY site ORDER BY site`,
  );
  return (at) => {
    const since = at - DAY;
    const hour = hourOf(since);
    return all.all({ since, hour, whole: (hour + 1) * HOUR }) as Stake[];
  };
}

export interface Report {
  verdicts: { verdict: string; calls: number }[];
  /** Calls by region, the busiest first. */
  destinations: { region: string; calls: number; minutes: number; charged: Micros }[];
  /** Why calls were blocked or questioned, by the first reason's code. */
  reasons: { verdict: string; code: string; calls: number; exts: number }[];
  /** Extensions by what they cost. */
  extensions: { site: string; ext: string; calls: number; blocked: number; charged: Micros }[];
  /** The same of calls that went on only because nothing was enforced, and what they cost. */
  observed: { verdict: string; code: string; calls: number; exts: number; charged: Micros }[];
  /** `observed`: calls that would have been blocked. */
  incidents: { state: string; incidents: number; calls: number; stopped: number; observed: number }[];
  money: { charged: Micros; reserved: Micros };
}

/** What happened from `from` to `to` (milliseconds since 1970, UTC); at most `top` rows a list. */
export function report(db: Db, from: number, to: number, top = 10): Report {
  const rows = <T>(sql: string): T[] => db.prepare(sql).all({ from, to, top }) as T[];
  const span = 'at >= @from AND at < @to';
  return {
    verdicts: rows(`SELECT verdict, COUNT(*) AS calls FROM calls WHERE ${span} GROUP BY verdict ORDER BY verdict`),
    destinations: rows(
      `SELECT region, COUNT(*) AS calls, COALESCE(SUM(billsec), 0) / 60 AS minutes, SUM(charged) AS charged
       FROM calls WHERE ${span} AND region IS NOT NULL GROUP BY region ORDER BY calls DESC, region LIMIT @top`,
    ),
    reasons: rows(
      `SELECT verdict, reasons ->> '$[0].code' AS code, COUNT(*) AS calls, COUNT(DISTINCT site || '/' || ext) AS exts
       FROM calls WHERE ${span} AND verdict <> 'allow' GROUP BY verdict, code ORDER BY calls DESC LIMIT @top`,
    ),
    observed: rows(
      `SELECT would AS verdict, reasons ->> '$[0].code' AS code, COUNT(*) AS calls,
         COUNT(DISTINCT site || '/' || ext) AS exts, SUM(charged) AS charged
       FROM calls WHERE ${span} AND would IS NOT NULL GROUP BY would, code ORDER BY calls DESC LIMIT @top`,
    ),
    extensions: rows(
      `SELECT site, ext, COUNT(*) AS calls, SUM(verdict = 'block') AS blocked, SUM(charged) AS charged
       FROM calls WHERE ${span} GROUP BY site, ext ORDER BY charged DESC, calls DESC LIMIT @top`,
    ),
    incidents: rows(
      `SELECT state, COUNT(*) AS incidents, SUM(calls) AS calls, SUM(stopped) AS stopped,
         SUM((SELECT COUNT(*) FROM calls WHERE incident = incidents.id AND would = 'block')) AS observed
       FROM incidents WHERE updated_at >= @from AND opened_at < @to GROUP BY state ORDER BY state DESC`,
    ),
    money: {
      charged: one(
        db,
        'SELECT SUM(charged) AS n FROM leases WHERE closed_at >= ? AND closed_at < ? AND charged > 0',
        from,
        to,
      ),
      reserved: one(db, 'SELECT SUM(reserved) AS n FROM leases WHERE closed_at IS NULL'),
    },
  };
}

const one = (db: Db, sql: string, ...values: number[]): number =>
  (db.prepare(sql).get(...values) as { n: number | null }).n ?? 0;

/** When the last question was recorded; null for never. */
export const lastAsked = (db: Db): number | null =>
  (db.prepare('SELECT MAX(at) AS at FROM calls').get() as { at: number | null }).at;

/** SQLite's own check of the file: `ok`, or what is wrong with it. */
export const integrity = (db: Db): string => String(db.pragma('quick_check(1)', { simple: true }));

/**
 * Megabytes of a file made before incremental vacuum was switched on that hold nothing and are not given back; 0 where they
 * are less than half of it.
 */
export function stuckMegabytes(db: Db): number {
  const [mode, free, pages, size] = ['auto_vacuum', 'freelist_count', 'page_count', 'page_size'].map(
    (name) => db.pragma(name, { simple: true }) as number,
  ) as [number, number, number, number];
  return mode === 2 || 2 * free < pages ? 0 : Math.round((free * size) / 1e6);
}
