import { recent } from './recent.ts';

/** Questions an extension may ask a second, for long and at once, before it is answered from memory. No office comes near. */
const RATE = 200;
const BURST = 400;
const REMEMBERED = 10_000;

interface Bucket {
  tokens: number;
  at: number;
}

/**
 * A token bucket for each caller, so that one that floods the guard costs the others nothing: it is answered strictly
 * from memory, without the store. Returns whether this question is one too many. `now` is in milliseconds.
 */
export function createFloodGate(): (caller: string, now: number) => boolean {
  const buckets = recent<Bucket>(REMEMBERED);
  return (caller, now) => {
    let bucket = buckets.get(caller);
    if (!bucket) {
      bucket = { tokens: BURST, at: now };
      buckets.set(caller, bucket);
    }
    bucket.tokens = Math.min(BURST, bucket.tokens + (Math.max(0, now - bucket.at) * RATE) / 1000);
    bucket.at = now;
    if (bucket.tokens < 1) return true;
    bucket.tokens -= 1;
    return false;
  };
}
