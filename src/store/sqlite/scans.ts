import type { Probe, Scan, ScanBook } from '../../guard/port-scans.ts';
import { blockOf } from './confirmations.ts';
import type { Db } from './database.ts';
import { DAY } from './usage.ts';

/** Addresses and numbers that are kept; the oldest go first. */
const KEPT = 20_000;
/** How long a number that strangers tried is questioned. */
const PROBED_MS = 90 * DAY;

const TRIM = (table: string) =>
  `DELETE FROM ${table} WHERE last <= (SELECT last FROM ${table} ORDER BY last DESC LIMIT 1 OFFSET ${KEPT})`;

/** Keeps attacks on the PBX and the numbers that strangers tried. */
export function scanBook(db: Db): ScanBook {
  const scan = db.prepare(
    `INSERT INTO scans (address, kind, since, last, attempts, accounts, agent, service, exempt)
     VALUES (@address, @kind, @since, @last, @attempts, @accounts, @agent, @service, @exempt)
     ON CONFLICT DO UPDATE SET last = @last, attempts = @attempts, accounts = @accounts,
       agent = COALESCE(@agent, agent), service = @service, exempt = @exempt`,
  );
  const probe = db.prepare(
    `INSERT INTO probes (block, e164, address, tries, last) VALUES (@block, @e164, @address, 1, @at)
     ON CONFLICT DO UPDATE SET e164 = @e164, address = @address, tries = tries + 1, last = @at`,
  );
  const trims = ['scans', 'probes'].map((table) => db.prepare(TRIM(table)));
  const save = db.transaction((scans: Scan[], probes: Probe[]) => {
    for (const s of scans) scan.run({ ...s, accounts: JSON.stringify(s.accounts), exempt: Number(s.exempt) });
    for (const p of probes) probe.run({ ...p, block: blockOf(p.e164) });
    for (const trim of trims) trim.run();
  });
  return { save: (scans, probes) => save.immediate(scans, probes) };
}

/** Reads how often strangers tried a block of numbers in the last 90 days; 0 for never. */
export function probedReader(db: Db): (block: string, at: number) => number {
  const read = db.prepare('SELECT tries FROM probes WHERE block = ? AND last > ?').pluck();
  return (block, at) => (block === '' ? 0 : ((read.get(block, at - PROBED_MS) as number | undefined) ?? 0));
}

/** Attacks, the latest first. `since`: milliseconds since 1970. */
export const list = (db: Db, since: number, most: number): Scan[] =>
  (db.prepare('SELECT * FROM scans WHERE last >= ? ORDER BY last DESC LIMIT ?').all(since, most) as never[]).map(
    (row: Record<string, unknown>) =>
      ({ ...row, accounts: JSON.parse(row.accounts as string), exempt: row.exempt === 1 }) as Scan,
  );

/** A block of numbers that strangers tried, by the number that was tried last. */
export interface Probed extends Probe {
  tries: number;
}

/** Numbers that strangers tried, the latest first. */
export const probes = (db: Db, since: number, most: number): Probed[] =>
  db
    .prepare('SELECT e164, address, tries, last AS at FROM probes WHERE last >= ? ORDER BY last DESC LIMIT ?')
    .all(since, most) as Probed[];
