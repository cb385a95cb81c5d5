import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { skip } from './skip.ts';

const CACHE = process.env.DIALWARDEN_CACHE ?? fileURLToPath(new URL('../../.cache', import.meta.url));

/** The lines that a script of this folder prints about what it has unpacked, at its first use. Skips the suite where there is none to get. */
export async function fetched(script: string): Promise<string[]> {
  try {
    const { stdout } = await promisify(execFile)(join(import.meta.dirname, script), [CACHE], { timeout: 180_000 });
    return stdout.trim().split('\n');
  } catch (error) {
    const { code, stderr = '' } = error as { code?: number; stderr?: string };
    const why = stderr.trim().split('\n').at(-1) || String(error);
    if (code === 3) skip(why);
    throw new Error(`${script}: ${why}`);
  }
}
