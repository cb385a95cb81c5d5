import type { Attempt } from '../attempt.ts';
import type { Facts } from '../facts.ts';
import type { Policy } from '../policy.ts';
import type { Finding } from '../verdict.ts';

/**
 * One rule: what it finds in an attempt and the facts, or null. Pure and quick: it runs inside the ledger's transaction.
 * Emergency calls never reach a rule.
 */
export type Rule = (attempt: Attempt, facts: Facts, policy: Policy) => Finding | null;

/** Where an attempt would go, in a few words for a person. */
export function whither({ destination: d }: Attempt): string {
  switch (d.kind) {
    case 'national':
    case 'international':
      return d.e164;
    case 'service':
    case 'emergency':
      return d.code;
    case 'internal':
      return `extension ${d.ext}`;
    case 'malformed':
      return 'digits that cannot be read';
  }
}
