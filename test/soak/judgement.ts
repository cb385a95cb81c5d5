import { median } from '../bench/bench.ts';
import type { Minute } from './minutes.ts';

/** One sentence of the judgement, and whether it is good news. */
export interface Finding {
  holds: boolean;
  text: string;
}

/** What has to stay level: at most so many times the first quarter, and so much more. Steps of an allocator or of a log are no growth. */
const LEVEL: { name: string; of: (minute: Minute) => number; times: number; more: number }[] = [
  { name: "the guard's memory, MB", of: (m) => m.guardMb, times: 1.15, more: 10 },
  { name: "the guard's file descriptors", of: (m) => m.guardFiles, times: 1.1, more: 10 },
  { name: "Asterisk's file descriptors", of: (m) => m.asteriskFiles, times: 1.1, more: 30 },
  { name: 'the write-ahead log, MB', of: (m) => m.walMb, times: 1.2, more: 4 },
  { name: 'post-dial delay p50, ms', of: (m) => m.batch.p50, times: 1.5, more: 5 },
  { name: 'post-dial delay p99, ms', of: (m) => m.batch.p99, times: 1.5, more: 50 },
  { name: 'slowest /healthz, ms', of: (m) => m.slowest, times: 2, more: 50 },
];

/** Compares the middle of the first quarter, less the first minute, with the middle of the last. */
export function level(minutes: readonly Minute[]): Finding[] {
  const quarter = Math.max(1, Math.floor(minutes.length / 4));
  const first = minutes.slice(1, 1 + quarter);
  const last = minutes.slice(-quarter);
  return LEVEL.map(({ name, of, times, more }) => {
    const [before, after] = [median(first.map(of)), median(last.map(of))];
    return { holds: after <= before * times + more, text: `${name}: ${before.toFixed(1)}, then ${after.toFixed(1)}` };
  });
}
