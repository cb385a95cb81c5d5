import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DATABASE_FILE, type Db, openDatabase } from '../../../src/store/sqlite/database.ts';

const HOUR = 3_600_000;
/** Over how long recorded calls are spread. */
const SPAN = 400 * 24 * HOUR;

/** Who made call `n` (numbered in time), how long it lasted and where it went: one in twenty abroad. */
const CALLS = `WITH RECURSIVE numbered(n) AS (SELECT @first UNION ALL SELECT n + 1 FROM numbered WHERE n < @last),
  drawn AS (SELECT n, @now - CAST((1.0 - 1.0 * n / @calls) * ${SPAN} AS INTEGER) - 600000 AS at,
    1000 + (n * 7919) % @extensions AS ext, n % 20 = 0 AS abroad, (n * 2654435761) % 9000000 AS tail FROM numbered)
  INSERT INTO calls (pbx, uniqueid, target, site, ext, at, dialled, kind, e164, region, line_type, class, scope, verdict, state,
    cleared, counted, max_seconds, reasons, ended_at, billsec, charged, cause)
  SELECT 'asterisk', at / 1000 || '.' || n, e164, 'main', ext, at, substr(e164, 2),
    iif(abroad, 'international', 'national'), e164, iif(abroad, 'FR', 'DE'), 'fixed', iif(abroad, 'watch', 'low'), abroad,
    'allow', 'ended', 1, 1, iif(abroad, 3600, NULL), '[{"code":"national","text":"A call of an ordinary kind: national","evidence":{}}]',
    at + 90000, 60, abroad * 20000, 16
  FROM (SELECT *, iif(abroad, '+331', '+4930') || printf('%08d', tail) AS e164 FROM drawn)`;

const LEASES = `INSERT INTO leases (call, site, ext, block, scope, money, opened_at, expires_at, max_seconds, reserved, per_minute,
    connect_fee, first, next, source, closed_at, seconds, charged)
  SELECT id, site, ext, substr(e164, 1, length(e164) - 2), scope, scope & 1, at, at + 3900000, max_seconds,
    charged * 60, iif(charged, 20000, NULL), iif(charged, 0, NULL), iif(charged, 1, NULL), iif(charged, 1, NULL),
    iif(charged, 'built-in', NULL), ended_at, billsec, charged FROM calls
  WHERE id > COALESCE((SELECT MAX(call) FROM leases), 0)`;

const HABITS = `INSERT INTO spent_hours SELECT site, closed_at / ${HOUR}, SUM(charged) FROM leases GROUP BY 1, 2 HAVING SUM(charged) > 0;
  INSERT INTO uses SELECT site, ext, 0, at, id, scope, 0, 0 FROM calls WHERE at > (SELECT MAX(at) FROM calls) - ${48 * HOUR};
  INSERT INTO uses SELECT site, ext, 1, closed_at, call, scope, seconds, charged FROM leases
    WHERE closed_at > (SELECT MAX(at) FROM calls) - ${48 * HOUR};
  INSERT INTO used_hours SELECT site, ext, at / ${HOUR}, scope, COUNT(*), SUM(billsec), SUM(charged) FROM calls
    WHERE at > (SELECT MAX(at) FROM calls) - ${48 * HOUR} GROUP BY 1, 2, 3, 4;
  INSERT INTO region_days SELECT site, region, date(at / 1000, 'unixepoch'), COUNT(*) FROM calls GROUP BY 1, 2, 3;
  INSERT INTO confirmations (site, ext, region, block, at, day, working, by) VALUES ('main', '', 'FR', '', 0, '1970-01-01', 1, 'admin');`;

/** Takes the indexes or triggers of calls and leases away. Returns what makes them again. */
function without(db: Db, type: 'index' | 'trigger'): () => void {
  const made = db
    .prepare("SELECT name, sql FROM sqlite_schema WHERE tbl_name IN ('calls', 'leases') AND type = ? AND sql <> ''")
    .all(type) as { name: string; sql: string }[];
  for (const { name } of made) db.exec(`DROP ${type} ${name}`);
  return () => {
    for (const { sql } of made) db.exec(sql);
  };
}

/**
 * Fills a new database in `folder` with so many ended calls of so many extensions, evenly over 400 days up to `now`. The
 * older ones come in bulk; of the last third each goes through the indexes, which leaves their pages as full as calls do.
 */
export function recordCalls(folder: string, now: number, calls: number, extensions: number): void {
  const db = openDatabase(folder, { create: true, now });
  db.pragma('journal_mode = DELETE');
  db.pragma('journal_mode = OFF');
  db.pragma('synchronous = OFF');
  db.pragma('cache_size = -1000000');
  const record = (first: number, last: number) => {
    db.prepare(CALLS).run({ now, calls, extensions, first, last });
    db.exec(LEASES);
  };
  const older = Math.floor((calls * 2) / 3);
  db.transaction(() => {
    const [indexes, triggers] = [without(db, 'index'), without(db, 'trigger')];
    record(1, older);
    indexes();
    record(older + 1, calls);
    db.exec(HABITS);
    triggers();
  })();
  db.close();
}

const folders = new Map<string, string>();
process.once('exit', () => {
  for (const folder of folders.values()) rmSync(folder, { recursive: true });
});

/** A data folder with so many calls, made once in a run and removed at its end. */
export function folderWith(now: number, calls: number, extensions: number): string {
  const key = `${now} ${calls} ${extensions}`;
  let folder = folders.get(key);
  if (folder === undefined) {
    folder = mkdtempSync(join(tmpdir(), 'dw-bench-'));
    folders.set(key, folder);
    if (calls > 0) recordCalls(folder, now, calls, extensions);
  }
  return folder;
}

export const fileIn = (folder: string): string => join(folder, DATABASE_FILE);
