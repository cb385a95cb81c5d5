import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { parse, TomlError } from 'smol-toml';
import * as v from 'valibot';
import { countryForTimeZone } from '../core/numbering/time-zone.ts';
import { addressTest } from '../guard/addresses.ts';
import type { Settings, Site } from '../guard/settings.ts';
import { type Address, parseAddress } from './address.ts';
import { ConfigError } from './error.ts';
import { isLoopback, type NotifyConfig, notifyConfig } from './notify.ts';
import { machineZone } from './place.ts';
import { describe, problem } from './problems.ts';
import { type File, FileSchema, type SiteKeys } from './schema.ts';
import { readSecret } from './secret.ts';
import { type Machine, siteMatch, sitePolicy } from './site.ts';
import { findSounds } from './sounds.ts';

/** Everything that the configuration decides. */
export interface Config {
  /** The file it came from; null: none was found, all is default. */
  file: string | null;
  settings: Settings;
  agi: { listen: Address; allow: string[]; key: string | null };
  /** `asked`: the owner wrote something in the table, so that a port that cannot be had is an error and no guess that failed. */
  esl: { listen: Address; allow: string[]; asked: boolean };
  /** FreeSWITCH's event socket; null when it is not configured. */
  freeswitch: { connect: Address; password: string } | null;
  http: { listen: Address; hosts: string[]; publicUrl: string | null };
  /** Who may lift blocks by telephone, and with which PIN; null: nobody. */
  unblock: { extensions: string[]; pin: string } | null;
  /** Where the PBX's manager interface is; null when it is not configured. */
  ami: { connect: Address; user: string; secret: string } | null;
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

const AGI: Address = { host: '127.0.0.1', port: 4573 };
const HTTP: Address = { host: '127.0.0.1', port: 8580 };
const ESL: Address = { host: '127.0.0.1', port: 8084 };
const FREESWITCH: Address = { host: '127.0.0.1', port: 8021 };
const AMI: Address = { host: '127.0.0.1', port: 5038 };

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

type Complain = (path: string[], what: string) => void;

function build(file: File, name: string | null, env: NodeJS.ProcessEnv, complain: Complain): Config {
  const secret = (table: 'agi' | 'ami' | 'esl' | 'smtp' | 'webhook' | 'unblock', key: string): string | null =>
    attempt(
      () => {
        const keys = (file[table] ?? {}) as Record<string, string | undefined>;
        return readSecret(key, keys[`${key}_file`], keys[`${key}_env`], env);
      },
      null,
      (what) => complain([table], what),
    );
  const address = (
    table: 'agi' | 'http' | 'ami' | 'esl',
    key: string,
    value: string | number | undefined,
    base: Address,
  ) =>
    attempt(
      () => (value === undefined ? base : parseAddress(value, base)),
      base,
      (what) => complain([table, key], what),
    );
  const notify = notifyConfig(file, secret, complain);
  const clear = notify.smtp?.tls === 'none' && !isLoopback(notify.smtp.host);
  return {
    file: name,
    settings: settings(file, env, complain),
    agi: {
      listen: address('agi', 'listen', file.agi?.listen, AGI),
      allow: file.agi?.allow ?? [],
      key: secret('agi', 'key'),
    },
    esl: {
      listen: address('esl', 'listen', file.esl?.listen, ESL),
      allow: file.esl?.allow ?? [],
      asked: Object.keys(file.esl ?? {}).length > 0,
    },
    freeswitch: freeswitch(
      file,
      address('esl', 'connect', file.esl?.connect, FREESWITCH),
      secret('esl', 'password'),
      complain,
    ),
    http: http(file, address('http', 'listen', file.http?.listen, HTTP), complain),
    unblock: file.unblock ? unblock(file.unblock.extensions ?? [], secret('unblock', 'pin'), complain) : null,
    ami: file.ami
      ? {
          connect: address('ami', 'connect', file.ami.connect, AMI),
          ...login(file.ami.user, secret('ami', 'secret'), complain),
        }
      : null,
    geo: { file: file.geo?.file ?? null },
    scan: { ignore: ignored(file.scan?.ignore ?? [], complain) },
    notify,
    cdrFile: file.guard?.cdr_file ?? '/var/log/asterisk/cdr-csv/Master.csv',
    keepDays: file.guard?.keep_days ?? 400,
    notices: clear ? ['[smtp] tls = "none": mail crosses the network in the clear'] : [],
  };
}

function freeswitch(file: File, connect: Address, password: string | null, complain: Complain): Config['freeswitch'] {
  if (password !== null) return { connect, password };
  if (file.esl?.connect !== undefined) complain(['esl'], 'needs password_file or password_env beside connect');
  return null;
}

/** Links in mails lead to `public_url`, so its host is one of ours. */
function http({ http: keys = {} }: File, listen: Address, complain: Complain): Config['http'] {
  const { hosts = [], public_url: url } = keys;
  if (url === undefined) return { listen, hosts, publicUrl: null };
  if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol)) {
    complain(['http', 'public_url'], 'must be an address such as "https://guard.example.org"');
    return { listen, hosts, publicUrl: null };
  }
  return { listen, hosts: [...hosts, new URL(url).hostname], publicUrl: url.replace(/\/+$/, '') };
}

function unblock(extensions: string[], pin: string | null, complain: Complain): Config['unblock'] {
  if (extensions.length === 0) complain(['unblock'], 'needs extensions = ["101"]: who may dial the code');
  if (pin === null || !/^\d{4,20}$/.test(pin)) complain(['unblock'], 'needs pin_file or pin_env with 4 to 20 digits');
  return { extensions, pin: pin ?? '' };
}

function ignored(entries: string[], complain: Complain): string[] {
  addressTest(entries, (entry) =>
    complain(['scan', 'ignore'], `"${entry}" is no address or network such as "203.0.113.7" or "10.0.0.0/8"`),
  );
  return entries;
}

function login(user: string | undefined, secret: string | null, complain: Complain): { user: string; secret: string } {
  if (user === undefined) complain(['ami'], 'needs user = "NAME" as in manager.conf');
  if (secret === null) complain(['ami'], 'needs secret_file or secret_env');
  return { user: user ?? '', secret: secret ?? '' };
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

/** Named sites in their order, then `[site]`, which takes every call that no other matches. */
function sites(file: File, env: NodeJS.ProcessEnv, complain: Complain): Site[] {
  const zone = machineZone(env);
  const machine: Machine = { zone, country: countryForTimeZone(zone) };
  const base: SiteKeys = file.site ?? {};
  const out: Site[] = [];
  for (const [name, own] of Object.entries(file.sites ?? {})) {
    const table = ['sites', name];
    if (!/^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$/.test(name)) complain(table, 'is no name of letters, digits, - and _');
    if (name === 'default') complain(table, 'is what [site] is called; take another name');
    if (own.match === undefined || own.match.length === 0) complain(table, 'needs match = "CONTEXT or 200-299"');
    const policy = sitePolicy(name, inherit(base, own), machine, (key, what) => complain([...table, key], what));
    out.push({ policy, match: siteMatch(own.match ?? []) });
  }
  const rest = sitePolicy('default', base, machine, (key, what) => complain(['site', key], what));
  return [...out, { policy: rest, match: { realms: [], extensions: [] } }];
}

/** A named site has `[site]`'s keys where it has none of its own; what hangs on the country goes only with it. */
function inherit(base: SiteKeys, own: SiteKeys): SiteKeys {
  const { area_code: _area, timezone: _zone, emergency: _emergency, ...anywhere } = base;
  const abroad = own.country !== undefined && own.country !== base.country;
  return { ...(abroad ? anywhere : base), ...own };
}

function attempt<T>(read: () => T, otherwise: T, complain: (what: string) => void): T {
  try {
    return read();
  } catch (error) {
    complain((error as Error).message);
    return otherwise;
  }
}
