import type { Attempt, Meant } from '../../core/attempt.ts';
import { CORRECTED_MS, type Missed, slipBetween } from '../../core/slip.ts';
import { type Recent, recent } from '../../guard/recent.ts';
import type { Db } from './database.ts';

/** Calls before a correction that are looked at, of each kind. */
const LOOKED_AT = 5;

/** Extensions whose last such call is kept in mind. */
const REMEMBERED = 10_000;
/** A call that came to nothing. */
const MISSED = "state IN ('refused', 'blocked') OR (state = 'ended' AND COALESCE(billsec, 0) = 0)";

interface MissedRow extends Omit<Missed, 'meant' | 'stopped'> {
  id: number;
  at: number;
  e164: string | null;
  meant: string | null;
  stopped: 0 | 1;
}

const NEWEST = `site = @site AND ext = @ext AND at BETWEEN @since AND @at ORDER BY at DESC LIMIT ${LOOKED_AT}`;
/** The newest calls of each kind that may have come to nothing: warned, blocked, and gone out. Each kind has its index. */
const OF_EACH_KIND = [
  `SELECT id FROM calls WHERE verdict = 'warn' AND ${NEWEST}`,
  `SELECT id FROM calls WHERE verdict = 'block' AND ${NEWEST}`,
  `SELECT call FROM uses WHERE ended = 0 AND ${NEWEST}`,
].map((kind) => `SELECT * FROM (${kind})`);

export interface MisdialLearner {
  /** Learns from a call that goes out what an earlier one of its extension was meant to be. Within the ledger's transaction. */
  learn(attempt: Attempt): void;
  /** A call that was made at `at` came to nothing: what its extension dials next may be the correction. */
  missed(call: { site: string; ext: string | null }, at: number): void;
}

/** Hardly any call follows one that came to nothing, so that whose did of late is kept in memory. */
export function misdialLearner(db: Db): MisdialLearner {
  const candidates = db.prepare(
    `SELECT id, at, dialled, e164, region, meant, state <> 'ended' AS stopped, billsec FROM calls
     WHERE id IN (${OF_EACH_KIND.join(' UNION ALL ')}) AND (${MISSED}) ORDER BY at DESC`,
  );
  const keep = db.prepare(
    'INSERT OR IGNORE INTO misdials (call, site, ext, at, edit, region, meant) VALUES (?, ?, ?, ?, ?, ?, ?)',
  );
  const lately = lastMissed(db);

  function missed({ site, ext }: { site: string; ext: string | null }, at: number): void {
    if (!ext) return;
    const key = `${site}/${ext}`;
    lately.set(key, Math.max(lately.get(key) ?? at, at));
  }

  function learn({ site, ext, at, dialled, destination: d }: Attempt): void {
    if (!ext || !('e164' in d) || !d.valid) return;
    const since = at - CORRECTED_MS;
    if ((lately.get(`${site}/${ext}`) ?? Number.NEGATIVE_INFINITY) < since) return;
    for (const row of candidates.all({ site, ext, at, since }) as MissedRow[]) {
      const meant = JSON.parse(row.meant ?? '[]') as Meant[];
      const edit =
        row.e164 === d.e164 ? null : slipBetween({ ...row, meant, stopped: row.stopped === 1 }, { dialled, ...d });
      if (edit === null) continue;
      keep.run(row.id, site, ext, row.at, edit, row.region ?? '', d.e164);
      return;
    }
  }

  return { learn, missed };
}

/** When, of those that came to nothing, each extension's last call was made; from the last minutes before the ledger was closed. */
function lastMissed(db: Db): Recent<number> {
  const rows = db
    .prepare(
      `SELECT site || '/' || ext AS caller, MAX(at) AS at FROM calls
       WHERE at > (SELECT MAX(at) FROM calls) - ${CORRECTED_MS} AND (${MISSED}) GROUP BY site, ext`,
    )
    .all() as { caller: string; at: number }[];
  const last = recent<number>(REMEMBERED);
  for (const { caller, at } of rows) last.set(caller, at);
  return last;
}

/** Reads which of the numbers that may have been meant this site has dialled by the same slip, to the same region, since then. */
export function learnedReader(db: Db): (attempt: Attempt, since: number) => string[] {
  const times = db.prepare('SELECT 1 FROM misdials WHERE site = ? AND region = ? AND edit = ? AND at > ? LIMIT 1');
  return ({ site, destination, meant }, since) => {
    const region = 'region' in destination ? destination.region : '';
    return meant.filter(({ edit }) => times.get(site, region, edit, since) !== undefined).map(({ e164 }) => e164);
  };
}

/** A number that was dialled wrongly and then rightly. `region`: where the wrong one went; '' nowhere. */
export interface LearnedMisdial {
  site: string;
  ext: string;
  at: number;
  edit: string;
  region: string;
  meant: string;
}

/** Those of a span of time (milliseconds since 1970, UTC), oldest first. */
export const between = (db: Db, from: number, to: number): LearnedMisdial[] =>
  db
    .prepare('SELECT site, ext, at, edit, region, meant FROM misdials WHERE at >= ? AND at < ? ORDER BY at, call')
    .all(from, to) as LearnedMisdial[];
