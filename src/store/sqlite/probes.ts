import { TAIL } from '../../core/rules/probing.ts';
import type { Db } from './database.ts';

const WINDOW_MS = 600_000;
/** Of each kind only the latest are looked at: a phone that is blocked a hundred times a second must not hold up the others. */
const LATEST = 500;

export interface Dialler {
  site: string;
  ext: string;
  at: number;
  dialled: string;
  /** Since when the extension has a clean slate. */
  clean: number;
}

/** Reads how many other prefixes an extension has put before the same tail in ten minutes, without an answer. */
export function prefixesTriedReader(db: Db): (dialler: Dialler) => number {
  const where = 'site = @site AND ext = @ext AND at > @since';
  const latest = (select: string) => `SELECT * FROM (${select} AND ${where} ORDER BY at DESC LIMIT ${LATEST})`;
  const tried = db
    .prepare(
      `SELECT COUNT(DISTINCT dialled) FROM (
         ${latest("SELECT dialled, billsec FROM calls INDEXED BY calls_blocked WHERE verdict = 'block'")}
         UNION ALL ${latest("SELECT dialled, billsec FROM calls INDEXED BY calls_warned WHERE verdict = 'warn'")}
         UNION ALL SELECT dialled, billsec FROM (${latest('SELECT call FROM uses WHERE ended = 0')}) CROSS JOIN calls ON id = call)
       WHERE substr(dialled, -${TAIL}) = @tail AND dialled <> @dialled AND COALESCE(billsec, 0) = 0`,
    )
    .pluck();
  return ({ site, ext, at, dialled, clean }) => {
    if (dialled.length < TAIL) return 0;
    const since = Math.max(at - WINDOW_MS, clean);
    return tried.get({ site, ext, since, dialled, tail: dialled.slice(-TAIL) }) as number;
  };
}
