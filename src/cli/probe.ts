import { readFileSync } from 'node:fs';
import { createConnection } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Address } from '../config/address.ts';

/** How long the doctor waits for anything, in milliseconds. */
export const PATIENCE_MS = 2_000;
export const SILENT = { info: () => undefined, warn: () => undefined, error: () => undefined };

/** The first bytes that come back for `said`: empty where the peer hangs up at once, null where nobody answers in time. */
export function firstReply({ host, port }: Address, said: string): Promise<string | null> {
  return new Promise((resolve) => {
    const socket = createConnection({ host, port, timeout: PATIENCE_MS }, () => socket.write(said));
    const end = (reply: string | null) => {
      resolve(reply);
      socket.destroy();
    };
    socket.once('data', (data) => end(data.toString()));
    socket.once('end', () => end(''));
    for (const event of ['error', 'timeout'] as const) socket.once(event, () => end(null));
  });
}

/** Whether a management connection is let in, which is closed again. */
export async function letsIn(connection: { connected(): boolean; close(): void }): Promise<boolean> {
  try {
    for (const end = Date.now() + PATIENCE_MS; Date.now() < end && !connection.connected(); ) await sleep(50);
    return connection.connected();
  } finally {
    connection.close();
  }
}

/** A file's text; null where it cannot be read. */
export function readable(file: string): string | null {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return null;
  }
}
