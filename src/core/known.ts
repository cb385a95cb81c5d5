import type { Attempt } from './attempt.ts';
import type { Destination } from './destination.ts';
import type { Confirmed, Facts } from './facts.ts';
import { isUsualTime } from './habit.ts';
import type { Policy } from './policy.ts';
import { isElevated, isMoney } from './spend.ts';

/** Working days with confirmations that make a short code, a number of an elevated class, or a whole region known. */
export const KNOWN_DAYS = 3;
/** The same for existing numbers of the lower classes, where less can be lost. */
const KNOWN_DAYS_LOW = 2;
/** Answered calls of the whole site to a region in 90 days that count as "often". */
const OFTEN = 10;
/** Extensions hit together at which a site is under attack. */
const BREAKER = 3;

/** Whether a block of numbers, not just its region, is known to somebody of the site. */
export function isBlockKnown(d: Destination, { vouched, siteDays }: Confirmed): boolean {
  const ordinary = 'valid' in d && d.valid && !isElevated(d);
  return vouched || siteDays >= (ordinary ? KNOWN_DAYS_LOW : KNOWN_DAYS);
}

/**
 * Whether an extension knows a destination: its block of numbers is vouched for, or somebody of the site confirmed it on
 * two working days (three where calls are dear). A region known as a whole, because the site calls it often, opens its
 * valid numbers only at hours at which the extension calls, and not while several extensions are hit: a stolen password is
 * used when its owner has left, on numbers nobody there called before.
 */
export function isKnown({ destination }: Attempt, { confirmed: c, habit, local, hit }: Facts, policy: Policy): boolean {
  if (isBlockKnown(destination, c)) return true;
  const region = c.regionLearned || (c.regionDays >= KNOWN_DAYS && c.siteCalls >= OFTEN);
  const exists = !('valid' in destination) || destination.valid;
  return region && hit < BREAKER && exists && isUsualTime(habit, local, policy.businessHours);
}

/** No question stands before the call: it was confirmed, or nothing is enforced. */
export const goesOn = ({ confirmed, mode, previous }: Facts): boolean =>
  mode === 'observe' || confirmed.today || previous?.cleared === true;

/** A call that costs money, to a destination that neither its extension nor the owner knows. */
export const isNew = (attempt: Attempt, facts: Facts, policy: Policy): boolean =>
  isMoney(attempt.destination) && facts.override?.action !== 'allow' && !isKnown(attempt, facts, policy);
