import { createInterface } from 'node:readline/promises';
import { CommandError } from './io.ts';

/** Asks on the terminal. Rejects on Ctrl-C and Ctrl-D. */
export async function askOnTerminal(question: string): Promise<string> {
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  const left = new Promise<never>((_, reject) => {
    lines.once('close', () => reject(new CommandError('stopped: nothing was changed')));
  });
  try {
    return (await Promise.race([lines.question(question), left])).trim();
  } finally {
    left.catch(() => undefined);
    lines.close();
  }
}
