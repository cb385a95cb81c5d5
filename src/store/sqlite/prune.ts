import type { Retention } from '../../guard/retention.ts';
import type { Db } from './database.ts';
import { DAY, HOUR, hourOf } from './usage.ts';

const WEEK = 7 * DAY;
/** A transaction ends after so many rows, and calls after so many milliseconds: a call that waits for it still is in time. */
const ROWS = 200;
const SLICE_MS = 5;
/** Calls looked at in one transaction: those of incidents stay and are passed over. */
const LOOKED_AT = 500;
/** Free pages are used again by new calls; only where they are more than this, and a fifth of the file, it shrinks. */
const FREE_PAGES = 4_096;
const FREE_SHARE = 5;
/** Pages given back in one go. */
const GIVEN_BACK = 64;
/** Days for which is kept what limits and the ceiling are judged by: a day, and time for a clock that was wrong. */
const USED_DAYS = 3;

/**
 * What ages by itself, beside calls and what was used. `keep` is in days; null: as long as calls. Not here, since they are
 * few or must stay: incidents and their log, limits, extensions, settings, rate decks (`decks.ts` clears them), routes, codes spoken.
 */
const AGEING: { table: string; where: string; keep: number | null }[] = [
  { table: 'answers', where: 'at < @before AND call NOT IN (SELECT id FROM calls)', keep: null },
  { table: 'misdials', where: 'at < @before', keep: null },
  { table: 'forgiven', where: 'call NOT IN (SELECT id FROM calls)', keep: null },
  { table: 'blocks', where: 'COALESCE(lifted_at, until) < @before', keep: null },
  { table: 'spent_hours', where: 'hour < @hour', keep: USED_DAYS },
  { table: 'region_days', where: 'day < @day', keep: 100 },
  { table: 'confirmations', where: "(by = 'caller' AND at < @before) OR until < @before", keep: 100 },
  { table: 'hours', where: 'week < @week', keep: 100 },
  { table: 'phones', where: 'last < @before', keep: 100 },
  { table: 'networks', where: 'until < @before', keep: 30 },
  { table: 'passes', where: 'until < @before', keep: 30 },
  { table: 'overrides', where: 'until < @before', keep: 30 },
  { table: 'probations', where: 'until < @before', keep: 100 },
  { table: 'wrong_pins', where: 'at < @before', keep: 1 },
  { table: 'scans', where: 'last < @before', keep: 100 },
  { table: 'probes', where: 'last < @before', keep: 100 },
  {
    table: 'deliveries',
    where: `state = 'sent' AND sent_at < @before
      AND message IN (SELECT outbox.id FROM outbox JOIN incidents ON incidents.id = incident WHERE state = 'closed')`,
    keep: 30,
  },
  {
    table: 'outbox',
    where: `planned = 1 AND at < @before AND NOT EXISTS (SELECT 1 FROM deliveries WHERE message = outbox.id)
      AND incident IN (SELECT id FROM incidents WHERE state = 'closed')`,
    keep: 30,
  },
];

/** What a statement of AGEING is asked with: `before` in milliseconds, and the same moment in other units. */
function ages(before: number) {
  return {
    before,
    hour: hourOf(before),
    day: new Date(before).toISOString().slice(0, 10),
    // Weeks counted from Monday 1969-12-29.
    week: Math.floor((before + 3 * DAY) / WEEK),
  };
}

/** Calls older than a moment that no incident needs, which `prune` would delete. */
export const prunable = (db: Db, before: number): number =>
  db.prepare('SELECT COUNT(*) FROM calls WHERE at < ? AND incident IS NULL').pluck().get(before) as number;

/**
 * Deletes what is too old, a slice at a time: calls with what hangs on them, but never those of an incident nor one that is
 * going on; then what ages by itself; then it gives free pages back to the disk.
 */
export function pruner(db: Db): Retention {
  const slices = [callSlices(db), usedSlices(db), ...AGEING.map((kind) => ageingSlices(db, kind)), shrinker(db)];
  let turn = 0;
  return {
    slice(now, keepDays) {
      const deleted = slices[turn]!(now, keepDays);
      if (deleted === null) turn = (turn + 1) % slices.length;
      return { calls: turn === 0 ? (deleted ?? 0) : 0, done: deleted === null && turn === 0 };
    },
  };
}

/** Does one slice; returns how many rows went, or null when nothing is left to do but what calls add meanwhile. */
type Slice = (now: number, keepDays: number) => number | null;

/** Goes through calls in the order of their numbers, which is that of time but for clocks that were set. */
function callSlices(db: Db): Slice {
  const next = db.prepare('SELECT id, at, incident FROM calls WHERE id > ? ORDER BY id LIMIT ?');
  const remove = db.prepare(
    'DELETE FROM calls WHERE id = ? AND NOT EXISTS (SELECT 1 FROM leases WHERE call = calls.id AND closed_at IS NULL)',
  );
  let after = 0;
  return db.transaction((now: number, keepDays: number): number | null => {
    const before = now - keepDays * DAY;
    const rows = next.all(after, LOOKED_AT) as { id: number; at: number; incident: number | null }[];
    const until = performance.now() + SLICE_MS;
    let deleted = 0;
    for (const { id, at, incident } of rows) {
      if (deleted === ROWS || (deleted > 0 && performance.now() > until)) return deleted;
      if (at < before && incident === null) deleted += remove.run(id).changes;
      after = id;
    }
    if (rows.length === LOOKED_AT && !rows.some(({ at }) => at >= before && at <= now)) return deleted;
    after = 0;
    return deleted > 0 ? deleted : null;
  }).immediate;
}

/** Forgets what an extension used in an hour: first its calls, then the hour itself, by which they are found. */
function usedSlices(db: Db): Slice {
  const oldest = db.prepare('SELECT DISTINCT site, ext, hour FROM used_hours WHERE hour < ? ORDER BY hour LIMIT ?');
  const calls = db.prepare(
    `DELETE FROM uses WHERE site = @site AND ext = @ext AND ended IN (0, 1)
       AND at >= @hour * ${HOUR} AND at < (@hour + 1) * ${HOUR} LIMIT ${ROWS}`,
  );
  const whole = db.prepare('DELETE FROM used_hours WHERE site = @site AND ext = @ext AND hour = @hour');
  return db.transaction((now: number): number | null => {
    const hours = oldest.all(hourOf(now - USED_DAYS * DAY), ROWS) as { site: string; ext: string; hour: number }[];
    const until = performance.now() + SLICE_MS;
    let deleted = 0;
    for (const hour of hours) {
      const gone = calls.run(hour).changes;
      deleted += gone;
      if (gone < ROWS) deleted += whole.run(hour).changes;
      if (deleted >= ROWS || performance.now() > until) return deleted;
    }
    return hours.length < ROWS ? null : deleted;
  }).immediate;
}

function ageingSlices(db: Db, { table, where, keep }: (typeof AGEING)[number]): Slice {
  const remove = db.prepare(`DELETE FROM ${table} WHERE ${where} LIMIT ${ROWS}`);
  return (now, keepDays) => {
    const { changes } = remove.run(ages(now - (keep ?? keepDays) * DAY));
    return changes < ROWS ? null : changes;
  };
}

/** Files made before incremental vacuum was switched on stay as large as they were; their free pages are used again. */
function shrinker(db: Db): Slice {
  const pragma = (name: string) => db.pragma(name, { simple: true }) as number;
  return () => {
    const free = pragma('freelist_count');
    if (pragma('auto_vacuum') !== 2 || free < Math.max(FREE_PAGES, pragma('page_count') / FREE_SHARE)) return null;
    db.pragma(`incremental_vacuum(${GIVEN_BACK})`);
    return 1;
  };
}
