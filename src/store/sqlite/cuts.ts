import type { Blocked, Doomed } from '../../guard/cut.ts';
import type { Db } from './database.ts';
import { logWriter } from './incident-log.ts';
import { reporter } from './reports.ts';
import { observingReader } from './settings.ts';

/** Calls under way that blocks in force stop. In observe mode blocks stop nothing. */
export function blockedCalls(db: Db, mode: () => 'enforce' | 'observe'): Blocked {
  const observing = observingReader(db);
  const newest = db.prepare('SELECT MAX(id) FROM blocks').pluck();
  const doomed = db.prepare(
    `SELECT calls.id AS call, calls.pbx, calls.uniqueid, MIN(blocks.id) AS block
     FROM blocks JOIN leases ON closed_at IS NULL AND opened_at <= blocks.at
       AND blocks.site IN ('', leases.site) AND blocks.ext IN ('', leases.ext) AND (what = 'all' OR leases.money = 1)
     JOIN calls ON calls.id = leases.call AND substr(COALESCE(e164, '+'), 2, length(prefix)) = prefix
     WHERE lifted_at IS NULL AND (until IS NULL OR until > ?) GROUP BY calls.id`,
  );
  const incident = db
    .prepare('SELECT COALESCE((SELECT incident FROM blocks WHERE id = ?), (SELECT incident FROM calls WHERE id = ?))')
    .pluck();
  const whose = db.prepare('SELECT site, ext, COALESCE(e164, dialled) AS number FROM calls WHERE id = ?');
  const tell = reporter(db);
  const log = logWriter(db);
  let seen = -1;
  let open = true;

  return {
    doomed(now) {
      if (mode() === 'observe' || observing(now)) return [];
      const last = (newest.get() as number | null) ?? 0;
      if (last === seen && !open) return [];
      const found = doomed.all(now) as Doomed[];
      seen = last;
      open = found.length > 0;
      return found;
    },
    ended: ({ call, block, pbx }, now) =>
      db
        .transaction(() => {
          const id = incident.get(block, call) as number | null;
          const { site, ext, number } = whose.get(call) as { site: string; ext: string; number: string };
          const why = `the call to ${number} was ended on ${pbx} by block ${block}`;
          const line = { at: now, what: 'call ended' };
          if (id !== null) return log(id, { ...line, who: 'guard', why });
          const news = {
            kind: 'toll_block',
            severity: 'info',
            title: 'A block ended calls that were running',
          } as const;
          const key = `block ${block} ${site} ${ext}`;
          tell.report({ ...news, key, site, ext, why, at: now, calls: 1, lines: [{ ...line, text: why }] });
        })
        .immediate(),
  };
}
