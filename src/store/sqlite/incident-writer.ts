import type { Attempt } from '../../core/attempt.ts';
import type { Decision, Finding, IncidentKind } from '../../core/verdict.ts';
import { SEVERITIES, type Severity } from '../../guard/outbox.ts';
import type { Db } from './database.ts';
import { logWriter } from './incident-log.ts';
import type { IncidentRow } from './incidents.ts';
import { outboxWriter } from './outbox-writer.ts';
import { DAY } from './usage.ts';

/** The first of the most severe findings that make an incident. */
function gravest(findings: Finding[]): (Finding & Required<Pick<Finding, 'incident'>>) | null {
  const grave = findings.filter((f): f is Finding & Required<Pick<Finding, 'incident'>> => f.incident !== undefined);
  const rank = (f: (typeof grave)[number]) => SEVERITIES.indexOf(f.incident.severity);
  return grave.reduce<(typeof grave)[number] | null>((a, f) => (a && rank(a) >= rank(f) ? a : f), null);
}

/** What an intruder's calls are found by, one after the other: of one extension they are one attack. */
const ATTACK = new Set<IncidentKind>([
  'toll_block',
  'denied',
  'premium',
  'questioned',
  'no_listener',
  'limit',
  'ceiling',
  'pattern',
]);
const WEEK = 7 * DAY;

type Known = Pick<IncidentRow, 'id' | 'kind' | 'severity'>;
type Grave = NonNullable<ReturnType<typeof gravest>>;

/** A toll block weighs more than what led to it. */
const weight = (severity: Severity, kind: IncidentKind): number =>
  2 * SEVERITIES.indexOf(severity) + Number(kind === 'toll_block');

/**
 * Opens incidents and joins calls to open ones, within the ledger's transaction. An attack is over when an extension was quiet
 * for a day; the same thing found again within a week is no news.
 */
export function incidentWriter(db: Db) {
  const find = db.prepare(
    `SELECT id, kind, severity FROM incidents WHERE state <> 'closed' AND site = @site AND ext = @ext
       AND (kind = @kind AND updated_at > @at - ${WEEK}
         OR @attack AND updated_at > @at - ${DAY} AND opened_at > @at - ${WEEK}
           AND kind IN (${[...ATTACK].map((kind) => `'${kind}'`).join()}))
     ORDER BY updated_at DESC, id DESC LIMIT 1`,
  );
  const named = db.prepare("SELECT id, kind, severity FROM incidents WHERE id = ? AND state <> 'closed'");
  const open = db.prepare(
    `INSERT INTO incidents (kind, severity, site, ext, state, title, evidence, opened_at, updated_at)
     VALUES (?, ?, ?, ?, 'open', ?, ?, ?, ?)`,
  );
  const raise = db.prepare('UPDATE incidents SET kind = ?, severity = ?, title = ?, evidence = ? WHERE id = ?');
  const join = db.prepare(
    'UPDATE incidents SET updated_at = ?, calls = calls + ?, stopped = stopped + ?, saved = saved + ? WHERE id = ?',
  );
  const close = db.prepare(
    `UPDATE incidents SET state = 'closed', resolution = ?, updated_at = ?, closed_at = ?
     WHERE id = ? AND kind = ? AND calls = 1 AND state <> 'closed'`,
  );
  const log = logWriter(db);
  const outbox = outboxWriter(db);

  /** The open incident that a finding belongs to. */
  function known({ site, ext, at }: Attempt, { incident }: Grave): Known | undefined {
    const { kind, joins, ofSite } = incident;
    const whose = ofSite ? '' : (ext ?? '');
    const attack = Number(whose !== '' && ATTACK.has(kind));
    return (named.get(joins ?? null) ?? find.get({ site, ext: whose, kind, at, attack })) as Known | undefined;
  }

  function begin({ site, ext, at }: Attempt, { incident, ...finding }: Grave, evidence: string): number {
    const { kind, severity, ofSite } = incident;
    const whose = ofSite ? '' : (ext ?? '');
    const id = Number(open.run(kind, severity, site, whose, finding.text, evidence, at, at).lastInsertRowid);
    log(id, { at, who: 'guard', what: 'opened', why: finding.text });
    outbox.post(id, 'first', at);
    return id;
  }

  /** A graver finding says what the incident is from now on. */
  function escalate(
    row: Known,
    { kind, severity }: Grave['incident'],
    text: string,
    evidence: string,
    at: number,
  ): void {
    if (weight(severity, kind) <= weight(row.severity, row.kind)) return;
    raise.run(kind, severity, text, evidence, row.id);
    log(row.id, { at, who: 'guard', what: severity, why: text });
    outbox.post(row.id, 'escalation', at);
  }

  return {
    /** Notes a decision's gravest finding. `joined`: the incident this call already belongs to. Returns the incident or null. */
    note(attempt: Attempt, decision: Decision, joined: number | null): number | null {
      const finding = gravest(decision.findings);
      if (!finding) return joined;
      const { at } = attempt;
      const evidence = JSON.stringify({ ...finding.evidence, code: finding.code });
      const row = known(attempt, finding);
      const id = row?.id ?? begin(attempt, finding, evidence);
      if (row && id !== joined) outbox.more(id, at);
      if (row) escalate(row, finding.incident, finding.text, evidence, at);
      const stopped = Number(decision.verdict.action === 'block');
      join.run(at, Number(id !== joined), stopped, stopped * (decision.least ?? 0), id);
      return id;
    },
    /** Closes an incident of `kind` that has no other call. */
    closeLone(id: number, kind: IncidentKind, resolution: string, at: number): void {
      const { changes } = close.run(resolution, at, at, id, kind);
      if (changes === 0) return;
      log(id, { at, who: 'guard', what: 'closed', why: resolution });
      outbox.post(id, 'closed', at);
    },
  };
}
