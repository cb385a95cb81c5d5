import { isOpen, parseWeek } from '../hours.ts';
import type { Rule } from './rule.ts';

/** Outside the hours in which this extension may dial out. Internal and emergency calls are not concerned. */
export const hours: Rule = ({ destination }, { limits, local }) =>
  limits.hours !== null && destination.kind !== 'internal' && !isOpen(parseWeek(limits.hours), local)
    ? {
        family: 'limit',
        action: 'block',
        code: 'limit_hours',
        text: `This extension may dial out ${limits.hours} only`,
        evidence: { weekday: local.weekday, minute: local.minute },
        incident: { kind: 'limit', severity: 'warning' },
      }
    : null;
