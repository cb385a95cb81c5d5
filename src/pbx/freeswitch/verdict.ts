import type { Outcome } from '../../guard/outcome.ts';
import { type App, onLegs, reject, set } from './apps.ts';

/** What the trunk's leg carries, so that its cap and its end outlive the caller's channel. */
export interface Leg {
  /** The asking channel's unique id. */
  call: string;
  /** Who pays for whatever that leg dials after a transfer; null when nobody was found. */
  payer: string | null;
}

/**
 * The variables that tell the dialplan an outcome, an empty value being an unset variable. `dw_verdict` comes last, so
 * that nothing between can leave an `allow` without its cap; where the guard cannot tell it stays as it was preset.
 *
 * The cap runs on the trunk's leg from its answer on. FreeSWITCH runs every variable that begins with
 * `execute_on_answer`, so ours does not displace another.
 */
export function verdictApps({ action, reason, incident, maxSeconds, e164 }: Outcome, { call, payer }: Leg): App[] {
  const facts = [
    set('dw_reason', reason),
    set('dw_incident', incident === null ? '' : String(incident)),
    set('dw_max_seconds', maxSeconds === null ? '' : String(maxSeconds)),
    set('dw_e164', e164),
  ];
  if (action === 'unavailable') return facts;
  if (action !== 'allow') return [...facts, set('dw_verdict', 'block')];
  return [
    ...facts,
    onLegs('execute_on_answer_dw', maxSeconds === null ? '' : `sched_hangup +${maxSeconds} ALLOTTED_TIMEOUT`),
    onLegs('dw_leg', `${call}/${e164}`),
    ...(payer === null ? [] : [onLegs('dw_payer', payer)]),
    set('dw_verdict', 'allow'),
  ];
}

/** What a peer is told whose request could not be understood, or whose caller is gone: never left to a fallback. */
export const strictVerdict = (reason: string): App[] => [
  set('dw_verdict', 'block'),
  set('dw_reason', reason),
  reject(),
];
