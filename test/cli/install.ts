import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { cli, type Ran, scratch } from '../support/cli.ts';
import { type Suite, suite } from '../support/suite.ts';

/** A machine to install on: the folder that stands for its root. */
export interface Machine {
  dir: string;
  root: string;
  remove(): void;
}

/** A suite whose tests each have a machine of their own, with systemd and without a PBX. */
export function installing(name: string): Suite<Machine> {
  const test = suite<Machine>(name, { timeout: 60_000 });
  test.before.each((t) => {
    Object.assign(t, scratch());
    t.root = join(t.dir, 'root');
    mkdirSync(join(t.root, 'etc/systemd/system'), { recursive: true });
  });
  test.after.each((t) => t.remove());
  return test;
}

/** Writes a file below the root. */
export const put = (root: string, path: string, text = '') => {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
};

/** Every file below a folder with its text; databases by name alone. */
export function snapshot(root: string): Record<string, string> {
  const files = readdirSync(root, { recursive: true, encoding: 'utf8' }).sort();
  const plain = files.filter((file) => statSync(join(root, file)).isFile());
  return Object.fromEntries(plain.map((f) => [f, /\.db/.test(f) ? '' : readFileSync(join(root, f), 'latin1')]));
}

/** Runs a command on that machine. */
export const run = (t: Machine, ...argv: string[]): Promise<Ran> =>
  cli(t.dir, [...argv, '--root', t.root], { DIALWARDEN_DATA: '' });
