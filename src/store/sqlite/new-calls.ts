import type { NewCalls } from '../../core/facts.ts';
import type { Db } from './database.ts';
import { DAY, ELEVATED } from './usage.ts';

/** Whose calls are asked for. `block`: a block of numbers, or ''. */
export interface Caller {
  site: string;
  ext: string;
  at: number;
  block: string;
  /** Since when the extension has a clean slate: when its last fraud block was lifted. */
  clean: number;
}

/** Answered calls of fewer seconds are tests, greetings and slips. */
const TEST_SECONDS = 30;

/**
 * Reads the calls to destinations that were new to their extensions: 24 hours of them, and of a week the dear blocks of
 * numbers and the minutes. They are few, and have an index of their own.
 */
export function newCallsReader(db: Db): (caller: Caller) => NewCalls {
  const spent = 'CASE WHEN opened_at <= @day THEN 0 WHEN closed_at IS NULL THEN reserved ELSE charged END';
  const dear = `ext = @ext AND scope & ${ELEVATED} AND block <> @block AND opened_at > @clean`;
  const answered = 'ext = @ext AND seconds > 0 AND opened_at > @clean';
  const total = (where: string) => `COALESCE(SUM(${spent}) FILTER (WHERE ${where}), 0)`;
  const read = db.prepare(
    `SELECT COUNT(*) FILTER (WHERE ext = @ext AND closed_at IS NULL AND expires_at > @at) AS open,
       COUNT(DISTINCT block) FILTER (WHERE ${dear}) AS riskyBlocks,
       COUNT(*) FILTER (WHERE ${answered}) AS calls, COALESCE(SUM(seconds) FILTER (WHERE ${answered}), 0) / 60 AS minutes,
       COUNT(*) FILTER (WHERE ${answered} AND scope & ${ELEVATED} AND opened_at > @day AND seconds < ${TEST_SECONDS}) AS tests,
       ${total('ext = @ext')} AS extension, ${total('1')} AS site,
       ${total('block = @block')} AS block
     FROM leases INDEXED BY leases_fresh WHERE fresh = 1 AND site = @site AND opened_at > @week`,
  );
  return ({ site, ext, at, block, clean }) =>
    read.get({ site, ext, at, block, clean, day: at - DAY, week: at - 7 * DAY }) as NewCalls;
}
