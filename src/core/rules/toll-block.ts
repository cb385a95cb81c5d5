import { isMoney } from '../spend.ts';
import type { Rule } from './rule.ts';

/** A toll block in force. `international` leaves national, internal and emergency calls alone; `all` only emergency. */
export const tollBlock: Rule = ({ destination }, { blocks }) => {
  const block = blocks.find((b) => b.what === 'all' || isMoney(destination) || destination.kind === 'malformed');
  if (!block) return null;
  return {
    family: 'hard',
    action: 'block',
    code: 'toll_block',
    text: `Calls of this kind are blocked: ${block.reason}`,
    evidence: { block: block.id, what: block.what },
    // Nobody attacks where an administrator has blocked a site for the weekend.
    incident: { kind: 'toll_block', severity: block.incident === null ? 'warning' : 'critical', joins: block.incident },
  };
};
