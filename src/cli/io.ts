import type { Writable } from 'node:stream';

/** The outside of a command: what it prints to and what it is told by its surroundings. Tests bring their own. */
export interface Io {
  out(text: string): void;
  err(text: string): void;
  /** Where a progress bar may go; null where nobody watches. */
  terminal: Writable | null;
  env: NodeJS.ProcessEnv;
  cwd: string;
  /** Milliseconds since 1970, UTC. */
  now(): number;
  /** Asks whoever sits at the terminal; not there where nobody does. Rejects when he leaves. */
  ask?(question: string): Promise<string>;
  /** Who acts, for the log of an incident. */
  who: string;
}

/** A command failed in a way that its user can mend. The message is one line that says what to do. */
export class CommandError extends Error {
  override name = 'CommandError';
  readonly status: number;
  constructor(message: string, status = 1) {
    super(message);
    this.status = status;
  }
}

export const STATUS = { ok: 0, failed: 1, usage: 2, warn: 10, block: 20 } as const;
