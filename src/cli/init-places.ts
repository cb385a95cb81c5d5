import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Config } from '../config/load.ts';
import { loadConfig, readConfig } from '../config/load.ts';
import { findPbxs, PBX_KINDS, type Pbx } from '../install/fitting.ts';
import { lockDataDir } from '../process/data-lock.ts';
import type { Cli } from './command.ts';
import type { InstallOptions } from './init-apply.ts';
import { CommandError, STATUS } from './io.ts';

/** Where an installation has its things. All are paths of this process; `root` is '/' but for trials in a folder. */
export interface Places {
  root: string;
  dataDir: string;
  config: string;
}

const isRoot = (): boolean => process.geteuid!() === 0;

/** Whether a whole installation is meant, and no folder for a trial: asked for, or root at a terminal. */
export function wholeMachine({ io }: Cli, { root, pbx, yes, data }: InstallOptions): boolean {
  return (
    root !== undefined ||
    pbx !== undefined ||
    (isRoot() && (yes === true || (io.ask !== undefined && data === undefined)))
  );
}

/** Throws CommandError where this user may not change the machine. */
export function places({ io }: Cli, options: InstallOptions): Places {
  const root = resolve(io.cwd, options.root ?? '/');
  if (root === '/' && !isRoot()) {
    throw new CommandError('this changes files in /etc and /var/lib: run it as root');
  }
  if (!existsSync(root)) throw new CommandError(`there is no ${root}`, STATUS.usage);
  const named = options.data ?? (io.env.DIALWARDEN_DATA || undefined);
  const dataDir = named === undefined ? join(root, 'var/lib/dialwarden') : resolve(io.cwd, named);
  const beside = join(dataDir, 'dialwarden.toml');
  const usual = existsSync(beside) ? beside : join(root, 'etc/dialwarden/dialwarden.toml');
  const config = options.config ?? (io.env.DIALWARDEN_CONFIG || undefined);
  return { root, dataDir, config: config === undefined ? usual : resolve(io.cwd, config) };
}

/** A path as the system below `root` sees it. */
export const inside = (root: string, path: string): string =>
  root !== '/' && path.startsWith(`${root}/`) ? path.slice(root.length) : path;

/** The PBXs that are meant: `--pbx`, or all that are there. */
export function chosenPbxs(root: string, named: string | undefined): Pbx[] {
  const found = findPbxs(root);
  if (named === undefined) return found;
  if (named === 'none') return [];
  const chosen = found.filter(({ kind }) => kind === named);
  if (chosen.length > 0) return chosen;
  const there = found.map(({ kind, dir }) => `${kind} in ${dir}`).join(', ') || 'none';
  throw new CommandError(`there is no ${named} below ${root}; found: ${there}`, STATUS.usage);
}

/** What `--pbx` takes. */
export const PBX_CHOICES = [...PBX_KINDS, 'none'];

/** The configuration in force; the default one where there is no file. Throws ConfigError. */
export function configAt(file: string, env: NodeJS.ProcessEnv): Config {
  return existsSync(file) ? loadConfig(file, env) : readConfig('', null, env);
}

/** Takes the guard's lock; null where a guard runs. */
export function lockOf(dataDir: string): (() => void) | null {
  try {
    return lockDataDir(dataDir);
  } catch (error) {
    if (/^another guard/.test((error as Error).message)) return null;
    throw error;
  }
}
