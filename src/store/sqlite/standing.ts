import type { Limits } from '../../core/limits.ts';
import type { Db } from './database.ts';
import * as extensions from './extensions.ts';
import { cleanReader, ownLimitsReader, probationReader } from './limits.ts';
import { ceilingsReader, get } from './settings.ts';

/** What an extension is judged by that seldom changes. Times are milliseconds since 1970. */
export interface Standing {
  machine: boolean;
  /** Of its profile, its site and itself. */
  limits: Limits;
  /** Its limits are armed until then; 0: they are not. */
  armedUntil: number;
  /** Since when it has a clean slate, after a fraud block was lifted; 0: nobody lifted one. */
  clean: number;
  /** A toll block that nobody lifted may concern it. */
  blocked: boolean;
  /** The owner's word on some prefix is set. */
  overrides: boolean;
  observeUntil: number;
  learnedCeilings: ReturnType<ReturnType<typeof ceilingsReader>>;
}

/** More extensions than any PBX has: names that somebody makes up do not fill the memory. */
const MOST = 50_000;

/**
 * Reads the standing of an extension: from memory, until the mark in `word` says that some program changed what it rests on.
 * Triggers set the mark, in the transaction of the change.
 */
export function standingReader(db: Db): (site: string, ext: string) => Standing {
  const changed = db.prepare('SELECT changed FROM word').pluck().safeIntegers();
  const read = uncached(db);
  const kept = new Map<string, Standing>();
  let mark: bigint | null = null;
  return (site, ext) => {
    const now = changed.get() as bigint;
    if (now !== mark || kept.size > MOST) kept.clear();
    mark = now;
    const key = `${site}/${ext}`;
    const known = kept.get(key) ?? read(site, ext);
    kept.set(key, known);
    return known;
  };
}

function uncached(db: Db): (site: string, ext: string) => Standing {
  const extension = extensions.reader(db);
  const limits = ownLimitsReader(db);
  const armedUntil = probationReader(db);
  const clean = cleanReader(db);
  const ceilings = ceilingsReader(db);
  const blocked = db.prepare(
    "SELECT 1 FROM blocks WHERE lifted_at IS NULL AND site IN ('', ?) AND ext IN ('', ?) LIMIT 1",
  );
  const overrides = db.prepare('SELECT 1 FROM overrides LIMIT 1');
  return (site, ext) => {
    const { profile, machine } = extension(site, ext);
    return {
      machine,
      limits: limits(site, ext, profile),
      armedUntil: armedUntil(site, ext, 0) ?? 0,
      clean: clean(site, ext),
      blocked: blocked.get(site, ext) !== undefined,
      overrides: overrides.get() !== undefined,
      observeUntil: Number(get(db, 'observe_until') ?? 0),
      learnedCeilings: ceilings(site),
    };
  };
}
