import { setImmediate as turn } from 'node:timers/promises';
import type { Db } from './database.ts';

/** Rows a transaction: a few milliseconds, so that no call waits for it. */
const ROWS = 500;

/** A habit read from CDRs; `block` '' is the whole region. */
export interface LearnedHabit {
  site: string;
  ext: string;
  region: string;
  block: string;
  /** The last call, milliseconds UTC, and its local day. */
  at: number;
  day: string;
  working: boolean;
  /** Until when it holds. */
  until: number;
}

export interface LearnedDay {
  site: string;
  region: string;
  day: string;
  calls: number;
}

/** Writes rows a few at a time. */
export async function inShortTransactions<T>(db: Db, rows: readonly T[], write: (row: T) => void): Promise<void> {
  const some = db.transaction((part: readonly T[]) => {
    for (const row of part) write(row);
  });
  for (let from = 0; from < rows.length; from += ROWS) {
    some.immediate(rows.slice(from, from + ROWS));
    await turn();
  }
}

/** Stores what was learned from CDRs; a habit learned before gives way to its newer self. Learning twice changes nothing. */
export async function keepLearned(db: Db, habits: readonly LearnedHabit[], days: readonly LearnedDay[]): Promise<void> {
  const forget = db.prepare(
    `DELETE FROM confirmations
     WHERE site = @site AND ext = @ext AND region = @region AND block = @block AND by = 'learn'`,
  );
  const add = db.prepare(
    `INSERT INTO confirmations (site, ext, region, block, at, day, working, by, who, until)
     VALUES (@site, @ext, @region, @block, @at, @day, @working, 'learn', 'learn', @until)`,
  );
  const count = db.prepare(
    `INSERT INTO region_days (site, region, day, calls) VALUES (@site, @region, @day, @calls)
     ON CONFLICT DO UPDATE SET calls = max(calls, excluded.calls)`,
  );
  await inShortTransactions(db, habits, (habit) => {
    const row = { ...habit, working: Number(habit.working) };
    forget.run(row);
    add.run(row);
  });
  await inShortTransactions(db, days, (day) => void count.run({ ...day }));
}

/** What the owner decided by hand: prices, prefixes, limits, profiles, and whom he vouched for. */
const OWNERS = ['overrides', 'limits', 'extensions', 'decks', 'rates'];

/** Copies what the owner decided from a database on disk into a scratch one. Blocks are left out: they are of today. */
export function copyOwnersWord(from: Db, to: Db): void {
  to.prepare('ATTACH DATABASE ? AS owner').run(from.name);
  try {
    for (const name of OWNERS) to.exec(`INSERT INTO main.${name} SELECT * FROM owner.${name}`);
    to.exec("INSERT INTO main.confirmations SELECT * FROM owner.confirmations WHERE by = 'admin'");
  } finally {
    to.exec('DETACH DATABASE owner');
  }
}
