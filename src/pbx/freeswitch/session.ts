import { randomUUID } from 'node:crypto';
import type { Socket } from 'node:net';
import type { App } from './apps.ts';
import { BadFrame, frameReader } from './frames.ts';
import { type CommandWire, commandWire, type Message } from './wire.ts';

/** Frames after which a peer is cut off. A warned call brings about ten events a prompt. */
const MAX_FRAMES = 1000;
/** How long a peer may take to hear our last words and close. */
const LINGER_MS = 1000;
const COMMAND_MS = 2000;
/** Gives the call back to the dialplan. */
const EXIT = 'exit\n\n';

/** Why a session can carry no more commands. FreeSWITCH closes it when the channel hangs up. */
export type Ending = 'closed' | 'timeout' | 'flood' | 'garbage';

/** The session ended before a command was answered. */
export class SessionOver extends Error {
  override name = 'SessionOver';
  readonly why: Ending;
  constructor(why: Ending) {
    super(`the event socket session ended: ${why}`);
    this.why = why;
  }
}

export interface RunOptions {
  /** Milliseconds until the peer counts as gone. */
  ms?: number;
  /** Waits for the end of execution as an event, which tells the channel's variables too. */
  watched?: boolean;
  /** These are the session's last: the call goes back to the dialplan in the same write. */
  last?: boolean;
}

/** One outbound event socket session. Owns the socket's events; memory is bounded by one frame. */
export class Session {
  readonly #socket: Socket;
  readonly #gone: Promise<void>;
  readonly #wire: CommandWire;
  readonly #executing = new Map<string, (done: Message) => void>();
  #ending: Ending | null = null;
  #giveUp: (() => void) | null = null;
  #async = false;
  #events = false;
  #left = false;
  #unsent = '';
  #frames = 0;

  constructor(socket: Socket) {
    this.#socket = socket;
    this.#wire = commandWire(
      (command) => {
        this.#unsent += command;
      },
      (event) => this.#event(event),
    );
    this.#gone = new Promise((resolve) => socket.once('close', () => resolve()));
    const feed = frameReader((frame) => {
      if (++this.#frames > MAX_FRAMES) this.#end('flood');
      else this.#wire.feed(frame);
    });
    socket.on('data', (chunk: Buffer) => {
      if (this.#ending !== null) return;
      try {
        feed(chunk);
      } catch (error) {
        if (!(error instanceof BadFrame)) throw error;
        this.#end('garbage');
      }
    });
    for (const event of ['error', 'end', 'close']) socket.on(event, () => this.#end('closed'));
  }

  /** Set once no command can be answered any more. */
  get over(): Ending | null {
    return this.#ending;
  }

  /** Asks for the channel's data, within `ms` milliseconds. Rejects with SessionOver. */
  async connect(ms: number): Promise<Message> {
    const data = await this.#wait(this.#wire.send('connect'), ms);
    this.#async = data.header('Socket-Mode') === 'async';
    return data;
  }

  /**
   * Runs dialplan applications one after another in one write and waits until the last is done. Answers what FreeSWITCH
   * reports of that one. Rejects with SessionOver.
   *
   * A reply means that the application has ended where the dialplan says `socket host:port`; with `async` it only means
   * that it was queued, so the end of execution is waited for (an `exit` before that leaves the call stuck).
   */
  async run(apps: App[], { ms = COMMAND_MS, watched = this.#async, last = false }: RunOptions = {}) {
    if (watched && !this.#events) await this.#wait(this.#wire.send('myevents'), COMMAND_MS);
    this.#events ||= watched;
    const waiting = apps.map(({ app, arg }) => {
      const fields: Record<string, string> = { 'call-command': 'execute', 'execute-app-name': app };
      if (arg !== '') fields['execute-app-arg'] = arg;
      if (!watched) return this.#wire.send('sendmsg', fields);
      const id = randomUUID();
      void this.#wire.send('sendmsg', { ...fields, 'Event-UUID': id });
      return this.#executed(id);
    });
    if (last && !this.#async) {
      this.#unsent += EXIT;
      this.#left = true;
    }
    const done = await this.#wait(Promise.all(waiting), ms);
    return done.at(-1) ?? null;
  }

  /** Ends the session: gives the call back to the dialplan, `apps` first if the peer may still hear, then closes. */
  async close(apps: App[] = []): Promise<void> {
    if (!this.#socket.writableEnded && !this.#socket.destroyed) {
      const words = apps.map(
        ({ app, arg }) => `sendmsg\ncall-command: execute\nexecute-app-name: ${app}\nexecute-app-arg: ${arg}\n\n`,
      );
      const exit = this.#left ? '' : this.#async ? `resume\n\n${EXIT}` : EXIT;
      this.#socket.end(words.join('') + exit);
    }
    const timer = setTimeout(() => this.#socket.destroy(), LINGER_MS);
    await this.#gone;
    clearTimeout(timer);
  }

  #executed(id: string): Promise<Message> {
    return new Promise((resolve) => this.#executing.set(id, resolve));
  }

  #event(event: Message): void {
    if (event.header('Event-Name') !== 'CHANNEL_EXECUTE_COMPLETE') return;
    const id = event.header('Application-UUID') ?? event.header('Event-UUID') ?? '';
    this.#executing.get(id)?.(event);
    this.#executing.delete(id);
  }

  #end(why: Ending): void {
    this.#ending ??= why;
    this.#giveUp?.();
  }

  /** Sends what is to be sent, in one write, and waits. One wait at a time. */
  async #wait<T>(pending: Promise<T>, ms: number): Promise<T> {
    if (this.#ending !== null) throw new SessionOver(this.#ending);
    this.#socket.write(this.#unsent);
    this.#unsent = '';
    const timer = setTimeout(() => this.#end('timeout'), ms);
    const over = new Promise<never>((_resolve, reject) => {
      this.#giveUp = () => reject(new SessionOver(this.#ending ?? 'closed'));
    });
    try {
      return await Promise.race([pending, over]);
    } finally {
      clearTimeout(timer);
      this.#giveUp = null;
    }
  }
}
