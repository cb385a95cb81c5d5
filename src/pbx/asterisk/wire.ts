import { EventEmitter } from 'node:events';
import Context, { type Wire } from 'ding-dong/lib/context.js';

const READING_REPLIES = 2;
/** Contexts kept for the next session. */
const SPARE = 64;

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
  /** `line`: `200 result=...`, without its line feed. */
  reply(line: string): void;
  /** The session is over: nothing more is sent or replied. */
  close(): void;
}

interface Line {
  context: Context;
  write: (text: string) => void;
}

function newLine(): Line {
  const wire: Wire = Object.assign(new EventEmitter(), {
    write: (text: string) => line.write(text),
    end: () => {},
    pause: () => {},
    resume: () => {},
  });
  const line: Line = { context: new Context(wire), write: () => {} };
  line.context.setState(READING_REPLIES);
  return line;
}

/**
 * Contexts that owe nobody a reply: making one costs more than all that it does for a verdict. The first is made at once,
 * since the library then loads what it needs: at the first session there may be no file descriptor left for that.
 */
const spare: Line[] = [newLine()];

/**
 * Puts ding-dong's context between `write` and the reply lines. It never sees the environment (it cuts values at the
 * second colon), HANGUP, 5xx replies or half a line (each would leave its promise pending for ever), nor a second
 * command before the first is answered.
 */
export function commandWire(write: (text: string) => void): CommandWire {
  let line: Line | null = null;
  let owed = 0;
  return {
    send: async (command) => {
      line ??= spare.pop() ?? newLine();
      line.write = write;
      owed++;
      const { code, result, value } = await line.context.sendCommand(command);
      owed--;
      return { code, result, value: value ?? null };
    },
    reply: (text) => line?.context.readResponseLine(text),
    close: () => {
      if (line && owed === 0 && spare.length < SPARE) spare.push(line);
      line = null;
    },
  };
}
