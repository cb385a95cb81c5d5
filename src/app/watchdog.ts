import { type ChildProcess, spawn } from 'node:child_process';
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Log } from '../guard/log.ts';

const PROGRAM = fileURLToPath(new URL(`./watchdog-child${extname(import.meta.url)}`, import.meta.url));
/** How often the guard gives a sign of life. */
const BEAT_MS = 200;
const AGAIN_MS = 1_000;

/**
 * Starts the watchdog: a process beside the guard that kills it with SIGKILL when it has been silent for a second, so
 * that a frozen guard ends every waiting AGI and the dialplan's fallback decides. It is the guard's child, not its
 * parent: whoever started `serve` keeps its pid, signals and exit code, `kill -9` ends everything (the pipe closes and
 * the child goes), and starting again is left to systemd (`Restart=always`), which does it better.
 * Returns the function that ends it.
 */
export function startWatchdog(log: Log): () => void {
  let child: ChildProcess | null = null;
  let again: NodeJS.Timeout | undefined;
  let over = false;

  const start = () => {
    child = spawn(process.execPath, [...process.execArgv, PROGRAM], { stdio: ['pipe', 'ignore', 'inherit'] });
    child.on('error', (error) => log.error('watchdog cannot start', { error: error.message }));
    child.stdin?.on('error', () => undefined);
    child.on('close', () => {
      if (over) return;
      log.error('watchdog ended; it is started again', {});
      again = setTimeout(start, AGAIN_MS);
    });
    child.unref();
  };
  start();
  const beat = setInterval(() => child?.stdin?.write('.'), BEAT_MS);
  beat.unref();
  return () => {
    over = true;
    clearTimeout(again);
    clearInterval(beat);
    child?.stdin?.end();
  };
}
