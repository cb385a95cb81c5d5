import { isMoney } from '../spend.ts';
import type { Rule } from './rule.ts';

/** International and premium calls that were stopped in 24 hours, up to which somebody may not have understood why. */
const STOPPED = 8;

/** Whoever goes on dialling against one stop after another is a script, or a machine that the owner knows as one (a fax redials). */
export const insisting: Rule = ({ destination }, { stopped, machine }) =>
  isMoney(destination) && !machine && stopped >= STOPPED
    ? {
        family: 'pattern',
        action: 'block',
        code: 'insisting',
        text: 'This extension goes on dialling against stops: international and premium calls are blocked until somebody has looked',
        evidence: { stopped },
        incident: { kind: 'toll_block', severity: 'critical' },
        tollBlock: true,
      }
    : null;
