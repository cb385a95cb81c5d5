import type { Attempt } from './attempt.ts';
import type { Facts } from './facts.ts';
import { isNearlyOpen } from './hours.ts';
import type { Policy } from './policy.ts';

/** Confirmations on so many different working days make a block of numbers, or a region, known. */
export const KNOWN_DAYS = 3;
/** Answered calls of the whole site to a region in 90 days that count as "often". */
const OFTEN = 10;
/** Minutes before and after business hours in which people still work. */
const LEEWAY = 120;

/**
 * Whether an extension knows a destination: its block of numbers is vouched for or was confirmed on three working days. A
 * region known as a whole, because the site calls it often, opens its valid numbers around business hours only: a
 * stolen password is used at night, on numbers nobody there called before.
 */
export function isKnown({ destination }: Attempt, { confirmed: c, local }: Facts, policy: Policy): boolean {
  if (c.vouched || c.blockDays >= KNOWN_DAYS) return true;
  const region = c.regionLearned || (c.regionDays >= KNOWN_DAYS && c.siteCalls >= OFTEN);
  const exists = !('valid' in destination) || destination.valid;
  return region && exists && isNearlyOpen(policy.businessHours, local, LEEWAY);
}
