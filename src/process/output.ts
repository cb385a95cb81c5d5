import { write } from 'node:fs';
import { Writable } from 'node:stream';

/** Bytes kept for a reader that has stalled; what comes on top of it is dropped and counted. */
const KEPT = 1 << 20;

/**
 * A file descriptor as a stream that never blocks the event loop. Node writes to pipes and files synchronously, so a
 * stalled log reader behind `process.stdout` would freeze every verdict; here one write waits in the thread pool and the
 * rest in memory. Errors (a reader that has gone) are swallowed: a guard without a log still guards.
 */
export function patientOutput(fd: number): Writable & { dropped(): number } {
  let dropped = 0;
  const put = (chunk: Buffer, done: () => void): void => {
    const part = (from: number) =>
      write(fd, chunk, from, chunk.length - from, null, (error, written) => {
        if ((error as NodeJS.ErrnoException | null)?.code === 'EAGAIN') setTimeout(part, 20, from);
        else if (error || from + written >= chunk.length) done();
        else part(from + written);
      });
    part(0);
  };
  const stream = new Writable({
    highWaterMark: KEPT,
    decodeStrings: true,
    write: (chunk: Buffer, _encoding, done) => put(chunk, done),
    // What came in while a write was under way goes out as one.
    writev: (chunks, done) => put(Buffer.concat(chunks.map(({ chunk }) => chunk as Buffer)), done),
  });
  const accept = stream.write.bind(stream);
  stream.write = ((chunk: string | Buffer, ...rest: []) => {
    if (stream.writableCorked === 0) {
      stream.cork();
      setImmediate(() => stream.uncork());
    }
    if (stream.writableLength < KEPT) return accept(chunk, ...rest);
    dropped++;
    return true;
  }) as typeof stream.write;
  return Object.assign(stream, { dropped: () => dropped });
}

/** Waits until all is written, or `ms` have passed. */
export function flushed(stream: Writable, ms: number): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    stream.end(() => {
      clearTimeout(timer);
      resolve();
    });
  });
}
