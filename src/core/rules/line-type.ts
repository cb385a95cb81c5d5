import type { LineType } from '../destination.ts';
import { type Rule, whither } from './rule.ts';

const CERTAIN: Partial<Record<LineType, string>> = { premium: 'premium-rate number', satellite: 'satellite telephone' };

/** Premium and satellite numbers: what an office calls them for is rare enough to be allowed by name (`prefixes allow`, `confirm add`). */
export const lineType: Rule = (attempt, { override, confirmed }) => {
  const d = attempt.destination;
  if ((d.kind !== 'national' && d.kind !== 'international') || override?.action === 'class' || confirmed.vouched)
    return null;
  const what = CERTAIN[d.lineType];
  if (!what) return null;
  return {
    family: 'class',
    action: 'block',
    code: d.lineType,
    text: `${whither(attempt)} is a ${what}`,
    evidence: { region: d.region, class: d.class },
    incident: { kind: 'premium', severity: 'warning' },
  };
};
