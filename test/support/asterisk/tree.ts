import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { skip } from '../skip.ts';

const CACHE = process.env.DIALWARDEN_CACHE ?? fileURLToPath(new URL('../../../.cache', import.meta.url));

/** What a script of this folder has unpacked, at its first use. Skips the suite where there is none to get. */
async function fetched(script: string): Promise<string> {
  try {
    const path = fileURLToPath(new URL(script, import.meta.url));
    return (await promisify(execFile)(path, [CACHE], { timeout: 180_000 })).stdout.trim();
  } catch (error) {
    const { code, stderr = '' } = error as { code?: number; stderr?: string };
    const why = stderr.trim().split('\n').at(-1) || String(error);
    if (code === 3) skip(why);
    throw new Error(`${script}: ${why}`);
  }
}

/** The folder of the unpacked Asterisk and sipp. */
export const asteriskTree = (): Promise<string> => fetched('fetch.sh');

/** The folder of the configuration that Debian's Asterisk comes with. */
export const asteriskSamples = (): Promise<string> => fetched('samples.sh');

/**
 * Command line of a program of the tree, run through its own loader and libraries. The kernel kills it with its
 * parent, so that a killed test leaves no PBX behind.
 */
export function command(tree: string, program: string, args: string[]): [string, string[]] {
  const lib = join(tree, 'usr/lib/x86_64-linux-gnu');
  const loader = join(lib, 'ld-linux-x86-64.so.2');
  return ['setpriv', ['--pdeathsig', 'KILL', loader, '--library-path', lib, join(tree, program), ...args]];
}
