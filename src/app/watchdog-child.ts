import { readFileSync } from 'node:fs';
import { type Look, listenFrom } from './watchdog-silence.ts';

// The watchdog's own process (see watchdog.ts). It imports next to nothing, so that it starts at once and cannot break.

const SILENT_MS = 1_000;
/** However long it waited for a CPU or the disk: the calls that wait with it are better off with the fallback. */
const STARVED_MS = 10_000;
/** No look is taken while the guard speaks, five times a second: a look costs as much as a small call. */
const CALM_MS = 300;
const TICK_MS = 50;

const guard = process.ppid;

/** A file of /proc; empty where the system does not tell. */
function read(file: string): string {
  try {
    return readFileSync(file, 'latin1');
  } catch {
    return '';
  }
}

const figure = (file: string, word: number): number => Number(read(file).split(/\s+/, word + 1)[word]) || 0;

/**
 * The second figure of schedstat is in nanoseconds (https://docs.kernel.org/scheduler/sched-stats.html), the eighth time in
 * the first line of /proc/stat in hundredths of a second (proc_stat(5)), of all processors together. The state of a process
 * stands behind its name (proc_pid_stat(5)).
 */
const look = (): Look => ({
  now: performance.now(),
  waited: figure(`/proc/${guard}/schedstat`, 1) / 1e6,
  stolen: figure('/proc/stat', 8) * 10,
  state: /.*\) (.)/s.exec(read(`/proc/${guard}/stat`))?.[1] ?? '',
});

const silence = listenFrom(look());
let next = setTimeout(tick, CALM_MS);

function heard(): void {
  silence.heard(look());
  clearTimeout(next);
  next = setTimeout(tick, CALM_MS);
}

function tick(): void {
  const { silent, starved } = silence.look(look());
  if (process.ppid !== guard) process.exit(0);
  next = setTimeout(tick, TICK_MS);
  if (silent < SILENT_MS && starved < STARVED_MS) return;
  const line = {
    level: 'error',
    time: new Date().toISOString(),
    event:
      silent < SILENT_MS ? 'guard without a CPU or disk for ten seconds: killed' : 'guard silent for a second: killed',
    pid: guard,
  };
  process.stderr.write(`${JSON.stringify(line)}\n`);
  process.kill(guard, 'SIGKILL');
  process.exit(0);
}

process.stdin.on('data', heard);
process.stdin.on('end', () => process.exit(0));
process.stdin.on('error', () => process.exit(0));
// The guard decides when it has drained; a Ctrl-C meant for both must not leave it unwatched.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => undefined);
