import { isMoney } from '../spend.ts';
import type { Rule } from './rule.ts';

/** One open question per extension: whoever dials a second number while the first is being asked is no person. */
export const questionOpen: Rule = ({ destination }, { questionOpen: open, previous }) =>
  open && isMoney(destination) && !previous?.cleared
    ? {
        family: 'pattern',
        action: 'block',
        code: 'question_open',
        text: 'Another call of this extension is being asked to confirm its number',
        evidence: {},
        incident: { kind: 'pattern', severity: 'warning' },
      }
    : null;
