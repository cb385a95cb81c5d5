import * as blocks from './blocks.ts';
import type { Db } from './database.ts';
import { logWriter } from './incident-log.ts';
import { type Change, change } from './incidents.ts';
import { DAY } from './usage.ts';

/** What closing an incident as a misdial took back. */
export interface TakenBack {
  /** Toll blocks that were lifted. */
  lifted: number[];
  /** Warned calls whose wrong keys and refusals count no more. */
  forgiven: number;
}

/**
 * Closes an incident as a misdial and takes back what it caused, in one transaction: the guard's toll blocks, the probation
 * behind them, and wrong keys and refusals of its calls; where it brought a block, also those of the day before, which the
 * block rested on. Throws what `change` throws.
 */
export function closeAsMisdial(db: Db, id: number, { who, why, at }: Omit<Change, 'state' | 'resolution'>): TakenBack {
  return db
    .transaction(() => {
      const caused = db
        .prepare("SELECT id, site, ext, at, lifted_at FROM blocks WHERE incident = ? AND by = 'guard' ORDER BY id")
        .all(id) as Pick<blocks.BlockRow, 'id' | 'site' | 'ext' | 'at' | 'lifted_at'>[];
      const lifted = caused.filter((b) => b.lifted_at === null).map((b) => b.id);
      for (const block of lifted) blocks.lift(db, { id: block, at, by: who, done: 'misdial' });
      if (lifted.length > 0) logWriter(db)(id, { at, who, what: 'unblocked', why: 'misdial' });
      const trusted = db.prepare('DELETE FROM probations WHERE site = @site AND ext = @ext AND since >= @at');
      for (const { site, ext, at: since } of caused) trusted.run({ site, ext, at: since });
      const forgiven = forgive(db, id) + caused.reduce((sum, block) => sum + forgiveBefore(db, block, at), 0);
      change(db, id, { state: 'closed', resolution: 'misdial', who, why, at });
      return { lifted, forgiven };
    })
    .immediate();
}

const forgive = (db: Db, incident: number): number =>
  db
    .prepare("INSERT OR IGNORE INTO forgiven SELECT id FROM calls WHERE incident = ? AND verdict = 'warn'")
    .run(incident).changes;

const forgiveBefore = (db: Db, { site, ext, at }: Pick<blocks.BlockRow, 'site' | 'ext' | 'at'>, now: number): number =>
  db
    .prepare(
      `INSERT OR IGNORE INTO forgiven SELECT id FROM calls INDEXED BY calls_warned
       WHERE verdict = 'warn' AND site = ? AND ext = ? AND at BETWEEN ? AND ?`,
    )
    .run(site, ext, at - DAY, now).changes;
