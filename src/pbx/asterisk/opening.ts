import { type Environment, parseEnvironment } from './environment.ts';

const MAX_ENVIRONMENT = 64 * 1024;
const LF = 10;

/** The first part of a session: everything up to the first empty line. */
export interface Opening {
  /** Null when it is no AGI environment, is too long or too late. Never rejects. */
  environment: Promise<Environment | null>;
  done(): boolean;
  /** Takes the next bytes; gives back those that lie behind the end of the environment. */
  take(chunk: Buffer): Buffer;
  abandon(): void;
}

const NOTHING = Buffer.alloc(0);

const whole = (chunks: Buffer[], size: number): Buffer =>
  chunks.length === 1 ? chunks[0]!.subarray(0, size) : Buffer.concat(chunks).subarray(0, size);

/** Gathers an AGI environment of at most 64 KiB within `ms` milliseconds. */
export function readOpening(ms: number): Opening {
  const chunks: Buffer[] = [];
  let size = 0;
  let afterFeed = true;
  let done = false;
  let settle: (environment: Environment | null) => void;
  const environment = new Promise<Environment | null>((resolve) => {
    settle = resolve;
  });
  const finish = (result: Environment | null) => {
    done = true;
    clearTimeout(timer);
    settle(result);
  };
  const timer = setTimeout(() => finish(null), ms);
  const take = (chunk: Buffer): Buffer => {
    // Where the empty line's LF stands; its other LF may have come with the chunk before.
    const end = afterFeed && chunk[0] === LF ? 0 : chunk.indexOf('\n\n') + 1 || -1;
    afterFeed = chunk[chunk.length - 1] === LF;
    chunks.push(chunk);
    size += end < 0 ? chunk.length : end;
    if (size > MAX_ENVIRONMENT) finish(null);
    else if (end >= 0) finish(parseEnvironment(whole(chunks, size - 1)));
    return done && end >= 0 ? chunk.subarray(end + 1) : NOTHING;
  };
  return { environment, done: () => done, take, abandon: () => finish(null) };
}
