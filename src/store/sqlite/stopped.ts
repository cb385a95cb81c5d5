import type { Attempt } from '../../core/attempt.ts';
import type { Db } from './database.ts';

/** Calls that were stopped are counted no further. */
const MOST = 50;

/**
 * Reads how many calls of what costs money were refused or blocked since a moment, `own` not counted (0 for none). While the guard
 * only observes, those that it would have blocked count in their place.
 */
export function stoppedReader(db: Db): (attempt: Attempt, own: number, since: number, observing: boolean) => number {
  const counter = (index: string, where: string) =>
    db
      .prepare(
        `SELECT COUNT(*) FROM (SELECT 1 FROM calls INDEXED BY ${index} WHERE ${where} AND scope > 0
           AND site = ? AND ext = ? AND at > ? AND id <> ?
           AND id NOT IN (SELECT call FROM forgiven) LIMIT ${MOST})`,
      )
      .pluck();
  const stopped = counter('calls_stopped', "state IN ('refused', 'blocked', 'asking')");
  const observed = counter('calls_would', "would = 'block'");
  return ({ site, ext }, own, since, observing) =>
    (observing ? observed : stopped).get(site, ext ?? '', since, own) as number;
}
