const COLON = 58;
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
 * Reads the lines of an AGI environment, split at the first colon (values hold colons everywhere).
 * Returns null when they cannot be what Asterisk sends: a line without a name, a name twice, arguments out of order.
 */
export function parseEnvironment(lines: Buffer[]): Environment | null {
  const headers = new Map<string, string>();
  const args: string[] = [];
  for (const line of lines) {
    const colon = line.indexOf(COLON);
    const name = line.toString('latin1', 0, Math.max(0, Math.min(colon, 64)));
    if (!/^agi_[a-z0-9_]+$/.test(name) || headers.has(name)) return null;
    const from = line[colon + 1] === 32 ? colon + 2 : colon + 1;
    const value = line.toString('utf8', from).slice(0, MAX_VALUE);
    const arg = /^agi_arg_(\d+)$/.exec(name);
    if (!arg) headers.set(name, value);
    else if (Number(arg[1]) !== args.push(value)) return null;
  }
  return headers.size > 0 ? { headers, args } : null;
}
