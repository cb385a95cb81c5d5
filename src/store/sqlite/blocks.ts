import type { Attempt } from '../../core/attempt.ts';
import type { TollBlock } from '../../core/facts.ts';
import type { Decision } from '../../core/verdict.ts';
import type { Db } from './database.ts';

/** A toll block. An empty `site`, `ext` or `prefix` matches everything; a prefix is digits of an E.164 without its `+`. */
export interface BlockRow {
  id: number;
  what: TollBlock['what'];
  site: string;
  ext: string;
  prefix: string;
  reason: string;
  by: string;
  incident: number | null;
  at: number;
  until: number | null;
  lifted_at: number | null;
  lifted_by: string | null;
  done: string | null;
}

export interface NewBlock {
  what: TollBlock['what'];
  site?: string | undefined;
  ext?: string | undefined;
  prefix?: string | undefined;
  reason: string;
  by: string;
  incident?: number | null | undefined;
  at: number;
  /** Milliseconds since 1970 after which it lifts itself. */
  until?: number | null | undefined;
}

/** Reads the blocks in force against a call to `digits` ('' where the destination has no E.164), oldest first. */
export function blocksReader(db: Db): (site: string, ext: string, digits: string, at: number) => TollBlock[] {
  const active = db.prepare(
    `SELECT id, what, reason, incident, at FROM blocks
     WHERE lifted_at IS NULL AND site IN ('', ?) AND ext IN ('', ?) AND substr(?, 1, length(prefix)) = prefix
       AND (until IS NULL OR until > ?) ORDER BY id`,
  );
  const passed = db
    .prepare(
      `SELECT MAX(at) FROM passes WHERE until > ? AND site IN ('', ?) AND ext IN ('', ?)
         AND substr(?, 1, length(prefix)) = prefix`,
    )
    .pluck();
  return (site, ext, digits, at) => {
    const found = active.all(site, ext, digits, at) as (TollBlock & { at: number })[];
    if (found.length === 0) return found;
    // A block that is newer than the exception to it holds.
    const pass = (passed.get(at, site, ext, digits) as number | null) ?? Number.NEGATIVE_INFINITY;
    return found.filter((b) => b.at > pass).map(({ id, what, reason, incident }) => ({ id, what, reason, incident }));
  };
}

/** Blocks an extension's international and premium calls where a decision says that this is certain. Not in observe mode. */
export function tollBlocker(db: Db): (attempt: Attempt, decision: Decision, incident: number | null) => void {
  // One that somebody has opened for a time since is not enough any more: a new one closes the exception.
  const active = db.prepare(
    `SELECT 1 FROM blocks WHERE lifted_at IS NULL AND site = @site AND ext = @ext AND by = 'guard' AND NOT EXISTS (
       SELECT 1 FROM passes WHERE passes.until > @at AND passes.at >= blocks.at
         AND passes.site IN ('', @site) AND passes.ext IN ('', @ext))`,
  );
  return ({ site, ext, at }, { findings, verdict }, incident) => {
    const certain = findings.find((f) => f.tollBlock);
    if (!certain || verdict.would || !ext || active.get({ site, ext, at })) return;
    add(db, { what: 'international', site, ext, reason: certain.text, by: 'guard', incident, at });
  };
}

/** Adds a block and returns its id. */
export function add(db: Db, block: NewBlock): number {
  const { site = '', ext = '', prefix = '', incident = null, until = null, ...rest } = block;
  const row = { ...rest, site, ext, prefix: prefix.replace(/^\+/, ''), incident, until };
  const { lastInsertRowid } = db
    .prepare(
      `INSERT INTO blocks (what, site, ext, prefix, reason, by, incident, at, until)
       VALUES (@what, @site, @ext, @prefix, @reason, @by, @incident, @at, @until)`,
    )
    .run(row);
  return Number(lastInsertRowid);
}

/** Blocks not lifted by anybody, oldest first; with `all` the lifted ones too. */
export const list = (db: Db, { all = false } = {}): BlockRow[] =>
  db.prepare(`SELECT * FROM blocks ${all ? '' : 'WHERE lifted_at IS NULL'} ORDER BY id`).all() as BlockRow[];

export interface Lift {
  site?: string | undefined;
  ext?: string | undefined;
  prefix?: string | undefined;
  id?: number | undefined;
  by: string;
  /** What was done about the cause: `password changed`. */
  done?: string | undefined;
  at: number;
}

/** Lifts the blocks that match everything given, and returns how many. Throws when nothing narrows them down. */
export function lift(db: Db, { site, ext, prefix, id, by, done, at }: Lift): number {
  if ([site, ext, prefix, id].every((given) => given === undefined)) {
    throw new Error('say which block: an extension, a site, a prefix or a number');
  }
  return db
    .prepare(
      `UPDATE blocks SET lifted_at = @at, lifted_by = @by, done = @done
       WHERE lifted_at IS NULL AND site = COALESCE(@site, site) AND ext = COALESCE(@ext, ext)
         AND prefix = COALESCE(@prefix, prefix) AND id = COALESCE(@id, id)`,
    )
    .run({
      at,
      by,
      done: done ?? null,
      site: site ?? null,
      ext: ext ?? null,
      prefix: prefix?.replace(/^\+/, '') ?? null,
      id: id ?? null,
    }).changes;
}
