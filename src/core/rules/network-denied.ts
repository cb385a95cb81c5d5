import type { Rule } from './rule.ts';

/** Calls that cost money are not made from a network that the owner denied, himself or by a list that he imported. */
export const networkDenied: Rule = (_attempt, { whereabouts: w }) => {
  if (w === null) return null;
  const denied = w.owner?.action === 'deny' ? w.owner : null;
  if (!denied && w.list === null) return null;
  const note = denied?.note ? `: ${denied.note}` : '';
  return {
    family: 'deny',
    action: 'block',
    code: 'network_denied',
    text: denied
      ? `The phone is at ${w.address}, in ${denied.network}, which the owner denied${note}`
      : `The phone is at ${w.address}, which is on the list ${w.list}`,
    evidence: { address: w.address, ...(denied ? { network: denied.network } : { list: w.list ?? '' }) },
    incident: { kind: 'denied', severity: 'warning' },
  };
};
