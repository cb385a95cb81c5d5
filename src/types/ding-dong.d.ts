// ding-dong 0.1.7 ships no types. Only the per-socket context is used, never its server.
declare module 'ding-dong/lib/context.js' {
  import type { EventEmitter } from 'node:events';

  /** A parsed `200 result=` line. `value` is what stood in parentheses. */
  export interface Response {
    code: number;
    result: string;
    value?: string;
  }

  /** What the context wraps: `data` events in, `write` and `end` out. */
  export interface Wire extends EventEmitter {
    write(text: string): void;
    end(): void;
    pause(): void;
    resume(): void;
  }

  export default class Context extends EventEmitter {
    constructor(wire: Wire);
    /** 0: reads the AGI environment; 2: reads replies. */
    setState(state: 0 | 2): void;
    /** Settles at the next reply line; never, when that is not `200 result=`. */
    sendCommand(command: string): Promise<Response>;
    /** Takes one whole reply line, without its line feed. */
    readResponseLine(line: string): void;
    end(): Promise<void>;
  }
}
