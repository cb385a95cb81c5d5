import { isKnown } from '../known.ts';
import { type Rule, whither } from './rule.ts';

/**
 * When several extensions of the site are hit, a number is not let through because its region is called often: it is
 * questioned, until an administrator has acknowledged the incidents. Numbers known by themselves still pass.
 */
export const breaker: Rule = (attempt, facts, policy) =>
  attempt.destination.kind === 'international' &&
  !facts.confirmed.today &&
  !isKnown(attempt, facts, policy) &&
  isKnown(attempt, { ...facts, hit: 0 }, policy)
    ? {
        family: 'novelty',
        action: 'warn',
        code: 'breaker',
        text: `${facts.hit} extensions are under attack: ${whither(attempt)} needs to be confirmed until somebody has looked`,
        evidence: { extensions: facts.hit },
        incident: { kind: 'questioned', severity: 'info' },
      }
    : null;
