import type { Db } from './database.ts';

/** `observe_until`: milliseconds since 1970 until which the guard only observes, whatever the configuration says. */
export type SettingName = 'observe_until' | (string & {});

export const get = (db: Db, name: SettingName): string | null =>
  (db.prepare('SELECT value FROM settings WHERE name = ?').get(name) as { value: string } | undefined)?.value ?? null;

/** Sets a value; null forgets it. */
export function set(db: Db, name: SettingName, value: string | null): void {
  if (value === null) db.prepare('DELETE FROM settings WHERE name = ?').run(name);
  else db.prepare('INSERT OR REPLACE INTO settings (name, value) VALUES (?, ?)').run(name, value);
}

/** The settings in which `learn` keeps a site's loss ceilings, in micro-units. */
export const ceilingSettings = (site: string) => [`ceiling_extension.${site}`, `ceiling_site.${site}`] as const;

/** Reads the loss ceilings that `learn` found for a site; null where it found none. */
export function ceilingsReader(db: Db): (site: string) => { extension: number; site: number } | null {
  const value = db.prepare('SELECT CAST(value AS INTEGER) FROM settings WHERE name = ?').pluck();
  return (name) => {
    const [extension, site] = ceilingSettings(name).map((setting) => value.get(setting) as number | undefined);
    return extension === undefined || site === undefined ? null : { extension, site };
  };
}

/** Reads whether `dialwarden mode observe` softens the mode at a time. */
export function observingReader(db: Db): (at: number) => boolean {
  const until = db.prepare("SELECT CAST(value AS INTEGER) AS until FROM settings WHERE name = 'observe_until'");
  return (at) => ((until.get() as { until: number } | undefined)?.until ?? 0) > at;
}
