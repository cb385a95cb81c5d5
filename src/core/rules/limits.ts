import { MEASURES, type Measure, type Scope } from '../limits.ts';
import { formatMicros } from '../money.ts';
import { scopesOf } from '../spend.ts';
import type { Rule } from './rule.ts';

const WORDS: Record<Measure, string> = {
  calls_per_minute: 'calls in a minute',
  calls_per_hour: 'calls in an hour',
  calls_per_day: 'calls in 24 hours',
  concurrent: 'calls at once',
  minutes_per_day: 'minutes in 24 hours',
  money_per_day: 'money in 24 hours',
};

const spoken = (measure: Measure, value: number) => (measure === 'money_per_day' ? formatMicros(value) : String(value));

/** The first limit that this call would pass. Windows slide: the last 60 seconds, hour, 24 hours before this call. */
export const limits: Rule = ({ destination, ext }, facts) => {
  if (destination.kind === 'internal' || destination.kind === 'malformed' || ext === null) return null;
  for (const scope of scopesOf(destination))
    for (const measure of MEASURES) {
      const limit = facts.limits.numbers[measure][scope];
      if (limit === null || facts.usage[measure][scope] < limit) continue;
      return passed(measure, scope, limit, facts.usage[measure][scope]);
    }
  return null;
};

function passed(measure: Measure, scope: Scope, limit: number, used: number) {
  const kind = scope === 'all' ? '' : `${scope} `;
  return {
    family: 'limit' as const,
    action: 'block' as const,
    code: `limit_${measure}`,
    text: `The limit of ${spoken(measure, limit)} ${kind}${WORDS[measure]} is reached`,
    evidence: { scope, limit, used },
    incident: { kind: 'limit' as const, severity: 'warning' as const },
  };
}
