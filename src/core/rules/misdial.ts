import type { Attempt, Meant } from '../attempt.ts';
import type { Facts } from '../facts.ts';
import { isKnown } from '../known.ts';
import type { Policy } from '../policy.ts';
import { isElevated } from '../spend.ts';
import { type Rule, whither } from './rule.ts';

/** Refused questions in an hour up to which a near miss is a slip; beyond, changing numbers are an attack. */
const SLIPS = 3;

/** Open numbering plans: almost any digits behind the trunk prefix are a number, so that being near one says little. */
const OPEN_PLANS = new Set(['AT', 'DE', 'FI', 'ID', 'LU']);

/** A destination odd enough to be a slip: no number of its country, a dear one, or a country the site never calls. */
function isOdd({ destination: d }: Attempt, { confirmed }: Facts, { plan }: Policy): boolean {
  if (!('valid' in d)) return false;
  if (!d.valid || isElevated(d)) return true;
  return confirmed.siteCalls === 0 && !OPEN_PLANS.has(plan.country ?? '');
}

/**
 * The one number that was probably meant: the only one called before, else the only one by a slip that this site is known
 * for, else the only one near an odd destination.
 */
function probable(attempt: Attempt, facts: Facts, policy: Policy): Meant | null {
  const only = (numbers: string[]) => {
    const found = attempt.meant.filter(({ e164 }) => numbers.includes(e164));
    return found.length === 1 ? found[0]! : null;
  };
  const near = attempt.meant.length === 1 && isOdd(attempt, facts, policy) ? attempt.meant[0]! : null;
  return only(facts.meantBefore) ?? only(facts.meantLearned) ?? near;
}

/**
 * A number that is new to this extension, and one slip of the finger away from a valid number of the site's own country
 * (a 0 too many, the international prefix for the trunk prefix): warned, and never blocked for what the slip reaches.
 */
export const misdial: Rule = (attempt, facts, policy) => {
  if (isKnown(attempt, facts, policy) || facts.confirmed.today || facts.refusedLately >= SLIPS) return null;
  const meant = probable(attempt, facts, policy);
  if (!meant) return null;
  return {
    family: 'misdial',
    action: 'warn',
    code: 'misdial',
    text: `${whither(attempt)} is probably a slip (${meant.edit}) for ${meant.e164}`,
    evidence: {
      edit: meant.edit,
      meant: meant.e164,
      called_before: Number(facts.meantBefore.includes(meant.e164)),
      learned: Number(facts.meantLearned.includes(meant.e164)),
    },
    incident: { kind: 'misdial', severity: 'info' },
  };
};
