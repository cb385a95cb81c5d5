import { PROFILES } from '../../core/limits.ts';
import type { Db } from './database.ts';

export interface ExtensionRow {
  site: string;
  /** `*`: every extension of the site that has no row of its own. */
  ext: string;
  /** A key of PROFILES. */
  profile: string;
  /** Fax, door phone, alarm panel: nobody hears a prompt. */
  machine: boolean;
  note: string;
}

const shaped = (row: unknown): ExtensionRow => {
  const raw = row as Omit<ExtensionRow, 'machine'> & { machine: number };
  return { ...raw, machine: raw.machine === 1 };
};

/** Reads an extension's profile and kind: its own row, else the site's `*`, else the default. */
export function reader(db: Db): (site: string, ext: string) => Pick<ExtensionRow, 'profile' | 'machine'> {
  const one = db.prepare("SELECT * FROM extensions WHERE site = ? AND ext IN (?, '*') ORDER BY ext = '*' LIMIT 1");
  return (site, ext) => {
    const row = one.get(site, ext);
    return row ? shaped(row) : { profile: 'default', machine: false };
  };
}

export const list = (db: Db): ExtensionRow[] =>
  db.prepare('SELECT * FROM extensions ORDER BY site, ext').all().map(shaped);

/** Sets what is given and keeps the rest. Throws an Error for an unknown profile. */
export function set(db: Db, row: Pick<ExtensionRow, 'site' | 'ext'> & Partial<ExtensionRow>): void {
  const { site, ext, profile = null, machine, note = null } = row;
  if (profile !== null && !Object.hasOwn(PROFILES, profile)) {
    throw new Error(`there is no profile "${profile}"; there are ${Object.keys(PROFILES).join(', ')}`);
  }
  db.prepare(
    `INSERT INTO extensions (site, ext, profile, machine, note)
     VALUES (@site, @ext, COALESCE(@profile, 'default'), COALESCE(@machine, 0), COALESCE(@note, ''))
     ON CONFLICT DO UPDATE SET profile = COALESCE(@profile, profile), machine = COALESCE(@machine, machine),
       note = COALESCE(@note, note)`,
  ).run({ site, ext, profile, machine: machine === undefined ? null : Number(machine), note });
}

/** Forgets an extension's row. Returns whether there was one. */
export const remove = (db: Db, site: string, ext: string): boolean =>
  db.prepare('DELETE FROM extensions WHERE site = ? AND ext = ?').run(site, ext).changes > 0;
