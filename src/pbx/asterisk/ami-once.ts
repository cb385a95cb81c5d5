import { setTimeout as sleep } from 'node:timers/promises';
import { type AmiConnection, type AmiOptions, connectAmi } from './ami-connection.ts';

const PATIENCE_MS = 2_000;

/** Logs in to the manager interface, uses it and leaves. Rejects with an Error that says why there was no login in two seconds. */
export async function withAmi<T>(
  options: Omit<AmiOptions, 'log'>,
  use: (ami: AmiConnection) => Promise<T>,
): Promise<T> {
  let why = 'no answer';
  const warn = (_event: string, fields: object = {}) => {
    if ('error' in fields) why = String(fields.error);
  };
  const ami = connectAmi({ ...options, log: { info: () => undefined, warn, error: () => undefined } });
  try {
    for (const end = Date.now() + PATIENCE_MS; Date.now() < end && !ami.connected(); ) await sleep(50);
    if (!ami.connected()) throw new Error(why);
    return await use(ami);
  } finally {
    ami.close();
  }
}
