import type { Destination } from '../destination.ts';
import { isMoney } from '../spend.ts';
import { type Rule, whither } from './rule.ts';

/** What a short code costs is its owner's choice: only those that the plan calls free go without a payer. */
const isPriced = (d: Destination): boolean => isMoney(d) || (d.kind === 'service' && d.cost !== 'toll-free');

/** A call that no extension pays for may go to national numbers and free short codes only. */
export const noPayer: Rule = (attempt) =>
  attempt.ext === null && isPriced(attempt.destination)
    ? {
        family: 'hard',
        action: 'block',
        code: 'no_payer',
        text: `No extension was found that pays for a call to ${whither(attempt)}`,
        evidence: {},
        incident: { kind: 'no_payer', severity: 'warning' },
      }
    : null;
