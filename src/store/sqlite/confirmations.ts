import type { Destination } from '../../core/destination.ts';
import type { Confirmed } from '../../core/facts.ts';
import type { LocalTime } from '../../core/local-time.ts';
import type { Reading } from '../../core/numbering/reading.ts';
import type { Db } from './database.ts';
import { DAY } from './usage.ts';

/** How long a confirmation is remembered, in milliseconds. */
export const MEMORY = 90 * DAY;
/** What an extension confirmed so long before the guard blocked it for fraud was the intruder, and teaches nothing. */
const POISONED = 7 * DAY;
const HONEST = `by = 'caller' AND NOT EXISTS (SELECT 1 FROM blocks INDEXED BY blocks_guard WHERE blocks.by = 'guard'
  AND blocks.site = confirmations.site AND blocks.ext = confirmations.ext
  AND blocks.at BETWEEN confirmations.at AND confirmations.at + ${POISONED})`;

/** Someone said "yes, I meant that number". `ext` '': the whole site; `block` '': the whole region. */
export interface ConfirmationRow {
  id: number;
  site: string;
  ext: string;
  region: string;
  /** An E.164 less its last two digits, with its `+`. */
  block: string;
  at: number;
  /** Local day at the site. */
  day: string;
  working: number;
  by: 'caller' | 'admin' | 'learn';
  who: string;
  until: number | null;
  call: number | null;
}

export interface Asked {
  site: string;
  ext: string;
  region: string;
  block: string;
  at: number;
  local: LocalTime;
}

/** An E.164 less its last two digits. */
export const blockOf = (e164: string): string => e164.slice(0, -2);

/** What a confirmation is remembered by, and money counted by: a block of numbers, or a short code by itself. */
export function blockOfDestination(destination: Destination | Reading): string {
  if ('e164' in destination) return blockOf(destination.e164);
  return destination.kind === 'service' ? `service:${destination.code}` : '';
}

/** Reads what is remembered of an extension and a block of numbers; `blockSpent` comes from the usage. */
export function confirmedReader(db: Db): (asked: Asked) => Omit<Confirmed, 'blockSpent'> {
  const vouched = db.prepare(
    `SELECT 1 FROM confirmations
     WHERE site = @site AND ext IN (@ext, '') AND region = @region AND block IN (@block, '')
       AND (by = 'admin' OR (by = 'learn' AND block <> '')) AND (until IS NULL OR until > @at) LIMIT 1`,
  );
  const learned = db.prepare(
    `SELECT 1 FROM confirmations
     WHERE site = @site AND ext IN (@ext, '') AND region = @region AND block = '' AND by = 'learn'
       AND (until IS NULL OR until > @at) LIMIT 1`,
  );
  const own = db.prepare(
    `SELECT COUNT(DISTINCT day) FILTER (WHERE working = 1) AS regionDays,
       COUNT(DISTINCT day) FILTER (WHERE working = 1 AND block = @block) AS blockDays,
       COALESCE(MAX(block = @block AND day = @day), 0) AS today
     FROM confirmations WHERE site = @site AND ext = @ext AND region = @region AND at > @since AND ${HONEST}`,
  );
  const siteDays = db
    .prepare(
      `SELECT COUNT(DISTINCT day) FROM confirmations INDEXED BY confirmations_of_site
       WHERE site = @site AND block = @block AND at > @since AND working = 1 AND ${HONEST}`,
    )
    .pluck();
  const siteCalls = db.prepare(
    'SELECT COALESCE(SUM(calls), 0) AS calls FROM region_days WHERE site = ? AND region = ? AND day >= ?',
  );
  return ({ site, ext, region, block, at, local }) => {
    const since = at - MEMORY;
    const row = own.get({ site, ext, region, block, day: local.day, since }) as Record<string, number>;
    const from = new Date(Date.parse(local.day) - MEMORY).toISOString().slice(0, 10);
    return {
      vouched: vouched.get({ site, ext, region, block, at }) !== undefined,
      regionLearned: learned.get({ site, ext, region, at }) !== undefined,
      today: row.today === 1,
      blockDays: row.blockDays ?? 0,
      siteDays: siteDays.get({ site, block, since }) as number,
      regionDays: row.regionDays ?? 0,
      siteCalls: (siteCalls.get(site, region, from) as { calls: number }).calls,
    };
  };
}

export interface NewConfirmation {
  site: string;
  ext?: string | undefined;
  region: string;
  block?: string | undefined;
  at: number;
  local: LocalTime;
  working: boolean;
  by: ConfirmationRow['by'];
  who?: string | undefined;
  until?: number | null | undefined;
  call?: number | null | undefined;
}

/** Remembers a confirmation and returns its id. An administrator's counts at once, a caller's with its day. */
export function add(db: Db, confirmation: NewConfirmation): number {
  const {
    ext = '',
    block = '',
    who = '',
    until = null,
    call = null,
    local,
    working,
    site,
    region,
    at,
    by,
  } = confirmation;
  const { lastInsertRowid } = db
    .prepare(
      `INSERT INTO confirmations (site, ext, region, block, at, day, working, by, who, until, call)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    )
    .run(site, ext, region, block, at, local.day, Number(working), by, who, until, call);
  return Number(lastInsertRowid);
}

export const list = (db: Db, { site, ext }: { site?: string | undefined; ext?: string | undefined } = {}) =>
  db
    .prepare('SELECT * FROM confirmations WHERE site = COALESCE(?, site) AND ext = COALESCE(?, ext) ORDER BY id')
    .all(site ?? null, ext ?? null) as ConfirmationRow[];

/** Returns whether there was one. */
export const remove = (db: Db, id: number): boolean =>
  db.prepare('DELETE FROM confirmations WHERE id = ?').run(id).changes > 0;
