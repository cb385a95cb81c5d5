import type { Rule } from './rule.ts';

/** Digits that are not exactly understood never go to a trunk: injection, letters, unknown codes, absurd lengths. */
export const malformed: Rule = ({ destination, dialled }) =>
  destination.kind === 'malformed'
    ? {
        family: 'malformed',
        action: 'block',
        code: 'malformed',
        text: destination.why,
        evidence: { length: dialled.length },
        incident: { kind: 'malformed', severity: 'warning' },
      }
    : null;
