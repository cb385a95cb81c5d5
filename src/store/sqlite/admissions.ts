import { type Attempt, target } from '../../core/attempt.ts';
import type { Decision } from '../../core/verdict.ts';
import type { Decide, Recorded } from '../../guard/ports.ts';
import type { Parts } from './answers.ts';
import type { hourKeeper } from './hours.ts';
import { leaseOf } from './leases.ts';
import { type CallRecord, goingOn, recall, scopeOf } from './record.ts';

/** The parts of the ledger that admitting a call needs. */
interface AdmitParts extends Omit<Parts, 'policies'> {
  keepHour: ReturnType<typeof hourKeeper>;
}

/** A second trunk is let through for the reasons of the first. `reasons`: JSON. */
const withReasons = (decision: Decision, reasons: string): Decision => ({
  ...decision,
  verdict: { ...decision.verdict, reasons: JSON.parse(reasons) },
});

/** Decides about calls and records them, within the ledger's transaction. */
export function admitter(parts: AdmitParts) {
  const { calls, impose, misdials, leases, incidents, marks, read, keepHour, keepPhone, spoke } = parts;

  /** What a call was told before; null where a second trunk is to be judged. */
  function told(row: CallRecord): Decision | null {
    const open = leases.openOf(row.id);
    if (!open && !['asking', 'refused', 'blocked'].includes(row.state)) return null;
    return recall(row, open && leaseOf(open));
  }

  /** The outcome of an earlier question about the same call, else a decision of now. */
  function admit(attempt: Attempt, decide: Decide): Recorded {
    leases.expireDue(attempt.at);
    const key = target(attempt);
    const found = calls.find(attempt, key);
    const row = goingOn(found, attempt);
    const before = row && told(row);
    if (row && before) {
      calls.askedAgain(row.id);
      return { decision: before, call: row.id, incident: row.incident, repeated: true };
    }
    if (found && !row) calls.retire(found.id);
    const endedAlready = marks.consume(attempt.pbx, attempt.uniqueid, key);
    const facts = read(attempt, row, endedAlready);
    const decided = decide(facts);
    const decision = row && decided.action === 'allow' ? withReasons(decided, row.reasons) : decided;
    if (endedAlready && decision.lease) throw new Error('a lease was to open for a call that has ended');
    if (decision.lease) keepPhone(attempt, facts.whereabouts);
    return write(attempt, key, row, decision, scopeOf(attempt, facts.override));
  }

  function write(attempt: Attempt, key: string, row: CallRecord | null, decision: Decision, scope: number): Recorded {
    const { action } = decision.verdict;
    const state = ({ allow: 'allowed', warn: 'asking', block: 'blocked' } as const)[action];
    const incident = incidents.note(attempt, decision, row?.incident ?? null);
    impose(attempt, decision, incident);
    spoke(decision, attempt.at);
    const verdict = row && action === 'allow' ? row.verdict : action;
    const outcome = { verdict, state, decision, incident };
    if (row) {
      calls.askedAgain(row.id);
      calls.change(row.id, outcome);
    }
    const call = row?.id ?? calls.insert(attempt, key, scope, outcome);
    if (decision.lease) {
      leases.open(call, scope, attempt, decision.lease);
      misdials.learn(attempt);
      keepHour(attempt, decision.lease);
    } else misdials.missed(attempt, attempt.at);
    return { decision, call, incident, repeated: false };
  }

  /** What would be decided; records nothing. */
  function preview(attempt: Attempt, decide: Decide): Decision {
    const key = target(attempt);
    const row = goingOn(calls.find(attempt, key), attempt);
    return (row && told(row)) ?? decide(read(attempt, row, marks.find(attempt.pbx, attempt.uniqueid, key)));
  }

  return { admit, preview };
}
