import { goesOn, isNew } from '../known.ts';
import { type Rule, whither } from './rule.ts';

/** Minutes in a week to destinations for which only a key press spoke. What people call so often they have made known by then. */
const CALL_SOMEBODY = 60;
const CERTAIN = 240;

/** However slowly and wherever to: what adds up to an hour in a week, call after call to new destinations, is looked at. */
export const pumping: Rule = (attempt, facts, policy) => {
  const { minutes, calls } = facts.newCalls;
  // Where nothing is enforced nobody is asked, and nothing becomes known.
  if (!goesOn(facts) || facts.mode === 'observe' || minutes < CALL_SOMEBODY || !isNew(attempt, facts, policy))
    return null;
  return {
    family: 'pattern',
    action: 'allow',
    code: 'pumping',
    text: `${whither(attempt)} follows ${calls} calls of ${minutes} minutes to new destinations in a week`,
    evidence: { calls, minutes },
    incident: { kind: 'pattern', severity: minutes < CERTAIN ? 'warning' : 'critical' },
  };
};
