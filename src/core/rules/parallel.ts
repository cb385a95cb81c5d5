import { isNew } from '../known.ts';
import { type Rule, whither } from './rule.ts';

/** One telephone talks to one new destination at a time; a pump talks to as many as it has lines. */
export const parallel: Rule = (attempt, facts, policy) =>
  'e164' in attempt.destination && facts.newCalls.open > 0 && isNew(attempt, facts, policy)
    ? {
        family: 'pattern',
        action: 'block',
        code: 'parallel',
        text: `${whither(attempt)} is new, and this extension has an open call to a new destination already`,
        evidence: { open: facts.newCalls.open },
        incident: { kind: 'pattern', severity: 'critical' },
      }
    : null;
