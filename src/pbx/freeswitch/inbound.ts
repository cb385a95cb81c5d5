import { createConnection, type Socket } from 'node:net';
import type { Log } from '../../guard/log.ts';
import { frameReader } from './frames.ts';
import { type CommandWire, commandWire, type Message } from './wire.ts';

export interface EslInboundOptions {
  host: string;
  port: number;
  /** As in `event_socket.conf.xml`. Never logged. */
  password: string;
  log: Log;
}

export interface EslInbound {
  /** Runs an API command and settles with its output. Rejects while FreeSWITCH cannot be asked. */
  api(command: string, args?: string): Promise<string>;
  connected(): boolean;
  close(): void;
}

const COMMAND_MS = 5000;
const BACK_OFF = [500, 1000, 2000, 5000, 10_000, 30_000];
/** A list of 10,000 channels has about 7 MB. */
const MAX_BODY = 16 * 1024 * 1024;

/**
 * A connection to FreeSWITCH's event socket (mod_event_socket; 127.0.0.1:8021) that logs in, sends `commands` and comes
 * back by itself, waiting longer each time. `onEvent` gets what those commands subscribe to.
 */
export function connectInbound(
  options: EslInboundOptions,
  commands: string[],
  onEvent: (event: Message) => void,
): EslInbound {
  const { host, port, log } = options;
  let current: CommandWire | null = null;
  const answers = patience();
  let socket: Socket | null = null;
  let retry: NodeJS.Timeout | undefined;
  let closed = false;
  let failures = 0;

  function open(): void {
    const mine = createConnection({ host, port });
    socket = mine;
    mine.setNoDelay(true);
    const wire = commandWire((text) => void mine.write(text), onEvent);
    const feed = frameReader(wire.feed, MAX_BODY);
    mine.once('close', lost);
    mine.on('data', (chunk) => {
      try {
        feed(chunk);
      } catch (error) {
        mine.destroy(error as Error);
      }
    });
    mine.on(
      'error',
      (error) => failures === 0 && log.warn('esl connection failed', { host, port, error: error.message }),
    );
    mine.on('connect', () => login(wire).catch((error) => mine.destroy(error)));
  }

  async function login(wire: CommandWire): Promise<void> {
    for (const command of [`auth ${options.password}`, ...commands]) {
      const reply = await answers.inTime(wire.send(command.replace(/[\r\n]/g, '')));
      const refused = !reply.header('Reply-Text')?.startsWith('+OK');
      if (refused) throw new Error(`refused: ${command.startsWith('auth ') ? 'check the password of [esl]' : command}`);
    }
    current = wire;
    failures = 0;
    log.info('esl connected', { host, port });
  }

  function lost(): void {
    const served = current !== null;
    current = null;
    answers.lost();
    if (closed) return;
    if (served) log.warn('esl connection lost', { host, port });
    retry = setTimeout(open, BACK_OFF[Math.min(failures++, BACK_OFF.length - 1)]).unref();
  }

  open();
  return {
    async api(command, args) {
      if (!current) throw new Error('not connected to the event socket');
      return (await answers.inTime(current.api(command, args))).body;
    },
    connected: () => current !== null,
    close() {
      closed = true;
      clearTimeout(retry);
      socket?.destroy();
    },
  };
}

/**
 * Waits for answers, of which none comes any more once the connection is lost. Each wait stands on its own: a promise that
 * all raced with would keep every answer as long as the connection lasts.
 */
function patience() {
  const waiting = new Set<(why: Error) => void>();
  return {
    async inTime<T>(answer: Promise<T>): Promise<T> {
      let giveUp: (why: Error) => void = () => undefined;
      const over = new Promise<never>((_resolve, reject) => {
        giveUp = reject;
      });
      waiting.add(giveUp);
      const timer = setTimeout(giveUp, COMMAND_MS, new Error('the event socket did not answer'));
      try {
        return await Promise.race([answer, over]);
      } finally {
        clearTimeout(timer);
        waiting.delete(giveUp);
      }
    },
    lost() {
      for (const giveUp of waiting) giveUp(new Error('the event socket was lost'));
    },
  };
}
