/**
 * Work that following one dialplan may still take, counted where it is done and the same on every machine. A unit is about a
 * tenth of a microsecond.
 */
export interface Budget {
  left: number;
}

/** A few seconds, and several times what the dialplan of a large office takes: a made-up one must not take for ever. */
export const newBudget = (): Budget => ({ left: 20_000_000 });

/** Takes from a budget; false where nothing is left. */
export function spend(budget: Budget, units: number): boolean {
  budget.left -= units;
  return budget.left > 0;
}

export const isSpent = ({ left }: Budget): boolean => left <= 0;
