import { type Attempt, target } from '../../core/attempt.ts';
import type { Facts } from '../../core/facts.ts';
import { isWorkingDay } from '../../core/hours.ts';
import type { Policy } from '../../core/policy.ts';
import type { Answer, Decide, Recorded } from '../../guard/ports.ts';
import type { tollBlocker } from './blocks.ts';
import { blockOfDestination, add as remember } from './confirmations.ts';
import type { Db } from './database.ts';
import type { EarlyEnds } from './ends.ts';
import type { incidentWriter } from './incident-writer.ts';
import { type LeaseBook, leaseOf } from './leases.ts';
import type { MisdialLearner } from './misdials.ts';
import type { phoneKeeper } from './phones.ts';
import { type CallRecord, type callWriter, recall, scopeOf } from './record.ts';
import type { spokenWriter } from './spoken.ts';

/** The parts of the ledger that recording an answer needs. */
export interface Parts {
  calls: ReturnType<typeof callWriter>;
  leases: LeaseBook;
  incidents: ReturnType<typeof incidentWriter>;
  impose: ReturnType<typeof tollBlocker>;
  misdials: MisdialLearner;
  marks: EarlyEnds;
  read: (attempt: Attempt, previous: CallRecord | null, endedAlready: boolean) => Facts;
  policies: (site: string) => Policy;
  keepPhone: ReturnType<typeof phoneKeeper>;
  spoke: ReturnType<typeof spokenWriter>;
}

/** The kinds of incident that a warning opens and its confirmation closes. */
const QUESTIONED = ['questioned', 'misdial'] as const;

/** Records how a warning ended and what follows from it. Returns the row's outcome for a call that is not being asked. */
export function answerRecorder(db: Db, parts: Parts) {
  const { calls, impose, misdials, leases, incidents, marks, read, policies, keepPhone, spoke } = parts;
  const insert = db.prepare('INSERT INTO answers (call, site, ext, at, answer) VALUES (?, ?, ?, ?, ?)');

  return (call: number, attempt: Attempt, answer: Answer, decide: Decide): Recorded => {
    const row = calls.get(call);
    if (!row) throw new Error(`there is no call ${call}`);
    if (row.state !== 'asking') {
      const open = leases.openOf(call);
      return { decision: recall(row, open && leaseOf(open)), call, incident: row.incident, repeated: true };
    }
    insert.run(call, row.site, row.ext, attempt.at, answer);
    const confirmed = answer === 'confirmed';
    const ended = marks.consume(attempt.pbx, attempt.uniqueid, target(attempt));
    const facts = read(attempt, row, ended);
    facts.previous = { action: 'warn', state: 'asking', cleared: confirmed, maxSeconds: row.max_seconds };
    const decision = decide(facts);
    if (ended && decision.lease) throw new Error('a lease was to open for a call that has ended');
    const { action } = decision.verdict;
    const incident = incidents.note(attempt, decision, row.incident);
    impose(attempt, decision, incident);
    spoke(decision, attempt.at);
    const state = { allow: confirmed ? 'confirmed' : 'allowed', warn: 'asking', block: 'refused' } as const;
    calls.change(call, { verdict: row.verdict, state: state[action], decision, incident });
    if (decision.lease) {
      leases.open(call, scopeOf(attempt, facts.override), attempt, decision.lease);
      misdials.learn(attempt);
    } else misdials.missed(row, attempt.at);
    if (action === 'allow' && confirmed) keep(attempt, facts, call, row);
    return { decision, call, incident, repeated: false };
  };

  function keep(attempt: Attempt, facts: Facts, call: number, row: CallRecord): void {
    const { at, destination, site } = attempt;
    keepPhone(attempt, facts.whereabouts, true);
    const block = blockOfDestination(destination);
    if ('region' in destination && block) {
      const working = isWorkingDay(policies(site).businessHours, facts.local);
      const { region } = destination;
      remember(db, { site, ext: row.ext, region, block, at, local: facts.local, working, by: 'caller', call });
    }
    for (const kind of QUESTIONED) if (row.incident !== null) incidents.closeLone(row.incident, kind, 'confirmed', at);
  }
}
