// The watchdog's own process (see watchdog.ts). It imports nothing, so that it starts at once and cannot break.

const SILENT_MS = 1_000;
const TICK_MS = 50;
/** A longer gap between two of our own ticks means that the whole machine stood still: it is not the guard's silence. */
const STALL_MS = 200;

export {};

const guard = process.ppid;
let silent = 0;
let last = performance.now();

process.stdin.on('data', () => {
  silent = 0;
});
process.stdin.on('end', () => process.exit(0));
process.stdin.on('error', () => process.exit(0));
// The guard decides when it has drained; a Ctrl-C meant for both must not leave it unwatched.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => undefined);

setInterval(() => {
  const now = performance.now();
  silent += Math.min(now - last, STALL_MS);
  last = now;
  if (process.ppid !== guard) process.exit(0);
  if (silent < SILENT_MS) return;
  const line = {
    level: 'error',
    time: new Date().toISOString(),
    event: 'guard silent for a second: killed',
    pid: guard,
  };
  process.stderr.write(`${JSON.stringify(line)}\n`);
  process.kill(guard, 'SIGKILL');
  process.exit(0);
}, TICK_MS);
