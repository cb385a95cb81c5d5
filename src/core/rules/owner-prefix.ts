import type { Rule } from './rule.ts';

/** The owner's word on a prefix. `deny` always blocks; `allow` lifts what class, misdial and novelty found (see `decide`). */
export const ownerPrefix: Rule = (_attempt, { override }) => {
  if (!override || override.action === 'class') return null;
  const evidence = { prefix: override.prefix };
  const note = override.note ? `: ${override.note}` : '';
  if (override.action === 'allow')
    return {
      family: 'note',
      action: 'allow',
      code: 'allow_prefix',
      text: `Prefix ${override.prefix} is allowed by the owner${note}`,
      evidence,
    };
  return {
    family: 'deny',
    action: 'block',
    code: 'deny_prefix',
    text: `Prefix ${override.prefix} is denied by the owner${note}`,
    evidence,
    incident: { kind: 'denied', severity: 'warning' },
  };
};
