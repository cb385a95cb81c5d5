/** Longer values are cut: no honest one comes near, and what is cut stays too long to be a number. */
const MAX_VALUE = 1024;

/** What Asterisk says at the start of an AGI session. */
export interface Environment {
  /** `agi_channel` and the like, without the arguments. Bytes that are no UTF-8 read as U+FFFD. */
  headers: Map<string, string>;
  /** `agi_arg_1`... in order. */
  args: string[];
}

/**
 * Reads an AGI environment (without its empty last line), each line split at the first colon: values hold colons
 * everywhere. Returns null when it cannot be what Asterisk sends: a line without a name, a name twice, arguments out of
 * order. Bytes that are no UTF-8 never swallow the colon or line feed behind them.
 */
export function parseEnvironment(bytes: Buffer): Environment | null {
  const headers = new Map<string, string>();
  const args: string[] = [];
  for (const line of bytes.toString('utf8').split('\n')) {
    const colon = line.indexOf(':');
    const name = line.slice(0, Math.max(0, colon));
    if (!/^agi_[a-z0-9_]+$/.test(name) || headers.has(name)) return null;
    const from = line[colon + 1] === ' ' ? colon + 2 : colon + 1;
    const value = line.slice(from, from + MAX_VALUE);
    if (!name.startsWith('agi_arg_')) headers.set(name, value);
    else if (name !== `agi_arg_${args.push(value)}`) return null;
  }
  return headers.size > 0 ? { headers, args } : null;
}
