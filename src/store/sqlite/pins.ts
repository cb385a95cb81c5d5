import type { Db } from './database.ts';
import * as incidents from './incidents.ts';

const HOUR = 3_600_000;
/** Wrong PINs in an hour after which the feature code is closed. */
const WRONG_MAX = 5;
const CLOSED = 'feature_code_closed';

export interface PinBook {
  /** Closed from the fifth wrong PIN of an hour until somebody closes its incident. */
  closed(): boolean;
  /** Counts a wrong PIN; the fifth in an hour makes an incident. */
  wrong(site: string, ext: string, at: number): void;
}

/** Wrong PINs of the feature code, counted across restarts. */
export function pinBook(db: Db): PinBook {
  const incident = db.prepare(
    "SELECT 1 FROM incidents WHERE kind = 'guard' AND state <> 'closed' AND evidence ->> '$.code' = ?",
  );
  const insert = db.prepare('INSERT INTO wrong_pins (at, ext) VALUES (?, ?)');
  const count = db.prepare('SELECT COUNT(*) FROM wrong_pins WHERE at > ?').pluck();
  const forget = db.prepare('DELETE FROM wrong_pins');
  const closed = () => incident.get(CLOSED) !== undefined;
  const wrong: PinBook['wrong'] = (site, ext, at) => {
    insert.run(at, ext);
    const tries = count.get(at - HOUR) as number;
    if (tries < WRONG_MAX || closed()) return;
    forget.run();
    incidents.add(db, {
      kind: 'guard',
      severity: 'critical',
      site,
      title: `The unblocking code is closed: ${tries} wrong PINs within an hour, the last from extension ${ext}`,
      evidence: { code: CLOSED, tries, ext },
      who: 'guard',
      why: 'close this incident to open the code again',
      at,
    });
  };
  return { closed, wrong: (...args) => db.transaction(() => wrong(...args)).immediate() };
}
