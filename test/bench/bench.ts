/** One figure of a bench. `bar` is what it has to reach, as text; `holds` whether it did (absent: a figure without a bar). */
export interface Figure {
  name: string;
  value: number;
  unit: string;
  bar?: string;
  holds?: boolean;
}

/** What every `NAME.bench.ts` exports as `bench`. */
export type Bench = () => Figure[] | Promise<Figure[]>;

/** A figure that must not exceed `limit`. */
export const atMost = (name: string, value: number, unit: string, limit: number): Figure => ({
  name,
  value,
  unit,
  bar: `at most ${limit}`,
  holds: value <= limit,
});

/** A figure that must reach `limit`. */
export const atLeast = (name: string, value: number, unit: string, limit: number): Figure => ({
  name,
  value,
  unit,
  bar: `at least ${limit}`,
  holds: value >= limit,
});

export const median = (values: readonly number[]): number => {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
};

/** Uniform numbers in [0, 1) from a fixed seed (mulberry32), the same on every machine. */
export function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/**
 * Nanoseconds a call of `run` over `inputs`, gone through again until at least `forMs` have passed. Results are added
 * up so that no call can be left out.
 */
export function nanosecondsPerCall<T>(inputs: readonly T[], run: (input: T) => number, forMs = 300): number {
  const begin = performance.now();
  let passes = 0;
  let sum = 0;
  let elapsed = 0;
  while (elapsed < forMs) {
    for (const input of inputs) sum += run(input);
    passes++;
    elapsed = performance.now() - begin;
  }
  if (Number.isNaN(sum)) throw new Error('a run gave no number');
  return (elapsed * 1e6) / (inputs.length * passes);
}
