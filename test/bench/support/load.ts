/** What one round of load showed: calls a second, and milliseconds from connect to the end of the session. */
export interface Load {
  rate: number;
  p50: number;
  p99: number;
  p999: number;
  /** Calls that got no allow. */
  failed: number;
}

/** One call to a server. Settles with its milliseconds, or null where it was not allowed. */
export type Caller = (port: number, serial: number) => Promise<number | null>;

/** The value below which a `part` (0 to 1) of sorted values lies. */
export const share = (sorted: readonly number[], part: number): number =>
  sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? Number.NaN;

/** Serials go on over all rounds of a run, so that no call is asked about twice. */
let serial = 0;

/** Keeps `atOnce` calls open for `ms`, at most `calls` of them. */
export async function load(
  caller: Caller,
  port: number,
  atOnce: number,
  ms: number,
  calls = Number.POSITIVE_INFINITY,
): Promise<Load> {
  const times: number[] = [];
  let failed = 0;
  let begun = 0;
  const begin = performance.now();
  const worker = async () => {
    while (performance.now() - begin < ms && begun++ < calls) {
      const time = await caller(port, serial++);
      if (time === null) failed++;
      else times.push(time);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  const elapsed = performance.now() - begin;
  times.sort((a, b) => a - b);
  return {
    rate: (times.length * 1000) / elapsed,
    p50: share(times, 0.5),
    p99: share(times, 0.99),
    p999: share(times, 0.999),
    failed,
  };
}

/** Extensions that call in turn: so many that none reaches a limit of calls. */
const EXTENSIONS = 4_999;
/** One call in so many goes abroad, to one of the numbers there that the office knows. */
const ABROAD = 20;

export interface Dialled {
  ext: string;
  digits: string;
  abroad: boolean;
}

/** What a German office dials: Berlin, and where `travels` every twentieth time a number in London. */
export function dialled(serial: number, travels: boolean): Dialled {
  const abroad = travels && serial % ABROAD === 7;
  const digits = abroad
    ? `0044207946${String(serial % 1000).padStart(4, '0')}`
    : `030${10_000_000 + ((serial * 7919) % 80_000_000)}`;
  return { ext: String(1000 + ((serial * 7) % EXTENSIONS)), digits, abroad };
}
