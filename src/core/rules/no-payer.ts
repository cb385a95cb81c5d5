import { isMoney } from '../spend.ts';
import { type Rule, whither } from './rule.ts';

/**
 * A call that no extension pays for may go to national numbers only, and to short codes that cost no more (the police's 101
 * and the health service's 111 in Great Britain, the authorities' 115 in Germany).
 */
export const noPayer: Rule = (attempt) =>
  attempt.ext === null && isMoney(attempt.destination)
    ? {
        family: 'hard',
        action: 'block',
        code: 'no_payer',
        text: `No extension was found that pays for a call to ${whither(attempt)}`,
        evidence: {},
        incident: { kind: 'no_payer', severity: 'warning' },
      }
    : null;
