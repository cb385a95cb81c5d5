import cliProgress from 'cli-progress';
import type { Io } from './io.ts';

/** A bar on the terminal, or nothing where nobody watches. */
export interface Progress {
  at(done: number, of: number): void;
  stop(): void;
}

/** `what` stands in front of the bar. Redrawn at most ten times a second. */
export function startProgress({ terminal }: Io, what: string): Progress {
  if (!terminal) return { at: () => {}, stop: () => {} };
  const format = `${what} {bar} {percentage}% | {eta_formatted} left`;
  const bar = new cliProgress.SingleBar(
    { format, stream: terminal as NodeJS.WritableStream, fps: 10, clearOnComplete: true, hideCursor: true },
    cliProgress.Presets.shades_classic,
  );
  let started = false;
  return {
    at(done, of) {
      if (started) bar.update(done);
      else bar.start(of, done);
      started = true;
    },
    stop: () => bar.stop(),
  };
}

/** Runs `work` under a bar that goes away however it ends. */
export async function withProgress<T>(io: Io, what: string, work: (at: Progress['at']) => T | Promise<T>): Promise<T> {
  const bar = startProgress(io, what);
  try {
    return await work(bar.at);
  } finally {
    bar.stop();
  }
}
