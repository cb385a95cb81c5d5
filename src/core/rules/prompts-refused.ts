import { isMoney } from '../spend.ts';
import type { Rule } from './rule.ts';

/** Wrong keys in 24 hours: guessing one digit in ten. Staff who mishear once are asked three digits and get them right. */
const WRONG_KEYS = 4;
/** Questions not confirmed within an hour: a script that does not listen. Somebody who dials wrong hangs up once or twice. */
const REFUSED = 6;

/** A dialler that guesses at keys, or lets question after question pass, is no person with a slip of the finger. */
export const promptsRefused: Rule = ({ destination }, { wrongKeys, refusedLately, previous }) =>
  isMoney(destination) && !previous?.cleared && (wrongKeys >= WRONG_KEYS || refusedLately >= REFUSED)
    ? {
        family: 'pattern',
        action: 'block',
        code: 'prompts_refused',
        text: 'This extension answers no question rightly: international and premium calls are blocked until somebody has looked',
        evidence: { wrong_keys: wrongKeys, refused: refusedLately },
        incident: { kind: 'toll_block', severity: 'critical' },
        tollBlock: true,
      }
    : null;
