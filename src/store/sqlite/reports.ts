import type { Report } from '../../guard/ports.ts';
import type { Db } from './database.ts';
import { logWriter } from './incident-log.ts';
import { add } from './incidents.ts';
import { outboxWriter } from './outbox.ts';

/** Writes what no call of the ledger made as an incident of kind `guard`, one for each title while it is open. */
export function reporter(db: Db): (report: Report) => number {
  const find = db.prepare("SELECT id FROM incidents WHERE kind = 'guard' AND state <> 'closed' AND title = ?").pluck();
  const join = db.prepare('UPDATE incidents SET calls = calls + ?, updated_at = ? WHERE id = ?');
  const log = logWriter(db);
  const outbox = outboxWriter(db);
  return ({ severity, title, why, at, calls, lines = [] }) => {
    const evidence = { code: 'guard' };
    const open = find.get(title) as number | undefined;
    const id = open ?? add(db, { kind: 'guard', severity, site: '', title, evidence, who: 'guard', why, at });
    join.run(calls, at, id);
    if (open !== undefined) outbox.more(id, at);
    for (const line of lines) log(id, { at: line.at, who: 'guard', what: 'without a verdict', why: line.text });
    return id;
  };
}
