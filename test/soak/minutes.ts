import { share } from '../bench/support/load.ts';
import { sipLoad } from '../bench/support/sip-load.ts';
import { sleep } from '../support/until.ts';
import type { Gauges } from './gauges.ts';
import type { Planned } from './traffic.ts';

const TALK_MS = 3_000;

/** One batch of calls, as its phones saw it. Milliseconds. */
export interface Batch {
  calls: number;
  /** What came out otherwise than it has to, by kind of call and final status. */
  failed: Map<string, number>;
  p50: number;
  p95: number;
  p99: number;
}

/** Makes calls at a rate, and compares what became of them: those to a satellite are refused, all others are answered. */
export async function batch(server: number, calls: readonly Planned[], rate: number): Promise<Batch> {
  const outcomes = await sipLoad({ server, calls, rate, talkMs: TALK_MS });
  const failed = new Map<string, number>();
  const add = (what: string, count = 1) => failed.set(what, (failed.get(what) ?? 0) + count);
  for (const [i, { status }] of outcomes.entries()) {
    const { kind } = calls[i]!;
    if (status !== (kind === 'blocked' ? 403 : 200)) add(`${kind} ${status}`);
  }
  if (outcomes.length < calls.length) add('never made', calls.length - outcomes.length);
  const rang = outcomes.flatMap(({ rang }) => rang ?? []).sort((a, b) => a - b);
  return { calls: calls.length, failed, p50: share(rang, 0.5), p95: share(rang, 0.95), p99: share(rang, 0.99) };
}

export const failures = ({ failed }: Batch): number => [...failed.values()].reduce((sum, count) => sum + count, 0);

/** The highest rate at which no call fails and 95 of 100 ring within 200 ms, found by steps of a quarter. Calls a second. */
export async function highestRate(server: number, next: (count: number) => Planned[]): Promise<number> {
  const [seconds, ringing, step, tries] = [10, 200, 1.25, 2];
  let highest = 0;
  for (let rate = 20; rate < 500; rate = Math.round(rate * step)) {
    let carried = false;
    for (let i = 0; i < tries && !carried; i++) {
      const result = await batch(server, next(rate * seconds), rate);
      carried = failures(result) === 0 && result.p95 < ringing;
      console.log(`${rate} a second: ${failures(result)} failed, p95 ${result.p95.toFixed(0)} ms`);
      await sleep(2_000);
    }
    if (!carried) break;
    highest = rate;
  }
  return highest;
}

export interface Minute extends Gauges {
  batch: Batch;
  /** The slowest answer of /healthz, milliseconds. */
  slowest: number;
  /** Answers without a verdict. */
  undecided: number;
  /** Seconds of processor time that the host took away: what is late in such a minute may be late for that. */
  stolen: number;
}

const COLUMNS =
  'minute,calls,failed,p50 ms,p99 ms,healthz ms,guard MB,guard fds,Asterisk MB,Asterisk fds,WAL MB,database MB,undecided,stolen s';
export const head = (): string => COLUMNS.split(',').join(' | ');

export function line(number: number, m: Minute): string {
  const { calls, p50, p99, failed } = m.batch;
  const figures = [number, calls, failures(m.batch), p50.toFixed(1), p99.toFixed(1), m.slowest.toFixed(0)];
  const sizes = [m.guardMb.toFixed(0), m.guardFiles, m.asteriskMb.toFixed(0), m.asteriskFiles, m.walMb.toFixed(1)];
  const why = [...failed].map(([what, count]) => `${what}: ${count}`).join(', ');
  return (
    [...figures, ...sizes, m.databaseMb.toFixed(1), m.undecided, m.stolen.toFixed(1)].join(' | ') +
    (why && `  (${why})`)
  );
}
