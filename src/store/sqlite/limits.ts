import { parseWeek } from '../../core/hours.ts';
import {
  armed,
  DEFAULT_LIMITS,
  type Limits,
  MEASURES,
  type Measure,
  PROFILES,
  SCOPES,
  type Scope,
} from '../../core/limits.ts';
import { formatMicros, micros } from '../../core/money.ts';
import type { Db } from './database.ts';
import type { ExtensionRow } from './extensions.ts';
import * as extensions from './extensions.ts';

/** One limit an owner set. `ext` `*`: every extension of the site. */
export interface LimitRow {
  site: string;
  ext: string;
  /** `calls_per_day.international` (measure and scope), `hours`, `allowed_regions` or `denied_regions`. */
  name: string;
  /** A number (money in units of the currency), `none`, opening hours, or ISO regions parted by commas. */
  value: string;
}

export interface Shown {
  profile: string;
  limits: Limits;
  /** Until when the limits are armed, after a fraud block was lifted. */
  probation: number | null;
  /** Every limit as a person writes it, and whether the profile, the site (`*`) or the extension says so. */
  values: { name: string; value: string; origin: 'profile' | 'site' | 'extension' }[];
}

export const LIMIT_NAMES: string[] = [
  ...MEASURES.flatMap((measure) => SCOPES.map((scope) => `${measure}.${scope}`)),
  'hours',
  'allowed_regions',
  'denied_regions',
];

/** `limits` with one more value said. Throws an Error that names what is wrong with the name or the value. */
export function withLimit(limits: Limits, name: string, value: string): Limits {
  const none = value === 'none' || value === '';
  if (name === 'hours') {
    if (!none) parseWeek(value);
    return { ...limits, hours: none ? null : value };
  }
  if (name === 'allowed_regions') return { ...limits, allowedRegions: none ? [] : regions(value) };
  if (name === 'denied_regions') return { ...limits, deniedRegions: none ? [] : regions(value) };
  const [measure, scope] = name.split('.') as [Measure, Scope];
  if (!MEASURES.includes(measure) || !SCOPES.includes(scope)) {
    throw new Error(`there is no limit "${name}"; there are ${LIMIT_NAMES.join(', ')}`);
  }
  if (!none && !/^\d{1,9}(\.\d{1,6})?$/.test(value))
    throw new Error(`"${value}" is no number for ${name}; "none" lifts it`);
  const number = none ? null : measure === 'money_per_day' ? micros(Number(value)) : Number(value);
  return { ...limits, numbers: { ...limits.numbers, [measure]: { ...limits.numbers[measure], [scope]: number } } };
}

function regions(value: string): string[] {
  const list = value
    .toUpperCase()
    .split(/[\s,]+/)
    .filter(Boolean);
  const wrong = list.find((region) => !/^([A-Z]{2}|001)$/.test(region));
  if (wrong) throw new Error(`"${wrong}" is no ISO region such as DE`);
  return list;
}

/** Reads the limits of an extension: its profile's, then the site's `*`, then its own. */
export function ownLimitsReader(db: Db): (site: string, ext: string, profile: string) => Limits {
  const rows = ownRows(db);
  return (site, ext, profile) =>
    rows(site, ext).reduce(
      (limits, { name, value }) => withLimit(limits, name, value),
      PROFILES[profile] ?? DEFAULT_LIMITS,
    );
}

/** Reads until when an extension's limits are armed, since its fraud block was lifted; null where they are not. */
export function probationReader(db: Db): (site: string, ext: string, at: number) => number | null {
  const until = db.prepare("SELECT MAX(until) FROM probations WHERE site IN ('', ?) AND ext = ? AND until > ?").pluck();
  return (site, ext, at) => until.get(site, ext, at) as number | null;
}

/** Reads when somebody last lifted an extension's fraud block and said what was put right: what was before counts no more. 0: never. */
export function cleanReader(db: Db): (site: string, ext: string) => number {
  const since = db.prepare("SELECT COALESCE(MAX(since), 0) FROM probations WHERE site IN ('', ?) AND ext = ?").pluck();
  return (site, ext) => since.get(site, ext) as number;
}

function ownRows(db: Db): (site: string, ext: string) => LimitRow[] {
  const own = db.prepare("SELECT * FROM limits WHERE site = ? AND ext IN ('*', ?) ORDER BY ext <> '*'");
  return (site, ext) => own.all(site, ext) as LimitRow[];
}

export function show(db: Db, site: string, ext: string, at: number): Shown {
  const profile = extensions.reader(db)(site, ext).profile;
  const own = ownLimitsReader(db)(site, ext, profile);
  const probation = probationReader(db)(site, ext, at);
  const limits = probation === null ? own : armed(own);
  const origins = new Map(
    ownRows(db)(site, ext).map((row) => [row.name, row.ext === '*' ? 'site' : 'extension'] as const),
  );
  const values = LIMIT_NAMES.map((name) => ({
    name,
    value: written(limits, name),
    origin: origins.get(name) ?? ('profile' as const),
  }));
  return { profile, limits, values, probation };
}

function written(limits: Limits, name: string): string {
  if (name === 'hours') return limits.hours ?? 'none';
  if (name === 'allowed_regions') return limits.allowedRegions.join(',') || 'none';
  if (name === 'denied_regions') return limits.deniedRegions.join(',') || 'none';
  const [measure, scope] = name.split('.') as [Measure, Scope];
  const value = limits.numbers[measure][scope];
  if (value === null) return 'none';
  return measure === 'money_per_day' ? formatMicros(value) : String(value);
}

/** Sets one limit of an extension (`*`: of every extension of the site). Throws an Error that says what is wrong. */
export function set(db: Db, site: string, ext: string, name: string, value: string): void {
  withLimit(DEFAULT_LIMITS, name, value);
  db.prepare('INSERT OR REPLACE INTO limits (site, ext, name, value) VALUES (?, ?, ?, ?)').run(site, ext, name, value);
}

/** Takes back what was set, one limit or all of an extension's. Returns how many. */
export function reset(db: Db, site: string, ext: string, name?: string): number {
  return db
    .prepare('DELETE FROM limits WHERE site = ? AND ext = ? AND name = COALESCE(?, name)')
    .run(site, ext, name ?? null).changes;
}

export interface LimitsExport {
  extensions: ExtensionRow[];
  limits: LimitRow[];
}

export const exportAll = (db: Db): LimitsExport => ({
  extensions: extensions.list(db),
  limits: db.prepare('SELECT * FROM limits ORDER BY site, ext, name').all() as LimitRow[],
});

/** Puts an export in the place of everything that was set. All or nothing: throws an Error that names the bad row. */
export function importAll(db: Db, all: LimitsExport): void {
  db.transaction(() => {
    db.exec('DELETE FROM limits; DELETE FROM extensions;');
    for (const row of all.extensions) extensions.set(db, row);
    for (const [i, { site, ext, name, value }] of all.limits.entries()) {
      try {
        set(db, site, ext, name, value);
      } catch (error) {
        throw new Error(`limit ${i + 1} (${site} ${ext} ${name}): ${(error as Error).message}`);
      }
    }
  }).immediate();
}
