import type { Attempt } from '../../core/attempt.ts';
import type { Db } from './database.ts';

/** Calls that were stopped are counted no further. */
const MOST = 50;

/**
 * Reads how many calls of what costs money were refused or blocked since a moment, this one not counted. While the guard
 * only observes, those that it would have blocked count in their place.
 */
export function stoppedReader(db: Db): (attempt: Attempt, since: number, observing: boolean) => number {
  const counter = (index: string, where: string) =>
    db
      .prepare(
        `SELECT COUNT(*) FROM (SELECT 1 FROM calls INDEXED BY ${index} WHERE ${where} AND scope > 0
           AND site = ? AND ext = ? AND at > ? AND NOT (pbx = ? AND uniqueid = ?)
           AND id NOT IN (SELECT call FROM forgiven) LIMIT ${MOST})`,
      )
      .pluck();
  const stopped = counter('calls_stopped', "state IN ('refused', 'blocked', 'asking')");
  const observed = counter('calls_would', "would = 'block'");
  return ({ site, ext, pbx, uniqueid }, since, observing) =>
    (observing ? observed : stopped).get(site, ext ?? '', since, pbx, uniqueid) as number;
}
