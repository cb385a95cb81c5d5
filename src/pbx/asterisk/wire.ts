import { EventEmitter } from 'node:events';
import Context, { type Wire } from 'ding-dong/lib/context.js';

const READING_REPLIES = 2;
const LF = Buffer.from('\n');

/** One reply of Asterisk. `code` 200, or 510, 511, 520 for a command it refused (then `result` is empty). */
export interface Reply {
  code: number;
  result: string;
  /** What stood in parentheses; null when there was nothing. */
  value: string | null;
}

/** ding-dong's context, kept apart from the socket: it gets one whole reply line for each command it sent. */
export interface CommandWire {
  send(command: string): Promise<Reply>;
  reply(line: Buffer): void;
}

/**
 * Puts ding-dong's context between `write` and the reply lines. It never sees the environment (it cuts values at the
 * second colon), HANGUP, 5xx replies or half a line (each would leave its promise pending for ever), nor a second
 * command before the first is answered.
 */
export function commandWire(write: (text: string) => void): CommandWire {
  const wire: Wire = Object.assign(new EventEmitter(), { write, end: () => {}, pause: () => {}, resume: () => {} });
  const context = new Context(wire);
  context.setState(READING_REPLIES);
  return {
    send: async (command) => {
      const { code, result, value } = await context.sendCommand(command);
      return { code, result, value: value ?? null };
    },
    reply: (line) => void wire.emit('data', Buffer.concat([line, LF])),
  };
}
