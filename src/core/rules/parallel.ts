import { isNew } from '../known.ts';
import { isElevated } from '../spend.ts';
import { type Rule, whither } from './rule.ts';

/**
 * One telephone talks to one new destination at a time, or to two that are being put together; a pump talks to as many as
 * it has lines. Where calls are dear, the second is one too many.
 */
export const parallel: Rule = (attempt, facts, policy) =>
  'e164' in attempt.destination &&
  facts.newCalls.open > (isElevated(attempt.destination) ? 0 : 1) &&
  isNew(attempt, facts, policy)
    ? {
        family: 'pattern',
        action: 'block',
        code: 'parallel',
        text: `${whither(attempt)} is new, and this extension has an open call to a new destination already`,
        evidence: { open: facts.newCalls.open },
        incident: { kind: 'pattern', severity: 'critical' },
      }
    : null;
