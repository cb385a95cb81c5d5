import { readFileSync } from 'node:fs';
import { type Look, listenFrom } from './watchdog-silence.ts';

// The watchdog's own process (see watchdog.ts). It imports next to nothing, so that it starts at once and cannot break.

const SILENT_MS = 1_000;
/** However long it waited for a CPU: the calls that wait with it are better off with the fallback. */
const STARVED_MS = 10_000;
const TICK_MS = 50;

const guard = process.ppid;

/** A figure of a file in /proc; 0 where the system does not tell. */
function figure(file: string, word: number): number {
  try {
    return Number(readFileSync(file, 'latin1').split(/\s+/, word + 1)[word]) || 0;
  } catch {
    return 0;
  }
}

/**
 * The second figure of schedstat is in nanoseconds (https://docs.kernel.org/scheduler/sched-stats.html), the eighth time in
 * the first line of /proc/stat in hundredths of a second (proc_stat(5)), of all processors together.
 */
const look = (): Look => ({
  now: performance.now(),
  waited: figure(`/proc/${guard}/schedstat`, 1) / 1e6,
  stolen: figure('/proc/stat', 8) * 10,
});

const silence = listenFrom(look());

process.stdin.on('data', silence.heard);
process.stdin.on('end', () => process.exit(0));
process.stdin.on('error', () => process.exit(0));
// The guard decides when it has drained; a Ctrl-C meant for both must not leave it unwatched.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => undefined);

setInterval(() => {
  const { silent, starved } = silence.look(look());
  if (process.ppid !== guard) process.exit(0);
  if (silent < SILENT_MS && starved < STARVED_MS) return;
  const line = {
    level: 'error',
    time: new Date().toISOString(),
    event: silent < SILENT_MS ? 'guard without a CPU for ten seconds: killed' : 'guard silent for a second: killed',
    pid: guard,
  };
  process.stderr.write(`${JSON.stringify(line)}\n`);
  process.kill(guard, 'SIGKILL');
  process.exit(0);
}, TICK_MS);
