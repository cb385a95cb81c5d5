import type { Attempt } from '../core/attempt.ts';
import type { Outcome } from './outcome.ts';
import type { Recorded } from './ports.ts';

const e164Of = ({ destination: d }: Attempt) => ('e164' in d ? d.e164 : '');

const bare = (attempt: Attempt, action: Outcome['action'], reason: string): Outcome => ({
  action,
  reason,
  incident: null,
  maxSeconds: null,
  e164: e164Of(attempt),
  question: null,
  announce: false,
});

export const allowed = (attempt: Attempt, reason: string): Outcome => bare(attempt, 'allow', reason);
export const blocked = (attempt: Attempt, reason: string): Outcome => bare(attempt, 'block', reason);
/** The guard cannot tell; the PBX's own fallback decides. */
export const unavailable = (attempt: Attempt): Outcome => bare(attempt, 'unavailable', 'unavailable');

/** Nothing is said to a scan, nor to whoever just refused a warning. */
const UNANNOUNCED = new Set(['malformed', 'call_ended', 'warning_refused', 'question_open']);

/** A recorded decision as a PBX adapter needs it; a warning still lacks its question. */
export function outcomeOf(attempt: Attempt, { decision, incident }: Recorded, announce: boolean): Outcome {
  const { action, reasons, maxSeconds } = decision.verdict;
  const reason = reasons[0]?.code ?? action;
  const said = announce && action === 'block' && attempt.listener && !UNANNOUNCED.has(reason);
  return { ...bare(attempt, action, reason), incident, maxSeconds, announce: said };
}
