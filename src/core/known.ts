import type { Facts } from './facts.ts';

/** Confirmations on so many different working days make a block of numbers, or a region, known. */
export const KNOWN_DAYS = 3;
/** Answered calls of the whole site to a region in 90 days that count as "often". */
const OFTEN = 20;

/** Known: vouched for, or confirmed on three working days; by region only where the site calls it often. */
export function isKnown({ confirmed: c }: Facts): boolean {
  return c.vouched || c.blockDays >= KNOWN_DAYS || (c.regionDays >= KNOWN_DAYS && c.siteCalls >= OFTEN);
}
