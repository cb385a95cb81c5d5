import {
  NotUnblocked,
  PROBATION_MS,
  PUT_RIGHT,
  putRight,
  type Unblocked,
  type Unblocker,
  type UnblockRequest,
} from '../../guard/unblock.ts';
import * as blocks from './blocks.ts';
import type { Db } from './database.ts';
import { logWriter } from './incident-log.ts';
import { outboxWriter } from './outbox-writer.ts';

type Block = blocks.BlockRow;

const inForce = (db: Db, at: number): Block[] => blocks.list(db).filter((b) => b.until === null || b.until > at);

/** The blocks that are exactly what is named. */
const named = (b: Block, { site, ext, prefix, id }: UnblockRequest): boolean =>
  (site === undefined || b.site === site) &&
  (ext === undefined || b.ext === ext) &&
  (prefix === undefined || b.prefix === prefix) &&
  (id === undefined || b.id === id);

const overlap = (a: string, b: string): boolean => a === '' || b === '' || a === b;

/** The blocks that stop some of what is named. */
const touched = (b: Block, { site = '', ext = '', prefix = '', id }: UnblockRequest): boolean =>
  (id === undefined || b.id === id) &&
  overlap(b.site, site) &&
  overlap(b.ext, ext) &&
  (b.prefix.startsWith(prefix) || prefix.startsWith(b.prefix));

/** Blocks that the guard imposed by itself: somebody has the password. */
const isFraud = (b: Block): boolean => b.by === 'guard';

/**
 * Lifts blocks, or lets something through them for a time, in one transaction with what follows: probation of the
 * extension, the incident's log and news of it. Throws NotUnblocked.
 */
export function unblock(db: Db, request: UnblockRequest): Unblocked {
  const { at, by, done, until, why } = request;
  return db
    .transaction(() => {
      const meant = inForce(db, at).filter((b) => (until === null ? named(b, request) : touched(b, request)));
      if (meant.length === 0) throw new NotUnblocked('no_block', 'no such block is in force');
      const fraud = meant.filter(isFraud);
      if (fraud.length > 0 && !putRight(done)) {
        const ask = `the guard blocked extension ${fraud[0]!.ext} for fraud: say what was put right, of ${PUT_RIGHT.join(', ')}`;
        throw new NotUnblocked('nothing_put_right', ask);
      }
      if (until === null) lift(db, meant, request);
      else pass(db, request, until);
      for (const b of fraud) probation(db, b, at);
      note(db, meant, {
        at,
        what: until === null ? 'unblocked' : 'opened for a time',
        by,
        why: words(done, why, until),
      });
      const probationEnd = fraud.length > 0 ? at + PROBATION_MS : null;
      return { blocks: meant.map((b) => b.id), until, probation: probationEnd };
    })
    .immediate();
}

const words = (done: string[], why: string, until: number | null): string =>
  [done.length > 0 && `put right: ${done.join(', ')}`, until !== null && `until ${new Date(until).toISOString()}`, why]
    .filter(Boolean)
    .join('; ');

function lift(db: Db, meant: Block[], { at, by, done }: UnblockRequest): void {
  for (const { id } of meant) blocks.lift(db, { id, at, by, done: done.join(', ') || undefined });
}

function pass(db: Db, { site = '', ext = '', prefix = '', by, done, at }: UnblockRequest, until: number): void {
  db.prepare('INSERT INTO passes (site, ext, prefix, by, done, at, until) VALUES (?, ?, ?, ?, ?, ?, ?)').run(
    site,
    ext,
    prefix,
    by,
    done.join(', ') || null,
    at,
    until,
  );
}

function probation(db: Db, { site, ext }: Block, at: number): void {
  db.prepare('INSERT OR REPLACE INTO probations (site, ext, since, until) VALUES (?, ?, ?, ?)').run(
    site,
    ext,
    at,
    at + PROBATION_MS,
  );
}

function note(
  db: Db,
  meant: Block[],
  { at, what, by, why }: { at: number; what: string; by: string; why: string },
): void {
  const log = logWriter(db);
  const outbox = outboxWriter(db);
  for (const incident of new Set(meant.map((b) => b.incident))) {
    if (incident === null) continue;
    log(incident, { at, who: by, what, why });
    outbox.tell(incident, at);
  }
}

/** Lifting by link and by feature code. */
export const unblockerOf = (db: Db): Unblocker => ({
  unblock: (request) => unblock(db, request),
  block(id, now) {
    const found = inForce(db, now).find((b) => b.id === id);
    if (!found) return null;
    const { ext, site, reason, at } = found;
    return { ext, site, reason, at, fraud: isFraud(found) };
  },
});

/** What passes through blocks at a time. */
export const passes = (db: Db, at: number) =>
  db.prepare('SELECT * FROM passes WHERE until > ? ORDER BY id').all(at) as {
    id: number;
    site: string;
    ext: string;
    prefix: string;
    by: string;
    done: string | null;
    at: number;
    until: number;
  }[];
