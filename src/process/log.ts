import type { Writable } from 'node:stream';
import winston from 'winston';
import type { Log } from '../guard/log.ts';

export interface LogOptions {
  output: Writable;
  /** Plain lines for a person instead of JSON. */
  plain: boolean;
  /** Never to be written, wherever they turn up. */
  secrets: () => string[];
}

/** Control characters of hostile digits and names must not steer a terminal, nor turn the direction of its text. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for.
const CONTROL = /[\x00-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069]/g;
export const printable = (text: string): string =>
  text.replace(CONTROL, (c) => `\\x${c.charCodeAt(0).toString(16).padStart(2, '0')}`);

function hide(line: string, secrets: string[]): string {
  return secrets.reduce((text, secret) => (secret.length < 4 ? text : text.replaceAll(secret, '[hidden]')), line);
}

function plainLine({ level, time, event, ...fields }: Record<string, unknown>): string {
  const rest = Object.entries(fields)
    .filter(([, value]) => value !== undefined && value !== null && value !== '')
    .map(([name, value]) => `${name}=${printable(typeof value === 'object' ? JSON.stringify(value) : String(value))}`);
  const mark = level === 'info' ? '' : `${String(level).toUpperCase()} `;
  return [String(time).slice(11, 19), `${mark}${event}`, ...rest].join(' ');
}

/** How long what is only information waits for more: lines written together cost a fraction of as many alone. Milliseconds. */
const GATHER_MS = 100;

export interface WrittenLog extends Log {
  /** Writes what waits, now. */
  flush(): void;
}

/** One line an event: `{"level","time","event",...}` in JSON, or words for a person at a terminal. */
export function createLog({ output, plain, secrets }: LogOptions): WrittenLog {
  const line = winston.format.printf(({ level, message, time, fields }) => {
    const entry = { level, time: new Date(time as number).toISOString(), event: message, ...(fields as object) };
    return hide(plain ? plainLine(entry) : JSON.stringify(entry), secrets());
  });
  const logger = winston.createLogger({
    format: line,
    transports: [new winston.transports.Stream({ stream: output })],
  });
  let waiting: (() => void)[] = [];
  const flush = () => {
    const lines = waiting;
    waiting = [];
    for (const write of lines) write();
  };
  const writer = (level: keyof Log) => (event: string, fields: object) => {
    const time = Date.now();
    waiting.push(() => logger.log(level, event, { time, fields }));
    if (level !== 'info') flush();
    else if (waiting.length === 1) setTimeout(flush, GATHER_MS);
  };
  return { info: writer('info'), warn: writer('warn'), error: writer('error'), flush };
}
