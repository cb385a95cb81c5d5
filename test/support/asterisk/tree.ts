import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { skip } from '../suite.ts';

const FETCH = fileURLToPath(new URL('fetch.sh', import.meta.url));
const CACHE = process.env.DIALWARDEN_CACHE ?? fileURLToPath(new URL('../../../.cache', import.meta.url));

/** The folder of the unpacked Asterisk and sipp, fetched at first use. Skips the suite where there is none to get. */
export async function asteriskTree(): Promise<string> {
  try {
    return (await promisify(execFile)(FETCH, [CACHE], { timeout: 180_000 })).stdout.trim();
  } catch (error) {
    const { code, stderr = '' } = error as { code?: number; stderr?: string };
    const why = stderr.trim().split('\n').at(-1) || String(error);
    if (code === 3) skip(why);
    throw new Error(`fetch.sh: ${why}`);
  }
}

/**
 * Command line of a program of the tree, run through its own loader and libraries. The kernel kills it with its
 * parent, so that a killed test leaves no PBX behind.
 */
export function command(tree: string, program: string, args: string[]): [string, string[]] {
  const lib = join(tree, 'usr/lib/x86_64-linux-gnu');
  const loader = join(lib, 'ld-linux-x86-64.so.2');
  return ['setpriv', ['--pdeathsig', 'KILL', loader, '--library-path', lib, join(tree, program), ...args]];
}
