import { isBlockKnown } from '../known.ts';
import { type Rule, whither } from './rule.ts';

/**
 * Numbers that strangers tried to call through the PBX are questioned for everyone who did not make them known himself,
 * also in regions that the site knows: attackers try their own number from outside before they call it from within.
 */
export const probedNumber: Rule = (attempt, { probed, confirmed }) => {
  if (probed === 0 || isBlockKnown(attempt.destination, confirmed) || confirmed.today) return null;
  return {
    family: 'novelty',
    action: 'warn',
    code: 'probed_number',
    text: `Strangers tried to call ${whither(attempt)} or its neighbours through this PBX`,
    evidence: { tries: probed },
    incident: { kind: 'pattern', severity: 'warning' },
  };
};
