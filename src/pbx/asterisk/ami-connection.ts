import { createConnection, type Socket } from 'node:net';
import type { Log } from '../../guard/log.ts';
import { lineSplitter } from './lines.ts';

/** One message of the manager interface: `Key: value` lines up to an empty one. Repeated keys are kept in order. */
export type Message = Map<string, string[]>;

export interface AmiOptions {
  host: string;
  port: number;
  user: string;
  secret: string;
  log: Log;
}

export interface AmiConnection {
  /** Sends an action and settles with its response, or with the whole list where the response announces one. */
  action(fields: Record<string, string>): Promise<Message[]>;
  onEvent(listener: (event: Message) => void): void;
  connected(): boolean;
  close(): void;
}

const MAX_LINE = 16 * 1024;
const MAX_LIST = 20_000;
const ACTION_TIMEOUT = 5000;
const BACK_OFF = [500, 1000, 2000, 5000, 10_000, 30_000];

interface Waiting {
  messages: Message[];
  resolve(messages: Message[]): void;
  reject(error: Error): void;
  timer: NodeJS.Timeout;
}

export const first = (message: Message, key: string): string => message.get(key.toLowerCase())?.[0] ?? '';

/**
 * A connection to Asterisk's manager interface (AMI; `manager.conf`) that logs in and comes back by itself, waiting longer
 * each time. The protocol is lines over a socket: https://docs.asterisk.org/Configuration/Interfaces/Asterisk-Manager-Interface-AMI/
 */
export function connectAmi(options: AmiOptions): AmiConnection {
  const { log } = options;
  const listeners: ((event: Message) => void)[] = [];
  const waiting = new Map<string, Waiting>();
  let socket: Socket | null = null;
  let loggedIn = false;
  let closed = false;
  let failures = 0;
  let serial = 0;
  let retry: NodeJS.Timeout | undefined;

  function open(): void {
    let message: Message = new Map();
    const split = lineSplitter(MAX_LINE, (line) => {
      const text = line.toString('latin1').replace(/\r$/, '');
      if (text !== '') return put(message, text);
      if (message.size > 0) deliver(message);
      message = new Map();
    });
    const mine = createConnection({ host: options.host, port: options.port });
    socket = mine;
    mine.setNoDelay(true);
    mine.setTimeout(ACTION_TIMEOUT, () => !loggedIn && mine.destroy(new Error('no answer')));
    mine.on('connect', () => login().catch((error) => mine.destroy(error)));
    mine.on('data', (chunk) => split(chunk) || mine.destroy(new Error('a line without end')));
    mine.on('error', (error) => failures === 0 && log.warn('ami connection failed', { error: error.message }));
    mine.on('close', () => lost());
  }

  async function login(): Promise<void> {
    const [answer] = await send({
      Action: 'Login',
      Username: options.user,
      Secret: options.secret,
      Events: 'call,user,security',
    });
    if (!answer || first(answer, 'Response') !== 'Success')
      throw new Error('login refused: check user and secret of [ami]');
    loggedIn = true;
    failures = 0;
    socket?.setTimeout(0);
    log.info('ami connected', { host: options.host, port: options.port });
  }

  function lost(): void {
    loggedIn = false;
    socket = null;
    for (const id of [...waiting.keys()]) settle(id, new Error('the manager connection was lost'));
    if (closed) return;
    retry = setTimeout(open, BACK_OFF[Math.min(failures++, BACK_OFF.length - 1)]);
    retry.unref();
  }

  function settle(id: string, error?: Error): void {
    const entry = waiting.get(id);
    if (!entry) return;
    waiting.delete(id);
    clearTimeout(entry.timer);
    if (error) entry.reject(error);
    else entry.resolve(entry.messages);
  }

  function deliver(message: Message): void {
    const id = first(message, 'ActionID');
    const entry = waiting.get(id);
    if (entry) {
      if (entry.messages.length < MAX_LIST) entry.messages.push(message);
      const list = /start/i.test(first(entry.messages[0] ?? message, 'EventList'));
      if (!list || /complete|cancelled/i.test(first(message, 'EventList'))) settle(id);
    } else if (message.has('event')) for (const listener of listeners) listener(message);
  }

  function send(fields: Record<string, string>): Promise<Message[]> {
    return new Promise((resolve, reject) => {
      if (!socket) return reject(new Error('not connected to the manager interface'));
      const id = `dw${++serial}`;
      const timer = setTimeout(() => settle(id, new Error('the manager interface did not answer')), ACTION_TIMEOUT);
      timer.unref();
      waiting.set(id, { messages: [], resolve, reject, timer });
      const lines = Object.entries({ ...fields, ActionID: id }).map(([key, value]) => `${key}: ${clean(value)}\r\n`);
      socket.write(`${lines.join('')}\r\n`);
    });
  }

  open();
  return {
    action: (fields) => (loggedIn ? send(fields) : Promise.reject(new Error('not logged in to the manager interface'))),
    onEvent: (listener) => listeners.push(listener),
    connected: () => loggedIn,
    close() {
      closed = true;
      clearTimeout(retry);
      socket?.destroy();
    },
  };
}

/** A line break in a value would be a second action. */
const clean = (value: string): string => value.replace(/[\r\n\0]/g, '');

function put(message: Message, line: string): void {
  const colon = line.indexOf(':');
  if (colon < 1) return;
  const key = line.slice(0, colon).toLowerCase();
  const value = line.slice(colon + 1).trimStart();
  const values = message.get(key);
  if (values) values.push(value);
  else message.set(key, [value]);
}
