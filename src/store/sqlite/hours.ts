import type { Attempt } from '../../core/attempt.ts';
import { type HabitHour, hourOfWeek, MEMORY_WEEKS, weekOf } from '../../core/habit.ts';
import { localTime } from '../../core/local-time.ts';
import type { Lease } from '../../core/verdict.ts';
import type { Db } from './database.ts';
import { inShortTransactions } from './learned.ts';

/** Extensions whose last hour is kept in memory; more would be no telephone system. */
const MOST = 20_000;

export interface HoursRow extends HabitHour {
  site: string;
  ext: string;
}

/** Adds hours to those known of an extension, older or newer. Saying the same twice changes nothing. */
function adder(db: Db): (row: HoursRow) => void {
  const add = db.prepare(
    `INSERT INTO hours (site, ext, hour, week, weeks) VALUES (@site, @ext, @hour, @week, @weeks)
     ON CONFLICT DO UPDATE SET week = MAX(week, excluded.week), weeks = ${2 ** MEMORY_WEEKS - 1} &
       CASE WHEN excluded.week >= week THEN (weeks << (excluded.week - week)) | excluded.weeks
       ELSE weeks | (excluded.weeks << (week - excluded.week)) END`,
  );
  return (row) => void add.run(row);
}

/** Reads in which hours of the week an extension calls. */
export function hoursReader(db: Db): (site: string, ext: string) => HabitHour[] {
  const read = db.prepare('SELECT hour, week, weeks FROM hours WHERE site = ? AND ext = ?');
  return (site, ext) => read.all(site, ext) as HabitHour[];
}

/**
 * Remembers the hour of a call that goes out, one write an extension and hour. Calls to new destinations teach nothing: a
 * key pressed at night makes no habit.
 */
export function hourKeeper(db: Db, timezoneOf: (site: string) => string): (attempt: Attempt, lease: Lease) => void {
  const add = adder(db);
  const written = new Map<string, number>();
  return ({ at, site, ext, destination }, lease) => {
    if (ext === null || lease.fresh || destination.kind === 'internal') return;
    const local = localTime(at, timezoneOf(site));
    const [hour, week] = [hourOfWeek(local), weekOf(local)];
    const key = `${site}|${ext}`;
    const moment = week * 168 + hour;
    if (written.get(key) === moment) return;
    if (written.size >= MOST) written.clear();
    written.set(key, moment);
    add({ site, ext, hour, week, weeks: 1 });
  };
}

export const allHours = (db: Db): HoursRow[] => db.prepare('SELECT * FROM hours').all() as HoursRow[];

/** Takes over hours that were learned elsewhere. */
export const keepHours = (db: Db, rows: readonly HoursRow[]): Promise<void> => inShortTransactions(db, rows, adder(db));
