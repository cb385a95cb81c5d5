import type { Decision } from '../../core/verdict.ts';
import type { Db } from './database.ts';
import { DAY } from './usage.ts';

/** Remembers when each finding last spoke, within the ledger's transaction: one write a code and day. */
export function spokenWriter(db: Db): (decision: Decision, at: number) => void {
  const speak = db.prepare(
    'INSERT INTO spoken (code, at) VALUES (?, ?) ON CONFLICT DO UPDATE SET at = MAX(at, excluded.at)',
  );
  const days = new Map<string, number>();
  return ({ verdict: { reasons } }, at) => {
    const day = Math.floor(at / DAY);
    for (const { code } of reasons) {
      if (days.get(code) === day) continue;
      speak.run(code, at);
      days.set(code, day);
    }
  };
}

/** When each finding last spoke, and since when that is kept (milliseconds since 1970). */
export function spoken(db: Db): { since: number; last: Map<string, number> } {
  const since = db.prepare("SELECT CAST(value AS INTEGER) FROM settings WHERE name = 'spoken_since'").pluck().get();
  const rows = db.prepare('SELECT code, at FROM spoken').all() as { code: string; at: number }[];
  return { since: (since as number | undefined) ?? 0, last: new Map(rows.map(({ code, at }) => [code, at])) };
}
