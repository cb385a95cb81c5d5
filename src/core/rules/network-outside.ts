import type { Rule } from './rule.ts';

/** Where the owner named the networks that phones are in, calls that cost money are made from there alone. */
export const networkOutside: Rule = ({ ext }, { whereabouts: w }) =>
  w?.confined && w.owner === null
    ? {
        family: 'deny',
        action: 'block',
        code: 'network_outside',
        text: `The phone is at ${w.address}, outside the networks of extension ${ext ?? '(none)'}`,
        evidence: { address: w.address, country: w.country ?? '' },
        incident: { kind: 'denied', severity: 'warning' },
      }
    : null;
