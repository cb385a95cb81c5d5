import type { Habits } from '../../guard/silence.ts';
import { MEMORY } from './confirmations.ts';
import type { Db } from './database.ts';
import { ceilingsReader } from './settings.ts';

/** Of the latest so many calls it is told whose they are. */
const LATEST = 2_000;

/** Reads what the guard knows of a site's habits, and what it was asked lately. */
export function habitsReader(db: Db): (site: string, now: number) => Habits {
  const first = db.prepare('SELECT MIN(at) FROM calls').pluck();
  const latest = db.prepare(
    `SELECT COUNT(*) AS calls, COALESCE(SUM(scope > 0), 0) AS money
     FROM (SELECT site, scope FROM calls ORDER BY at DESC LIMIT ${LATEST}) WHERE site = ?`,
  );
  const known = db.prepare(
    'SELECT 1 FROM confirmations WHERE site = ? AND at > ? AND (until IS NULL OR until > ?) LIMIT 1',
  );
  const ceilings = ceilingsReader(db);
  return (site, now) => {
    const { calls, money } = latest.get(site) as { calls: number; money: number };
    const knows = ceilings(site) !== null || known.get(site, now - MEMORY, now) !== undefined;
    return { since: first.get() as number | null, calls, money, knows };
  };
}

/** The kinds of silence that an open incident tells of. */
export const silences = (db: Db): { kind: string; incident: number }[] =>
  db
    .prepare(
      `SELECT id AS incident, substr(key, 15) AS kind FROM incidents
       WHERE state <> 'closed' AND key <> '' AND key >= 'guard:silence:' AND key < 'guard:silence;' ORDER BY id`,
    )
    .all() as { kind: string; incident: number }[];
