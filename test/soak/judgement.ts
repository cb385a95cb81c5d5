import { MOST_PAGES } from '../../src/store/sqlite/checkpoints.ts';
import { median } from '../bench/bench.ts';
import type { Minute } from './minutes.ts';

/** One sentence of the judgement, and whether it is good news. */
export interface Finding {
  holds: boolean;
  text: string;
}

/**
 * MB of the write-ahead log from which commits write it back, and what a last commit adds: pages of 4 KiB with their headers
 * (https://sqlite.org/fileformat2.html#walformat). The file stays as large as it ever was.
 */
const LOG_BOUND = (MOST_PAGES * 1.05 * (4_096 + 24)) / 1e6;

interface Level {
  name: string;
  of: (minute: Minute) => number;
  times: number;
  more: number;
  /** Up to here it is as designed. */
  bound?: number;
}

/** What has to stay level: at most so many times the first quarter, and so much more. Steps of an allocator or of a log are no growth. */
const LEVEL: Level[] = [
  { name: "the guard's memory, MB", of: (m) => m.guardMb, times: 1.15, more: 10 },
  { name: "the guard's file descriptors", of: (m) => m.guardFiles, times: 1.1, more: 10 },
  { name: "Asterisk's file descriptors", of: (m) => m.asteriskFiles, times: 1.1, more: 30 },
  { name: 'the write-ahead log, MB', of: (m) => m.walMb, times: 1.2, more: 4, bound: LOG_BOUND },
  { name: 'post-dial delay p50, ms', of: (m) => m.batch.p50, times: 1.5, more: 5 },
  { name: 'post-dial delay p99, ms', of: (m) => m.batch.p99, times: 1.5, more: 50 },
  { name: 'slowest /healthz, ms', of: (m) => m.slowest, times: 2, more: 50 },
];

/** Compares the middle of the first quarter, less the first minute, with the middle of the last. */
export function level(minutes: readonly Minute[]): Finding[] {
  const quarter = Math.max(1, Math.floor(minutes.length / 4));
  const first = minutes.slice(1, 1 + quarter);
  const last = minutes.slice(-quarter);
  return LEVEL.map(({ name, of, times, more, bound = 0 }) => {
    const [before, after] = [median(first.map(of)), median(last.map(of))];
    const allowed = bound > 0 ? ` (may be ${bound.toFixed(0)})` : '';
    return {
      holds: after <= Math.max(before * times + more, bound),
      text: `${name}: ${before.toFixed(1)}, then ${after.toFixed(1)}${allowed}`,
    };
  });
}
