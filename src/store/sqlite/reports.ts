import { SEVERITIES, type Severity } from '../../guard/outbox.ts';
import type { Report } from '../../guard/ports.ts';
import type { Db } from './database.ts';
import { logWriter } from './incident-log.ts';
import { add } from './incidents.ts';
import { outboxWriter } from './outbox-writer.ts';

const keyOf = ({ kind = 'guard', key, title = '' }: Partial<Report>): string => `${kind}:${key ?? title}`;

/** Writes what no call of the ledger made, one incident for each kind and key while it is open. */
export function reporter(db: Db) {
  const find = db.prepare("SELECT id, severity FROM incidents WHERE state <> 'closed' AND key <> '' AND key = ?");
  const join = db.prepare('UPDATE incidents SET calls = calls + ?, updated_at = ? WHERE id = ?');
  const raise = db.prepare('UPDATE incidents SET severity = ?, title = ?, evidence = ? WHERE id = ?');
  const close = db.prepare(
    "UPDATE incidents SET state = 'closed', resolution = 'over', updated_at = @at, closed_at = @at WHERE id = @id",
  );
  const log = logWriter(db);
  const outbox = outboxWriter(db);
  const open = (report: Partial<Report>) => find.get(keyOf(report)) as { id: number; severity: Severity } | undefined;

  function enter(report: Report): number {
    const { kind = 'guard', severity, site = '', ext = '', title, why, at } = report;
    const evidence = { code: kind, ...report.evidence };
    const known = open(report);
    if (!known)
      return add(db, { kind, severity, site, ext, title, evidence, key: keyOf(report), who: 'guard', why, at });
    if (SEVERITIES.indexOf(severity) > SEVERITIES.indexOf(known.severity)) {
      raise.run(severity, title, JSON.stringify(evidence), known.id);
      log(known.id, { at, who: 'guard', what: severity, why: title });
      outbox.post(known.id, 'escalation', at);
    } else if (report.calls > 0 || report.lines?.length) outbox.more(known.id, at);
    return known.id;
  }

  return {
    report(report: Report): number {
      const { at, calls, lines = [] } = report;
      const id = enter(report);
      join.run(calls, at, id);
      for (const { what = 'without a verdict', ...line } of lines)
        log(id, { at: line.at, who: 'guard', what, why: line.text });
      return id;
    },
    over({ why, at, ...report }: Pick<Report, 'kind' | 'key' | 'why' | 'at'>): void {
      const known = open(report);
      if (!known) return;
      close.run({ at, id: known.id });
      log(known.id, { at, who: 'guard', what: 'closed', why });
      outbox.post(known.id, 'closed', at);
    },
  };
}
