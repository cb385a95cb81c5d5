import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { parse, TomlError } from 'smol-toml';
import * as v from 'valibot';
import type { Settings } from '../guard/settings.ts';
import { addressList } from './address.ts';
import { type Connections, connections } from './connections.ts';
import { ConfigError } from './error.ts';
import { isLoopback, type NotifyConfig, notifyConfig } from './notify.ts';
import { attempt, type Complain, describe, problem } from './problems.ts';
import { type File, FileSchema } from './schema.ts';
import { readSecret, type Secret } from './secret.ts';
import { sites } from './sites.ts';
import { findSounds } from './sounds.ts';

/** Everything that the configuration decides. */
export interface Config extends Connections {
  /** The file it came from; null: none was found, all is default. */
  file: string | null;
  settings: Settings;
  /** A MaxMind-format file that tells the country of an address; null: none. */
  geo: { file: string | null };
  /** Addresses and networks that are never told to a firewall. */
  scan: { ignore: string[] };
  /** Who is told of incidents, and how. */
  notify: NotifyConfig;
  /** Asterisk's Master.csv, watched for calls that nobody asked about. */
  cdrFile: string;
  /** Days after which a call is forgotten that no incident needs. */
  keepDays: number;
  /** What is legal but has not the effect that its writer may expect. */
  notices: string[];
}

/** The configuration file in force: named, or the first that exists of the usual places; null for none. */
export function findConfig(
  named: string | undefined,
  dataDir: string,
  env: NodeJS.ProcessEnv,
  cwd: string,
): string | null {
  const explicit = named ?? (env.DIALWARDEN_CONFIG || undefined);
  if (explicit !== undefined) return explicit;
  const usual = [join(cwd, 'dialwarden.toml'), join(dataDir, 'dialwarden.toml'), '/etc/dialwarden/dialwarden.toml'];
  return usual.find((file) => existsSync(file)) ?? null;
}

/** Reads a file (null: all defaults). Throws ConfigError with a line for every problem found. */
export function loadConfig(file: string | null, env: NodeJS.ProcessEnv): Config {
  if (file === null) return readConfig('', null, env);
  let text: string;
  let open: boolean;
  try {
    text = readFileSync(file, 'utf8');
    open = (statSync(file).mode & 0o002) !== 0;
  } catch (error) {
    throw new ConfigError(`${file}: cannot be read (${(error as NodeJS.ErrnoException).code})`);
  }
  if (open) throw new ConfigError(`${file}: everybody may write to it, and so steer the guard: chmod o-w ${file}`);
  return readConfig(text, file, env);
}

/** The same for a text. */
export function readConfig(text: string, file: string | null, env: NodeJS.ProcessEnv): Config {
  const name = file ?? 'configuration';
  const parsed = v.safeParse(FileSchema, parseToml(name, text));
  if (!parsed.success) throw new ConfigError(parsed.issues.map((issue) => describe(name, text, issue)).join('\n'));
  const problems: string[] = [];
  const complain = (path: string[], what: string) => void problems.push(problem(name, text, path, what));
  const config = build(parsed.output, file, env, complain);
  if (problems.length > 0) throw new ConfigError(problems.join('\n'));
  return config;
}

function parseToml(name: string, text: string): unknown {
  try {
    return parse(text);
  } catch (error) {
    if (!(error instanceof TomlError)) throw error;
    const what = error.message.split('\n')[0]!.replace('Invalid TOML document: ', '');
    throw new ConfigError(`${name}:${error.line}: is not TOML at column ${error.column}: ${what}`);
  }
}

function build(file: File, name: string | null, env: NodeJS.ProcessEnv, complain: Complain): Config {
  const secret: Secret = (table, key) =>
    attempt(
      () => {
        const keys = (file[table] ?? {}) as Record<string, string | undefined>;
        return readSecret(key, keys[`${key}_file`], keys[`${key}_env`], env);
      },
      null,
      (what) => complain([table], what),
    );
  const notify = notifyConfig(file, secret, complain);
  const clear = notify.smtp?.tls === 'none' && !isLoopback(notify.smtp.host);
  return {
    file: name,
    settings: settings(file, env, complain),
    ...connections(file, secret, complain),
    geo: { file: file.geo?.file ?? null },
    scan: { ignore: addressList(file.scan?.ignore ?? [], (what) => complain(['scan', 'ignore'], what)) },
    notify,
    cdrFile: file.guard?.cdr_file ?? '/var/log/asterisk/cdr-csv/Master.csv',
    keepDays: file.guard?.keep_days ?? 400,
    notices: clear ? ['[smtp] tls = "none": mail crosses the network in the clear'] : [],
  };
}

function settings(file: File, env: NodeJS.ProcessEnv, complain: Complain): Settings {
  const language = file.warning?.language ?? 'en';
  return {
    sites: sites(file, env, complain),
    mode: file.guard?.mode ?? 'enforce',
    deadlineMs: file.guard?.deadline_ms ?? 250,
    digit: file.warning?.digit ?? 'random',
    answerFirst: file.warning?.answer ?? true,
    announce: file.block?.announce ?? true,
    language,
    sounds: attempt(
      () => findSounds(file.warning?.sounds ?? null, language),
      new Map(),
      () => complain(['warning', 'sounds'], `must be a folder with a folder "${language}" of voice files`),
    ),
  };
}
