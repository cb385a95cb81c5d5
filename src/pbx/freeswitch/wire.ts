import { EventEmitter } from 'node:events';
import { unescape as decode } from 'node:querystring';
import Connection, { type Event, type Wire as Facade } from 'modesl/lib/esl/Connection.js';
import type { Frame } from './frames.ts';
import { HEADERS, type HeaderName } from './headers.ts';

/** A reply or an event, its values decoded. They are hostile: a caller's `%0A` is a line feed here. */
export interface Message {
  /** The value of a header; null where it is missing. */
  header(name: HeaderName): string | null;
  body: string;
}

/** modesl's connection, kept apart from the socket: it gets whole frames that it cannot choke on. */
export interface CommandWire {
  /** Sends a command and settles with its reply: replies come in the order of commands. */
  send(command: string, fields?: Record<string, string>): Promise<Message>;
  api(command: string, args?: string): Promise<Message>;
  feed(frame: Frame): void;
}

/** Everything else is dropped: it was not asked for, and modesl answers some of it or parses it as XML or JSON. */
const TYPE = /^Content-Type: (command|api|text)(?:\/|%2F)(reply|response|event-plain)$/m;

/**
 * Puts modesl between `write` and the frames. `write` gets one whole command at a time, where modesl writes each header
 * alone (44 ms a command under Nagle's algorithm). modesl's own `event` subscription, which would bring the events of
 * every channel, is never sent; nor does it see a value that `decodeURIComponent` rejects (a caller's `%E9` would end
 * the process).
 */
export function commandWire(write: (text: string) => void, onEvent: (event: Message) => void): CommandWire {
  let pieces = '';
  let open = false;
  const facade: Facade = Object.assign(new EventEmitter(), {
    write(piece: string) {
      pieces += piece;
      if (piece !== '\n') return;
      if (open) write(pieces);
      pieces = '';
    },
    end() {},
  });
  const connection = new Connection(facade);
  connection.subscribe = (_events, callback) => callback?.();
  connection.on('error', () => {});
  connection.on('esl::event::**', (event, frame) => {
    if (frame?.['Content-Type'] === 'text/event-plain') onEvent(message(event));
  });
  const deliver = (head: string, body: string): void => void facade.emit('data', Buffer.from(`${head}\n\n${body}`));
  // modesl has just sent a `connect` to nobody; its reply makes room for our own commands.
  deliver('Content-Type: command/reply', '');
  open = true;

  return {
    send: (command, fields) =>
      new Promise((resolve) => connection.sendRecv(command, fields ?? null, (reply) => resolve(message(reply)))),
    api: (command, args = '') =>
      new Promise((resolve) => connection.api(command, args, (reply) => resolve(message(reply)))),
    feed({ head, body }) {
      const type = TYPE.exec(head)?.slice(1).join('/');
      if (type === undefined) return;
      const inner = type === 'text/event-plain' ? `${harmless(body.split('\n\n', 1)[0]!)}\n\n` : body;
      // One type and no second: modesl goes by the last, and dies of an event without a body.
      const lines = [`Content-Type: ${type}`, harmless(head), inner && `Content-Length: ${Buffer.byteLength(inner)}`];
      deliver(lines.filter(Boolean).join('\n'), inner);
    },
  };
}

const message = (event: Event): Message => ({
  header: (name) => {
    const value = event.getHeader(name) as unknown;
    return typeof value === 'string' ? value : null;
  },
  get body() {
    return event.getBody();
  },
});

/** A time that FreeSWITCH tells, in microseconds since 1970 by its clock; null where it does not. */
export const moment = (message: Message, name: HeaderName): number | null => Number(message.header(name)) || null;

/**
 * How long the event's channel has been there, in milliseconds; both times are FreeSWITCH's own. With mod_sofia's
 * `inbound-use-callid-as-uuid` a phone may take a unique id again: the age tells one call from the other.
 */
export function ageOf(message: Message): { age?: number } {
  const [now, created] = [moment(message, 'Event-Date-Timestamp'), moment(message, 'Caller-Channel-Created-Time')];
  return now === null || created === null ? {} : { age: Math.max(0, now - created) / 1000 };
}

const WANTED: ReadonlySet<string> = new Set(HEADERS);
/** A `%` that begins no byte, or begins one that ASCII does not have. */
const DOUBTFUL = /%(?![0-9A-Fa-f]{2})|%[89A-Fa-f]/;

/** The headers that are read, so written that `decodeURIComponent` takes them; bytes that are no UTF-8 become U+FFFD. */
function harmless(head: string): string {
  const lines: string[] = [];
  for (const line of head.split('\n')) {
    const name = line.slice(0, Math.max(0, line.indexOf(': ')));
    if (!WANTED.has(name)) continue;
    const value = line.slice(name.length + 2);
    lines.push(DOUBTFUL.test(value) ? `${name}: ${encodeURIComponent(decode(value))}` : line);
  }
  return lines.join('\n');
}
