import { recent } from './recent.ts';

const REMEMBERED = 10_000;

/** What somebody may do in one go, and how fast he may do it again afterwards. */
export interface Pace {
  burst: number;
  perSecond: number;
}

/** Questions of an extension before it is answered from memory. No office comes near. */
export const QUESTIONS: Pace = { burst: 400, perSecond: 200 };

/**
 * Blocked calls of an extension for one reason before they are counted only: as many as the widest profile lets an extension
 * dial in a minute (`core/limits`), afterwards more than a person redials.
 */
export const BLOCKS: Pace = { burst: 300, perSecond: 1 / 6 };

/** Token buckets by key: those used last are remembered. `now` is in milliseconds. */
export interface Buckets {
  /** Takes one and tells whether there was one. */
  take(key: string, now: number): boolean;
  isEmpty(key: string, now: number): boolean;
}

export function tokenBuckets({ burst, perSecond }: Pace): Buckets {
  const buckets = recent<{ tokens: number; at: number }>(REMEMBERED);
  const tokensOf = (key: string, now: number): number => {
    const bucket = buckets.get(key);
    return bucket ? Math.min(burst, bucket.tokens + (Math.max(0, now - bucket.at) * perSecond) / 1000) : burst;
  };
  return {
    take(key, now) {
      const tokens = tokensOf(key, now);
      buckets.set(key, { tokens: tokens < 1 ? tokens : tokens - 1, at: now });
      return tokens >= 1;
    },
    isEmpty: (key, now) => tokensOf(key, now) < 1,
  };
}
