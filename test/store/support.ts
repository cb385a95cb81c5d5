import type { Attempt, CallEnd } from '../../src/core/attempt.ts';
import { decide } from '../../src/core/decide.ts';
import type { Subscriber } from '../../src/core/destination.ts';
import type { Facts } from '../../src/core/facts.ts';
import type { Policy } from '../../src/core/policy.ts';
import { refuse } from '../../src/core/refuse.ts';
import type { Decision } from '../../src/core/verdict.ts';
import { type LedgerOptions, openLedger, type SqliteLedger } from '../../src/store/sqlite/ledger.ts';
import { policy, TUESDAY } from '../support/facts.ts';

export const MINUTE = 60_000;
export const DAY = 24 * 60 * MINUTE;

/** A ledger in memory unless `more` names a file. */
export const ledgerOf = (more: Partial<LedgerOptions> = {}, site: Partial<Policy> = {}) =>
  openLedger({ file: ':memory:', policies: (name) => policy({ ...site, site: name }), ...more });

/** The product's own decision. */
export const judge =
  (attempt: Attempt, site: Partial<Policy> = {}) =>
  (facts: Facts): Decision =>
    decide(attempt, facts, policy({ ...site, site: attempt.site }));

export const refusal =
  (attempt: Attempt) =>
  (facts: Facts): Decision =>
    refuse(judge(attempt)(facts), 'wrong');

/** Keeps the facts a decision was given. */
export function seen(decide: (facts: Facts) => Decision) {
  const kept: Facts[] = [];
  return { kept, decide: (facts: Facts) => decide(kept[kept.push(facts) - 1]!) };
}

export const end = (attempt: Attempt, seconds: number | null, more: Partial<CallEnd> = {}): CallEnd => ({
  pbx: attempt.pbx,
  uniqueid: attempt.uniqueid,
  at: attempt.at + (seconds ?? 60) * 1000,
  e164: 'e164' in attempt.destination ? attempt.destination.e164 : null,
  seconds: seconds === null ? [] : [seconds],
  answered: null,
  cause: null,
  trunkUp: false,
  ...more,
});

/** A call that is asked about and confirmed; its number in the ledger and what was decided then. */
export async function confirmed(ledger: SqliteLedger, call: Attempt) {
  const { call: id } = await ledger.admit(call, judge(call));
  const { decision } = await ledger.answered(id, call, 'confirmed', judge(call));
  return { id, decision };
}

export { TUESDAY };

/** Dear enough to be asked about, cheap enough for a first call. */
export const morocco: Subscriber = {
  kind: 'international',
  e164: '+212661550100',
  region: 'MA',
  lineType: 'mobile',
  class: 'elevated',
  valid: true,
};
