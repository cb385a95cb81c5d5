import { type Environment, parseEnvironment } from './environment.ts';

const MAX_ENVIRONMENT = 64 * 1024;

/** The first part of a session: lines up to the first empty one. */
export interface Opening {
  /** Null when it is no AGI environment, is too long or too late. Never rejects. */
  environment: Promise<Environment | null>;
  done(): boolean;
  line(bytes: Buffer): void;
  abandon(): void;
}

/** Gathers an AGI environment of at most 64 KiB within `ms` milliseconds. */
export function readOpening(ms: number): Opening {
  const lines: Buffer[] = [];
  let size = 0;
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
  const line = (bytes: Buffer) => {
    size += bytes.length + 1;
    if (size > MAX_ENVIRONMENT) finish(null);
    else if (bytes.length > 0) lines.push(bytes);
    else finish(parseEnvironment(lines));
  };
  return { environment, done: () => done, line, abandon: () => finish(null) };
}
