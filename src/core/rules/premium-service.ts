import type { Rule } from './rule.ts';

/** A short code that costs like a premium number: asked about, since people do call directory enquiries. */
export const premiumService: Rule = ({ destination: d }, { confirmed }) =>
  d.kind === 'service' && (d.cost === 'premium' || d.cost === 'unknown') && !confirmed.vouched && !confirmed.today
    ? {
        family: 'class',
        action: 'warn',
        code: 'premium_service',
        text: `${d.code} is a service that can be charged like a premium number`,
        evidence: { region: d.region, cost: d.cost },
        incident: { kind: 'questioned', severity: 'info' },
      }
    : null;
