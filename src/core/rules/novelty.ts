import { isKnown } from '../known.ts';
import { isElevated } from '../spend.ts';
import { type Rule, whither } from './rule.ts';

/**
 * A destination that this extension has not made known is questioned, not blocked. An honest telephone system makes a
 * first call to a new country in 0.3 to 0.9% of its calls, so the question is rare where it is not needed.
 */
export const novelty: Rule = (attempt, facts, policy) => {
  const d = attempt.destination;
  if (d.kind !== 'national' && d.kind !== 'international') return null;
  if (d.kind === 'national' && d.valid && !isElevated(d)) return null;
  if (isKnown(attempt, { ...facts, hit: 0 }, policy) || facts.confirmed.today) return null;
  return {
    family: 'novelty',
    action: 'warn',
    code: d.valid ? 'new_destination' : 'invalid_number',
    text: d.valid
      ? `${whither(attempt)} is new to extension ${attempt.ext ?? '(none)'}`
      : `${whither(attempt)} does not exist in its country's numbering plan`,
    evidence: { region: d.region, class: d.class, line_type: d.lineType, confirmed_days: facts.confirmed.blockDays },
    incident: { kind: 'questioned', severity: 'info' },
  };
};
