import { isMoney } from '../spend.ts';
import type { Rule } from './rule.ts';

/** Digits at the end of what is dialled by which two attempts are the same number behind different prefixes. */
export const TAIL = 7;
/** Other prefixes tried before the same tail in ten minutes, without an answer. Who fumbles with an outside line tries two or three. */
const CALL_SOMEBODY = 3;
const CERTAIN = 5;

/** The same digits behind one prefix after another: somebody who does not know the dialling plan looks for a way out. */
export const probing: Rule = ({ destination }, { prefixesTried: tried, machine }) => {
  if (!(isMoney(destination) || destination.kind === 'malformed') || machine || tried < CALL_SOMEBODY) return null;
  const certain = tried >= CERTAIN;
  return {
    family: 'pattern',
    action: certain ? 'block' : 'allow',
    code: 'probing',
    text: `The same digits were dialled behind ${tried} other prefixes in ten minutes, and nobody answered`,
    evidence: { prefixes: tried },
    incident: { kind: certain ? 'toll_block' : 'pattern', severity: 'critical' },
    ...(certain && { tollBlock: true as const }),
  };
};
