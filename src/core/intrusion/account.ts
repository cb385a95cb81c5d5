/** Wrong passwords of one account within the time, and the addresses they come from, that no forgetful owner makes. */
const GUESSES = 10;
const ADDRESSES = 5;
const WITHIN_MS = 3_600_000;

/** Wrong passwords of one account, wherever they come from. */
export interface Guessed {
  since: number;
  guesses: number;
  addresses: Set<string>;
}

/**
 * Notes a wrong password of an account (null: none before) at a time in milliseconds. `found`: many addresses share in
 * guessing it, each with too few tries to stand out.
 */
export function guessed(known: Guessed | null, at: number, address: string): { guessed: Guessed; found: boolean } {
  const stale = known === null || at - known.since > WITHIN_MS;
  const now = stale ? { since: at, guesses: 0, addresses: new Set<string>() } : known;
  now.guesses++;
  if (now.addresses.size < ADDRESSES) now.addresses.add(address);
  return { guessed: now, found: now.guesses >= GUESSES && now.addresses.size >= ADDRESSES };
}
