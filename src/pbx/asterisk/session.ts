import type { Socket } from 'node:net';
import { lineSplitter } from './lines.ts';
import { type Opening, readOpening } from './opening.ts';
import { type CommandWire, commandWire, type Reply } from './wire.ts';

/** Bytes in one line. Asterisk's own longest is 8 KiB. */
const MAX_LINE = 16 * 1024;
/** Lines nobody asked for, after which a peer is cut off. An honest one sends `HANGUP` and a late reply or two. */
const MAX_STRAY_LINES = 64;
/** How long a peer may take to hear our last words and close. */
const LINGER_MS = 1000;
const COMMAND_MS = 2000;
/** The code of a whole reply: ding-dong's context never settles a 200 without its result. */
const CODE = /^(200(?= result=)|[1345]\d\d) /;

/** Why a session can carry no more commands. `hangup`: the channel is gone. */
export type Ending = 'hangup' | 'closed' | 'timeout' | 'flood';

/** The session ended before a command was answered. */
export class SessionOver extends Error {
  override name = 'SessionOver';
  readonly why: Ending;
  constructor(why: Ending) {
    super(`the AGI session ended: ${why}`);
    this.why = why;
  }
}

interface Pending {
  left: number;
  refused: Reply | null;
  timer: NodeJS.Timeout;
  resolve(reply: Reply): void;
  reject(error: SessionOver): void;
}

/** One FastAGI session. Owns the socket's events; memory is bounded by one line and one environment. */
export class Session {
  readonly #socket: Socket;
  readonly #opening: Opening;
  readonly #gone: Promise<void>;
  readonly #wire: CommandWire;
  #ending: Ending | null = null;
  #pending: Pending | null = null;
  /** Its replies are all here and on their way through the wire; what ends the session now is too late for it. */
  #answered: Pending | null = null;
  #last = false;
  #inUsage = false;
  #strays = 0;

  /** `environmentMs`: how long the peer may take to introduce itself. */
  constructor(socket: Socket, environmentMs: number) {
    this.#socket = socket;
    this.#opening = readOpening(environmentMs);
    this.#wire = commandWire((text) => (this.#last ? socket.end(text) : socket.write(text)));
    this.#gone = new Promise((resolve) => socket.once('close', resolve));
    const feed = lineSplitter(MAX_LINE, (line) => this.#line(line));
    socket.on('data', (chunk: Buffer) => {
      if (this.#ending !== null) return;
      const rest = this.#opening.done() ? chunk : this.#opening.take(chunk);
      if (!feed(rest)) this.#end('flood');
    });
    for (const event of ['error', 'end', 'close']) socket.on(event, () => this.#end('closed'));
  }

  /** What the peer said first; null when that is no AGI environment. Never rejects. */
  get environment() {
    return this.#opening.environment;
  }

  /** Set once no command can be answered any more. */
  get over(): Ending | null {
    return this.#ending;
  }

  /** Sends one command and waits up to `ms` milliseconds for its reply. One at a time. Rejects with SessionOver. */
  command(line: string, ms = COMMAND_MS): Promise<Reply> {
    return this.#exchange([line], ms);
  }

  /**
   * Sends the last commands and our FIN in one write and waits for all replies. Answers the last, or the first refusal.
   * Only here may lines share a write: Asterisk reads on in its buffer only while the socket has something new to say,
   * which after a FIN it always has (else the second line waits for the third; seen with 22.10).
   */
  finish(lines: string[]): Promise<Reply> {
    this.#last = true;
    return this.#exchange(lines, COMMAND_MS);
  }

  /** A reply showed that the channel is gone: with AGISIGHUP=no Asterisk does not say so by itself. */
  hungUp(): void {
    this.#end('hangup');
  }

  /** Ends the session: says `lines` if the peer may still hear, gives it a moment to close, then closes. */
  async close(lines: string[] = []): Promise<void> {
    const writable = !this.#socket.writableEnded && !this.#socket.destroyed;
    if (writable) this.#socket.end(lines.map((line) => `${line}\n`).join(''));
    const timer = setTimeout(() => this.#socket.destroy(), LINGER_MS);
    await this.#gone;
    clearTimeout(timer);
    this.#wire.close();
  }

  #exchange(lines: string[], ms: number): Promise<Reply> {
    if (this.#ending !== null) return Promise.reject(new SessionOver(this.#ending));
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => this.#end('timeout'), ms);
      this.#pending = { left: lines.length, refused: null, timer, resolve, reject };
      void this.#wire.send(lines.join('\n')).then((reply) => this.#settle(reply));
    });
  }

  #end(why: Ending): void {
    this.#ending ??= why;
    this.#opening.abandon();
    const pending = this.#pending;
    this.#pending = null;
    clearTimeout(pending?.timer);
    pending?.reject(new SessionOver(this.#ending));
  }

  #settle(reply: Reply): void {
    this.#answered?.resolve(reply);
    this.#answered = null;
  }

  /** A 520 has many lines: `520-...`, usage, `520 End of proper usage.`; only its last one counts as the reply. */
  #line(line: Buffer): void {
    const text = line.toString('utf8');
    this.#inUsage = this.#inUsage ? !text.startsWith('520 ') : text.startsWith('520-');
    const code = this.#inUsage ? undefined : CODE.exec(text)?.[1];
    if (text === 'HANGUP') this.#end('hangup');
    else if (this.#pending && code) this.#reply(this.#pending, code, text);
    else if (++this.#strays > MAX_STRAY_LINES) this.#end('flood');
  }

  #reply(pending: Pending, code: string, line: string): void {
    if (code !== '200') pending.refused ??= { code: Number(code), result: '', value: null };
    if (--pending.left > 0) return;
    this.#answered = pending;
    this.#pending = null;
    clearTimeout(pending.timer);
    if (pending.refused) this.#settle(pending.refused);
    else this.#wire.reply(line);
  }
}
