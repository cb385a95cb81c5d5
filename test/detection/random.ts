/** Seeded pseudo-random numbers (mulberry32), so that a seed names the traffic for good. */
export interface Random {
  /** 0 <= x < 1 */
  next(): number;
  /** A whole number from `from` to `to`, both included. */
  int(from: number, to: number): number;
  chance(probability: number): boolean;
  pick<T>(list: readonly T[]): T;
  some<T>(list: readonly T[], count: number): T[];
  digits(count: number): string;
  /** Seconds with a long tail around `median`, as calls last. */
  talk(median: number): number;
  /** An independent stream, so that a change in one part of the traffic leaves the others alone. */
  fork(name: string): Random;
}

export function createRandom(seed: number): Random {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t = (t + Math.imul(t ^ (t >>> 7), t | 61)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
  const int = (from: number, to: number) => from + Math.floor(next() * (to - from + 1));
  const random: Random = {
    next,
    int,
    chance: (probability) => next() < probability,
    pick: (list) => list[int(0, list.length - 1)]!,
    some: (list, count) => {
      const left = [...list];
      return Array.from({ length: Math.min(count, left.length) }, () => left.splice(int(0, left.length - 1), 1)[0]!);
    },
    digits: (count) => Array.from({ length: count }, () => int(0, 9)).join(''),
    talk: (median) => Math.max(3, Math.round(median * Math.exp((next() + next() + next() - 1.5) * 1.6))),
    fork: (name) => {
      let hash = seed ^ 0x9e3779b9;
      for (const c of name) hash = Math.imul(hash ^ c.charCodeAt(0), 0x01000193);
      return createRandom(hash);
    },
  };
  return random;
}
