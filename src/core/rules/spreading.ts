import { goesOn, isNew } from '../known.ts';
import { isElevated } from '../spend.ts';
import { type Rule, whither } from './rule.ts';

/** Other blocks of numbers in elevated ranges that one extension newly called in a week: a new market has one or two. */
const NOTED = 2;
const CERTAIN = 4;

/** One elevated range after another, however slowly: the third is an incident, at the fourth somebody is called, and the fifth is not made. */
export const spreading: Rule = (attempt, facts, policy) => {
  const others = facts.newCalls.riskyBlocks;
  if (!isElevated(attempt.destination) || !isNew(attempt, facts, policy)) return null;
  if (others < NOTED || (others < CERTAIN && !goesOn(facts))) return null;
  const certain = others >= CERTAIN;
  const severity = others > NOTED ? 'critical' : 'warning';
  return {
    family: 'pattern',
    action: certain ? 'block' : 'allow',
    code: 'spreading',
    text: `${whither(attempt)} is in one elevated range more than an extension newly calls in a week`,
    evidence: { other_ranges: others },
    incident: { kind: certain ? 'toll_block' : 'pattern', severity },
    ...(certain && { tollBlock: true as const }),
  };
};
