import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { atMost, type Figure, median } from './bench.ts';
import { writeCdrs } from './support/cdr-file.ts';

// `dialwarden replay`, as built, over 90 days of 100 phones: processor time a call, what a replay of one call takes subtracted.

export const long = true;

const MAIN = new URL('../../dist/cli/main.js', import.meta.url).pathname;
const ROWS = [10_000, 100_000, 1_000_000];
const ROUNDS = [5, 3, 1];
const [EXTENSIONS, DAYS] = [100, 90];
/** Ticks of the kernel's clock a second, as Linux counts processor time for programs. */
const TICKS = 100;

interface Run {
  /** Seconds: by the clock, and of the processor. */
  wall: number;
  busy: number;
  /** The most memory it held, in MB. */
  most: number;
}

/** What Linux knows of a running process: utime and stime are fields 14 and 15 of its `stat` (proc(5)). */
function look(pid: number): Pick<Run, 'busy' | 'most'> {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]!.split(' ');
  const kilobytes = Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0);
  return { busy: (Number(fields[11]) + Number(fields[12])) / TICKS, most: kilobytes / 1024 };
}

async function replay(file: string, config: string): Promise<Run> {
  const begin = performance.now();
  const run = spawn(process.execPath, [MAIN, 'replay', file, '--config', config], {
    stdio: ['ignore', 'ignore', 'ignore'],
  });
  let seen = { busy: 0, most: 0 };
  const looking = setInterval(() => {
    if (run.exitCode !== null) return;
    const { busy, most } = look(run.pid!);
    // A process that has just ended still has its times, but no memory.
    seen = { busy, most: Math.max(most, seen.most) };
  }, 50);
  const [code] = await once(run, 'exit');
  clearInterval(looking);
  if (code !== 0) throw new Error(`replay ended with ${code}`);
  return { wall: (performance.now() - begin) / 1000, ...seen };
}

export async function bench(): Promise<Figure[]> {
  const folder = mkdtempSync(join(tmpdir(), 'dw-bench-'));
  try {
    const config = join(folder, 'dialwarden.toml');
    writeFileSync(config, '[site]\ncountry = "DE"\ntimezone = "Europe/Berlin"\n');
    const fileOf = (rows: number) => join(folder, `${rows}.csv`);
    for (const rows of [1, ...ROWS]) writeCdrs(fileOf(rows), rows, EXTENSIONS, DAYS);
    const middle = (runs: Run[], of: keyof Run) => median(runs.map((run) => run[of]));
    const several = async (rows: number, times: number) => {
      const runs: Run[] = [];
      while (runs.length < times) runs.push(await replay(fileOf(rows), config));
      return { rows, busy: middle(runs, 'busy'), wall: middle(runs, 'wall'), most: middle(runs, 'most') };
    };
    const nothing = await several(1, 5);
    const all: Awaited<ReturnType<typeof several>>[] = [];
    for (const [i, rows] of ROWS.entries()) all.push(await several(rows, ROUNDS[i]!));
    const each = ({ busy, rows }: { busy: number; rows: number }) => ((busy - nothing.busy) * 1e6) / rows;
    return all.flatMap((run, i) => {
      const calls = `${run.rows.toLocaleString('en')} CDRs`;
      const figures: Figure[] = [
        { name: `replay of ${calls}`, value: run.rows / run.wall, unit: 'calls a second' },
        { name: `processor time a call, ${calls}`, value: each(run), unit: 'us' },
        { name: `most memory, ${calls}`, value: run.most, unit: 'MB' },
      ];
      return i === 0
        ? figures
        : [...figures, atMost('of the time a call of the first', each(run) / each(all[0]!), 'times', 1.3)];
    });
  } finally {
    rmSync(folder, { recursive: true });
  }
}
