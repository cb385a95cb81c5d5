import { parseDuration } from '../config/duration.ts';
import type { Config } from '../config/load.ts';
import { nearest } from '../config/problems.ts';
import { isInternal } from '../core/numbering/internal.ts';
import { canPay } from '../core/payer.ts';
import type { Policy } from '../core/policy.ts';
import { mainPolicy } from '../guard/sites.ts';
import { type Db, openDatabase } from '../store/sqlite/database.ts';
import { type Cli, type CommonOptions, type Surroundings, surroundings } from './command.ts';
import { CommandError, STATUS } from './io.ts';

/** A command can wait for the guard's transactions; a call cannot. */
export const PATIENCE_MS = 5_000;

export interface State extends Surroundings {
  db: Db;
}

/**
 * Runs `use` on the database of the data directory and closes it. Throws where there is none: only `serve`, `learn` and
 * `init` create one.
 */
export async function withState<T>(
  cli: Cli,
  options: CommonOptions,
  use: (state: State) => T | Promise<T>,
  { readonly = false } = {},
): Promise<T> {
  const around = surroundings(cli, options);
  const db = openDatabase(around.dataDir, { create: false, readonly });
  try {
    db.pragma(`busy_timeout = ${PATIENCE_MS}`);
    return await use({ ...around, db });
  } finally {
    db.close();
  }
}

/** The site that `--site` names, or the only one. Throws CommandError where that is not clear. */
export function sitePolicyOf({ settings }: Config, name: string | undefined): Policy {
  const policies = settings.sites.map((s) => s.policy);
  const names = policies.map((p) => p.site);
  if (name === undefined && policies.length > 1) {
    throw new CommandError(`say which site: --site ${names.join('|')}`, STATUS.usage);
  }
  const found = name === undefined ? policies[0] : policies.find((p) => p.site === name);
  if (!found) {
    throw new CommandError(`there is no site "${name}"; did you mean ${nearest(name ?? '', names)}?`, STATUS.usage);
  }
  return found;
}

/** An extension as an argument names it, or `*` where that means all of them. Throws CommandError for what can pay at no site. */
export function extensionOf({ settings }: Config, text: string, all: '*' | null = null): string {
  const internal = (name: string) => settings.sites.some(({ policy }) => isInternal(name, policy.plan));
  if (text === all || canPay(text, internal)) return text;
  throw new CommandError(`"${text}" is no extension such as 214${all ? ' or "*" for all' : ''}`, STATUS.usage);
}

/** As `--site` says; empty, for every site, where it says nothing. */
export const siteOrAll = (config: Config, name: string | undefined): string =>
  name === undefined ? '' : sitePolicyOf(config, name).site;

/** The time zone in which a person is told times. */
export const zoneOf = ({ config }: Pick<State, 'config'>): string => mainPolicy(config.settings).timezone;

/** Turns what `read` throws about an argument into a usage error. */
export function argument<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw new CommandError((error as Error).message, STATUS.usage);
  }
}

/** When a thing said `--for 2h` ends; null for never. */
export const until = (now: number, duration: string | undefined): number | null =>
  duration === undefined ? null : now + argument(() => parseDuration(duration));

/** The moment from which `--since 2h` counts. */
export const since = (now: number, duration: string): number => now - argument(() => parseDuration(duration));

/** A whole number that names a row. */
export function rowNumber(text: string, what: string): number {
  if (!/^\d{1,15}$/.test(text)) throw new CommandError(`"${text}" is no number of ${what}`, STATUS.usage);
  return Number(text);
}
