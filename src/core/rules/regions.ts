import { type Rule, whither } from './rule.ts';

/** Regions that the owner denied to this extension, or did not put on its list. */
export const regions: Rule = (attempt, { limits }) => {
  const d = attempt.destination;
  if (d.kind !== 'international') return null;
  const listed = limits.allowedRegions.length === 0 || limits.allowedRegions.includes(d.region);
  if (listed && !limits.deniedRegions.includes(d.region)) return null;
  return {
    family: 'limit',
    action: 'block',
    code: 'limit_region',
    text: `This extension may not call ${d.region} (${whither(attempt)})`,
    evidence: { region: d.region },
    incident: { kind: 'limit', severity: 'warning' },
  };
};
