// modesl 1.2.1 ships no types. Only its connection is used, on a socket that is not one, never its server.
declare module 'modesl/lib/esl/Connection.js' {
  import type { EventEmitter } from 'node:events';

  export interface Event {
    getHeader(name: string): string | null;
    getBody(): string;
  }

  /** What the connection wraps: `data` events in, `write` and `end` out. */
  export interface Wire extends EventEmitter {
    write(text: string): void;
    end(): void;
  }

  export default class Connection {
    /** Sends `connect` at once and then calls `subscribe`. */
    constructor(wire: Wire);
    /** Writes a command and its headers, each in a piece of its own. `callback` gets the next command/reply. */
    sendRecv(command: string, fields: Record<string, string> | null, callback: (reply: Event) => void): void;
    /** Sends `api`. `callback` gets the next api/response. */
    api(command: string, args: string, callback: (reply: Event) => void): void;
    subscribe(events: string[], callback?: () => void): void;
    /** `frame` holds the headers around an event's body. */
    on(event: string, listener: (event: Event, frame: Record<string, string>) => void): void;
  }
}
