import type { CallEnd } from '../../core/attempt.ts';
import type { Micros } from '../../core/money.ts';
import type { Released, Report } from '../../guard/ports.ts';
import type { Db } from './database.ts';
import { byWallTime, costOf, type LeaseBook, type LeaseRow, overran } from './leases.ts';
import { legBook } from './legs.ts';
import type { MisdialLearner } from './misdials.ts';
import { DAY } from './usage.ts';

/** No call is billed longer than this; a source that says so is wrong. */
const LONGEST_SECONDS = 10 * 86_400;

/** How long a mark waits for its question. */
const MARK_MS = DAY;

/** What the sources of an end say together: null when none of them makes sense. */
function largest(seconds: number[]): number | null {
  const sane = seconds.filter((s) => Number.isFinite(s) && s >= 0 && s <= LONGEST_SECONDS);
  return sane.length > 0 ? Math.ceil(Math.max(...sane)) : null;
}

/** What an end charges; null for a call nobody answered. An answered call without a bill counts by wall time. */
function bill(end: CallEnd, row: LeaseRow): { seconds: number; charged: Micros } | null {
  const said = largest(end.seconds);
  if (said !== null && said > 0) return { seconds: said, charged: costOf(row, said) };
  const unanswered = end.answered === false || (end.answered === null && said === 0);
  return unanswered ? null : byWallTime(row, end.at);
}

/**
 * Marks of ends that came before their question. Whose there are is kept in memory, since every call asks and hardly any has
 * one; only one program at a time holds a ledger that it writes.
 */
export function earlyEnds(db: Db) {
  const leave = db.prepare('INSERT OR REPLACE INTO early_ends (pbx, uniqueid, target, at) VALUES (?, ?, ?, ?)');
  const consume = db.prepare("DELETE FROM early_ends WHERE pbx = ? AND uniqueid = ? AND target IN ('', ?)");
  const find = db.prepare("SELECT 1 FROM early_ends WHERE pbx = ? AND uniqueid = ? AND target IN ('', ?)");
  const forget = db.prepare('DELETE FROM early_ends WHERE at < ?');
  const all = db.prepare('SELECT uniqueid FROM early_ends').pluck();
  let marked = new Set(all.all() as string[]);
  return {
    leave({ pbx, uniqueid, e164, at }: CallEnd): void {
      marked.add(uniqueid);
      leave.run(pbx, uniqueid, e164 ?? '', at);
    },
    /** Takes the mark away and tells whether there was one. */
    consume: (pbx: string, uniqueid: string, target: string) =>
      marked.has(uniqueid) && consume.run(pbx, uniqueid, target).changes > 0,
    find: (pbx: string, uniqueid: string, target: string) => find.get(pbx, uniqueid, target) !== undefined,
    /** Takes away marks whose question did not come. */
    tidy(now: number): void {
      if (forget.run(now - MARK_MS).changes > 0) marked = new Set(all.all() as string[]);
    },
  };
}

export type EarlyEnds = ReturnType<typeof earlyEnds>;

const PAST_CAP =
  'Calls go on past their cap: the dialplan does not give DW_MAX_SECONDS to Dial, or reports wrong seconds';

const TWICE =
  'Calls go out twice under one verdict: the dialplan dials again after an answered call without asking (option g of Dial, a second bridge)';

/** The parts of the ledger that an end needs. */
export interface EndParts {
  leases: LeaseBook;
  marks: EarlyEnds;
  misdials: MisdialLearner;
  report: (report: Report) => number;
}

/**
 * Releases the lease an end belongs to, or raises the charge of one already released. A lease is one answered leg's: another
 * that was dialled on it is charged as much as it costs, and reported, since the ceiling did not know of it.
 */
export function endReader(db: Db, { leases, marks, misdials, report }: EndParts): (end: CallEnd) => Released {
  const legs = legBook(db);
  const ofCall = 'pbx = @pbx AND uniqueid = @uniqueid AND (@e164 IS NULL OR e164 = @e164)';
  const asking = db.prepare(`SELECT 1 FROM calls WHERE ${ofCall} AND state = 'asking'`);
  const over = db.prepare(`UPDATE calls SET ended_at = COALESCE(ended_at, @at) WHERE ${ofCall}`);
  return (said) => {
    const end = { ...said, e164: said.e164 || null };
    const nothing = { marked: false, kept: false, seconds: 0, charged: 0 };
    const row = leases.ofKey(end);
    const leg = row && bill(end, row) ? end.leg : undefined;
    if (row && leg && row.leg === null) legs.bind(row, leg);
    if (end.trunkUp) return { ...nothing, kept: true };
    if (row && leg && row.leg !== null && row.leg !== leg) return anotherLeg(row, leg, end);
    if (row) return row.closed_at === null ? close(row, end) : raise(row, end);
    // Blocked, emergency and internal calls end without ever having held a lease. One that is being asked has yet to hear of it.
    const { pbx, uniqueid, e164, at } = end;
    if (!asking.get({ pbx, uniqueid, e164 }) && over.run({ pbx, uniqueid, e164, at }).changes > 0) return nothing;
    marks.leave(end);
    return { ...nothing, marked: true };
  };

  function close(row: LeaseRow, end: CallEnd): Released {
    const billed = bill(end, row);
    const { seconds, charged } = billed ?? { seconds: 0, charged: 0 };
    leases.settle(row, { at: end.at, seconds, charged, answered: billed !== null, cause: end.cause });
    if (seconds === 0) misdials.missed(row, row.opened_at);
    checkCap(row, seconds, end);
    return { marked: false, kept: false, seconds, charged };
  }

  function anotherLeg(row: LeaseRow, leg: string, end: CallEnd): Released {
    const why = `leg ${leg} was answered on channel ${end.uniqueid} after leg ${row.leg} under one verdict`;
    report({ severity: 'critical', title: TWICE, why, at: end.at, calls: 1 });
    return close(legs.another(row, leg), end);
  }

  function raise(row: LeaseRow, end: CallEnd): Released {
    const before = row.seconds ?? 0;
    const seconds = Math.max(before, largest(end.seconds) ?? 0);
    const charged = seconds > before ? Math.max(row.charged, costOf(row, seconds)) : row.charged;
    if (seconds > before) leases.settle(row, { at: end.at, seconds, charged, answered: true, cause: end.cause });
    if (seconds > before) checkCap(row, seconds, end);
    return { marked: false, kept: false, seconds, charged };
  }

  function checkCap(row: LeaseRow, seconds: number, { at, uniqueid }: CallEnd): void {
    if (!overran(row, seconds)) return;
    const why = `${seconds} seconds on channel ${uniqueid}, where ${row.max_seconds} were allowed`;
    report({ severity: 'critical', title: PAST_CAP, why, at, calls: 1 });
  }
}
