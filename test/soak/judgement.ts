import { MOST_PAGES } from '../../src/store/sqlite/checkpoints.ts';
import { median } from '../bench/bench.ts';
import { failures, type Minute } from './minutes.ts';

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
  /** What a host that takes the processors away makes worse by itself. */
  timing?: boolean;
}

/** Seconds a minute: a host that takes as much of the processors away makes verdicts late that the guard gives in time. */
const TAKEN = 3;

/** The minutes that the guard answers for. In the others the host answers for what was late. */
export const undisturbed = (minutes: readonly Minute[]): Minute[] => minutes.filter(({ stolen }) => stolen < TAKEN);

/** What has to stay level: at most so many times the first quarter, and so much more. Steps of an allocator or of a log are no growth. */
const LEVEL: Level[] = [
  { name: "the guard's memory, MB", of: (m) => m.guardMb, times: 1.15, more: 10 },
  { name: "the guard's file descriptors", of: (m) => m.guardFiles, times: 1.1, more: 10 },
  { name: "Asterisk's file descriptors", of: (m) => m.asteriskFiles, times: 1.1, more: 30 },
  { name: 'the write-ahead log, MB', of: (m) => m.walMb, times: 1.2, more: 4, bound: LOG_BOUND },
  { name: 'post-dial delay p50, ms', of: (m) => m.batch.p50, times: 1.5, more: 5, timing: true },
  { name: 'post-dial delay p99, ms', of: (m) => m.batch.p99, times: 1.5, more: 50, timing: true },
  { name: 'slowest /healthz, ms', of: (m) => m.slowest, times: 2, more: 50, timing: true },
];

/** Compares the middle of the first quarter, less the first minute, with that of the last; times only where undisturbed. */
export function level(minutes: readonly Minute[]): Finding[] {
  return LEVEL.map(({ name, of, times, more, bound = 0, timing = false }) => {
    const seen = timing ? undisturbed(minutes.slice(1)) : minutes.slice(1);
    if (seen.length === 0)
      return { holds: false, text: `${name}: no minute in which the host left the processors alone` };
    const quarter = Math.max(1, Math.floor(seen.length / 4));
    const [before, after] = [median(seen.slice(0, quarter).map(of)), median(seen.slice(-quarter).map(of))];
    const allowed = bound > 0 ? ` (may be ${bound.toFixed(0)})` : '';
    return {
      holds: after <= Math.max(before * times + more, bound),
      text: `${name}: ${before.toFixed(1)}, then ${after.toFixed(1)}${allowed}`,
    };
  });
}

/** Calls that came out otherwise than they have to, and late verdicts: none in undisturbed minutes, which most have to be. */
export function outcomes(minutes: readonly Minute[]): Finding[] {
  const own = undisturbed(minutes);
  const rest = minutes.filter((minute) => !own.includes(minute));
  const clean = own.every(({ undecided, batch }) => undecided + failures(batch) === 0);
  return [
    { holds: clean && own.length > rest.length, text: `${told(own)} (the host took less than ${TAKEN} s a minute)` },
    { holds: true, text: `${told(rest)} (the host took more, which is its own doing)` },
  ];
}

function told(minutes: readonly Minute[]): string {
  const sum = (of: (minute: Minute) => number) => minutes.reduce((total, minute) => total + of(minute), 0);
  const [calls, failed] = [sum(({ batch }) => batch.calls), sum(({ batch }) => failures(batch))];
  const late = sum(({ undecided }) => undecided);
  return `${minutes.length} min: ${failed} of ${calls} calls came out otherwise than they have to, ${late} late verdicts`;
}
