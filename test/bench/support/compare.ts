import { atLeast, type Figure, median } from '../bench.ts';
import { type Caller, type Load, load } from './load.ts';
import { processorTime, type Served } from './servers.ts';

const ROUNDS = 5;
const ROUND_MS = 2_000;
/** Calls, and milliseconds at most, until the machine code of both is the one that stays. */
const WARM_CALLS = 15_000;
const WARM_MS = 60_000;
export const AT_ONCE = [1, 32, 256];
/** Share of the idle server's rate that is to be reached where calls come as fast as they are answered. */
const SHARE = 70;

interface Round extends Load {
  /** Microseconds of processor time a call, in all threads. */
  cpu: number;
}

async function round(caller: Caller, { port, pid }: Served, atOnce: number): Promise<Round> {
  const before = processorTime(pid);
  const result = await load(caller, port, atOnce, ROUND_MS);
  const calls = (result.rate * ROUND_MS) / 1000;
  return { ...result, cpu: (processorTime(pid) - before) / calls };
}

/** Verdicts of the guard, and of a server that does nothing: in turn, so that both meet the same machine. */
export async function compare(caller: Caller, guard: Served, idle: Served, name: string): Promise<Figure[]> {
  for (const { port } of [guard, idle]) await load(caller, port, 64, WARM_MS, WARM_CALLS);
  const all: Figure[] = [];
  for (const atOnce of AT_ONCE) {
    const ours: Round[] = [];
    const theirs: Round[] = [];
    for (let i = 0; i < ROUNDS; i++) {
      ours.push(await round(caller, guard, atOnce));
      theirs.push(await round(caller, idle, atOnce));
    }
    all.push(...figures(name, atOnce, ours, theirs));
  }
  return all;
}

/** Median p50 of some rounds, with p99 and p99.9 in the unit. */
export function times(rounds: readonly Load[]): { value: number; unit: string } {
  const middle = (of: 'p50' | 'p99' | 'p999') => median(rounds.map((r) => r[of]));
  return { value: middle('p50'), unit: `ms / ${middle('p99').toFixed(1)} ms / ${middle('p999').toFixed(1)} ms` };
}

function figures(idle: string, atOnce: number, ours: Round[], theirs: Round[]): Figure[] {
  const middle = (rounds: Round[], of: keyof Round) => median(rounds.map((r) => r[of]));
  const ratio = (of: (ours: Round, theirs: Round) => number) => 100 * median(ours.map((r, i) => of(r, theirs[i]!)));
  const name = (what: string) => `${what}, ${atOnce} at once`;
  const share = ratio((a, b) => a.rate / b.rate);
  return [
    { name: name('verdicts'), value: middle(ours, 'rate'), unit: 'a second' },
    { name: name(idle), value: middle(theirs, 'rate'), unit: 'a second' },
    atOnce > 1
      ? atLeast(name('share of its rate'), share, '%', SHARE)
      : { name: name('share of its rate'), value: share, unit: '%' },
    { name: name('processor time a verdict'), value: middle(ours, 'cpu'), unit: 'us' },
    { name: name(`${idle}: processor time a call`), value: middle(theirs, 'cpu'), unit: 'us' },
    { name: name('p50 / p99 / p99.9'), ...times(ours) },
    { name: name(`${idle}: p50 / p99 / p99.9`), ...times(theirs) },
    { name: name('calls without an allow'), value: ours.reduce((sum, r) => sum + r.failed, 0), unit: '' },
  ];
}
