import type { RiskClass } from '../../core/destination.ts';
import type { Override } from '../../core/facts.ts';
import type { Db } from './database.ts';

/** The owner's word on a prefix (digits of an E.164 without its `+`). `site` '': every site. */
export interface OverrideRow extends Override {
  site: string;
  by: string;
  at: number;
  until: number | null;
}

/** E.164 numbers have at most 15 digits (ITU-T E.164, 6.1). */
export const LONGEST = 15;

/** Every prefix of `digits`, longest first, as exactly 15 values to bind: of a short number the last one repeats. */
export function prefixesOf(digits: string): string[] {
  return Array.from({ length: LONGEST }, (_, i) => digits.slice(0, Math.max(1, Math.min(digits.length, LONGEST) - i)));
}

export const PREFIX_MARKS = Array.from({ length: LONGEST }, () => '?').join(', ');

/** Reads the override with the longest prefix; a site's own wins over the one for every site. */
export function overrideReader(db: Db): (site: string, digits: string, at: number) => Override | null {
  const longest = db.prepare(
    `SELECT prefix, action, class, note FROM overrides
     WHERE site IN ('', ?) AND prefix IN (${PREFIX_MARKS}) AND (until IS NULL OR until > ?)
     ORDER BY length(prefix) DESC, site DESC LIMIT 1`,
  );
  return (site, digits, at) => (longest.get(site, ...prefixesOf(digits), at) as Override | undefined) ?? null;
}

export interface NewOverride {
  site?: string | undefined;
  prefix: string;
  action: Override['action'];
  class?: RiskClass | null | undefined;
  note?: string | undefined;
  by: string;
  at: number;
  until?: number | null | undefined;
}

/** Sets the word on a prefix, in the place of an earlier one. Throws an Error for a prefix that is none. */
export function set(db: Db, override: NewOverride): void {
  const { site = '', note = '', until = null, action, by, at } = override;
  const prefix = digitsOf(override.prefix);
  const riskClass = override.class ?? null;
  if ((action === 'class') !== (riskClass !== null))
    throw new Error('a class goes with the action "class", and only there');
  db.prepare(
    `INSERT OR REPLACE INTO overrides (site, prefix, action, class, note, by, at, until)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
  ).run(site, prefix, action, riskClass, note, by, at, until);
}

/** Returns whether there was one. */
export const remove = (db: Db, { site = '', prefix }: { site?: string | undefined; prefix: string }): boolean =>
  db.prepare('DELETE FROM overrides WHERE site = ? AND prefix = ?').run(site, digitsOf(prefix)).changes > 0;

export const list = (db: Db): OverrideRow[] =>
  db.prepare('SELECT * FROM overrides ORDER BY prefix, site').all() as OverrideRow[];

function digitsOf(prefix: string): string {
  const digits = prefix.replace(/^\+/, '');
  if (!/^\d{1,15}$/.test(digits)) throw new Error(`"${prefix}" is no prefix of an E.164 number such as +25261`);
  return digits;
}
