import { offsetAt } from '../core/local-time.ts';

const DAY = 86_400_000;

const STAMP = /^(\d{4})-(\d\d)-(\d\d)[ T](\d\d):(\d\d):(\d\d)/;

/** Reads `2026-11-22 14:30:00` as if it were UTC, in milliseconds; NaN for anything else. */
export function parseStamp(stamp: string): number {
  const m = STAMP.exec(stamp);
  if (!m) return Number.NaN;
  const [year, month, day, hour, minute, second] = m.slice(1).map(Number) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  const at = Date.UTC(year, month - 1, day, hour, minute, second);
  const back = new Date(at);
  const real = back.getUTCMonth() === month - 1 && back.getUTCDate() === day && hour < 24 && minute < 60 && second < 61;
  return real ? at : Number.NaN;
}

/**
 * The moments (milliseconds UTC, earlier first) at which clocks in `zone` show `wall` (a moment as `parseStamp` reads it):
 * two in the hour that is repeated when summer time ends. A wall time that is skipped when summer time begins is read
 * with the offset before the change, as a clock that was not put forward shows it.
 */
export function momentsOf(wall: number, zone: string): [number, ...number[]] {
  const before = offsetAt(wall - DAY, zone);
  const after = offsetAt(wall + DAY, zone);
  if (before === after) return [wall - before];
  const first = offsetAt(wall - before, zone) === before;
  const second = offsetAt(wall - after, zone) === after;
  if (first && second) return before > after ? [wall - before, wall - after] : [wall - after, wall - before];
  return second ? [wall - after] : [wall - before];
}
