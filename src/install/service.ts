import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { OwnFile } from './fitting.ts';
import { bytes, packaged, readable } from './packaged.ts';

/** The guard's own user and group. */
const ACCOUNT = 'dialwarden';

export interface Account {
  uid: number;
  gid: number;
}

/** The user as /etc/passwd below `root` has it; null where there is none. */
export function accountOf(root: string): Account | null {
  const file = join(root, 'etc/passwd');
  const line = existsSync(file)
    ? new RegExp(`^${ACCOUNT}:[^:]*:(\\d+):(\\d+):`, 'm').exec(readFileSync(file, 'utf8'))
    : null;
  return line && { uid: Number(line[1]), gid: Number(line[2]) };
}

/** Whether systemd runs services below `root`. */
export const hasSystemd = (root: string): boolean => existsSync(join(root, 'etc/systemd/system'));

export const unitPath = (root: string): string => join(root, 'etc/systemd/system/dialwarden.service');

const STATE = '/var/lib/dialwarden';
const MAIN = fileURLToPath(new URL('../cli/main.js', import.meta.url));

/** An argument of ExecStart: quoted, and no specifier (systemd.service(5), systemd.unit(5)). */
const argument = (text: string): string =>
  /^[\w./@:+-]+$/.test(text) ? text : `"${text.replace(/[\\"]/g, '\\$&').replace(/[%$]/g, '$&$&')}"`;

/** The unit of this installation. Paths are as the running system sees them. */
export function unitFile(root: string, { dataDir, config }: { dataDir: string; config: string }): OwnFile {
  const start = [process.execPath, MAIN, 'serve', '--data', dataDir, '--config', config].map(argument).join(' ');
  const text = readable(packaged('dialplan/system/dialwarden.service'))
    .replace(
      /^(?:#.*\n)+\n?(?=\[Unit\])/,
      '# Written by `dialwarden init`. Changes of your own: systemctl edit dialwarden\n\n',
    )
    .replace(/^ExecStart=.*$/m, () => `ExecStart=${start}`)
    .replace(
      /^Documentation=.*$/m,
      () => `Documentation=file://${encodeURI(dirname(dirname(dirname(MAIN))))}/README.md`,
    );
  const elsewhere =
    dataDir === STATE
      ? text
      : text
          .replace(/^StateDirectory.*\n/gm, '')
          .replace(/^ProtectSystem=strict$/m, () => `ProtectSystem=strict\nReadWritePaths=${argument(dataDir)}`);
  return { path: unitPath(root), text: bytes(elsewhere) };
}

/** The first folder on the way to the program that other users cannot enter, or that the unit hides; null where there is none. */
export function closedFolder(path = MAIN): string | null {
  const home = /^\/(home|root|run\/user)(?=\/)/.exec(path);
  if (home) return home[0];
  for (let dir = dirname(path); ; dir = dirname(dir)) {
    if ((statSync(dir).mode & 0o001) === 0) return dir;
    if (dir === dirname(dir)) return null;
  }
}

/** Makes the guard's user on this machine, without a shell and without a password (useradd(8)). */
export function makeAccount(home: string): void {
  run('useradd', [
    '--system',
    '--user-group',
    '--home-dir',
    home,
    '--no-create-home',
    '--shell',
    '/usr/sbin/nologin',
    ACCOUNT,
  ]);
}

/** Takes the user away (userdel(8)). */
export const removeAccount = (): void => run('userdel', [ACCOUNT]);

function run(program: string, args: string[]): void {
  try {
    const PATH = `${process.env.PATH ?? ''}:/usr/sbin:/sbin`;
    execFileSync(program, args, {
      stdio: ['ignore', 'ignore', 'pipe'],
      encoding: 'utf8',
      env: { ...process.env, PATH },
    });
  } catch (error) {
    const { stderr, message } = error as { stderr?: string; message: string };
    throw new Error(`${program}: ${(stderr || message).trim()}`);
  }
}
