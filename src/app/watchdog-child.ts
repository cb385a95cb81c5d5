import { readFileSync } from 'node:fs';

// The watchdog's own process (see watchdog.ts). It imports nothing of ours, so that it starts at once and cannot break.

const SILENT_MS = 1_000;
/** However long it waited for a CPU: the calls that wait with it are better off with the fallback. */
const STARVED_MS = 10_000;
const TICK_MS = 50;
/** A longer gap between two of our own ticks means that the whole machine stood still: it is not the guard's silence. */
const STALL_MS = 200;

const guard = process.ppid;
let silent = 0;
let starved = 0;
let last = performance.now();
let waited = waitedForCpu();

/**
 * Milliseconds that the guard was ready to run and another program ran, since it began: on a busy machine a guard is slow
 * and not frozen (https://docs.kernel.org/scheduler/sched-stats.html, the second figure). 0 where the system does not tell.
 */
function waitedForCpu(): number {
  try {
    return Number(readFileSync(`/proc/${guard}/schedstat`, 'latin1').split(' ')[1]) / 1e6 || 0;
  } catch {
    return 0;
  }
}

process.stdin.on('data', () => {
  silent = 0;
  starved = 0;
});
process.stdin.on('end', () => process.exit(0));
process.stdin.on('error', () => process.exit(0));
// The guard decides when it has drained; a Ctrl-C meant for both must not leave it unwatched.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => undefined);

setInterval(() => {
  const now = performance.now();
  const wait = waitedForCpu();
  const gap = Math.min(now - last, STALL_MS);
  silent += Math.max(0, gap - Math.max(0, wait - waited));
  starved += gap;
  last = now;
  waited = wait;
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
