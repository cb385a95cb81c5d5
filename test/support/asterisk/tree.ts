import { join } from 'node:path';
import { fetched } from '../fetched.ts';

/** The folder of the unpacked Asterisk and sipp. */
export const asteriskTree = async (): Promise<string> => (await fetched('asterisk/fetch.sh'))[0]!;

/** The folder of the configuration that Debian's Asterisk comes with. */
export const asteriskSamples = async (): Promise<string> => (await fetched('asterisk/samples.sh'))[0]!;

/**
 * Command line of a program of the tree, run through its own loader and libraries. The kernel kills it with its
 * parent, so that a killed test leaves no PBX behind.
 */
export function command(tree: string, program: string, args: string[]): [string, string[]] {
  const lib = join(tree, 'usr/lib/x86_64-linux-gnu');
  const loader = join(lib, 'ld-linux-x86-64.so.2');
  return ['setpriv', ['--pdeathsig', 'KILL', loader, '--library-path', lib, join(tree, program), ...args]];
}
