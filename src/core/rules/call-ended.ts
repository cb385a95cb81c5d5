import type { Rule } from './rule.ts';

/** The end of this call was reported before its question: nobody is on the line, and no end would release a lease. */
export const callEnded: Rule = (_attempt, { endedAlready }) =>
  endedAlready
    ? {
        family: 'hard',
        action: 'block',
        code: 'call_ended',
        text: 'The channel had ended before it was asked about',
        evidence: {},
      }
    : null;
