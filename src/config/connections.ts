import { type Address, addressList, hostList, parseAddress } from './address.ts';
import { attempt, type Complain } from './problems.ts';
import type { File } from './schema.ts';
import type { Secret } from './secret.ts';

/** Where the guard listens, where it connects to, and whom it lets in. */
export interface Connections {
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
}

const AGI: Address = { host: '127.0.0.1', port: 4573 };
const HTTP: Address = { host: '127.0.0.1', port: 8580 };
const ESL: Address = { host: '127.0.0.1', port: 8084 };
const FREESWITCH: Address = { host: '127.0.0.1', port: 8021 };
const AMI: Address = { host: '127.0.0.1', port: 5038 };

/** Reads `[agi]`, `[esl]`, `[http]`, `[unblock]` and `[ami]`. */
export function connections(file: File, secret: Secret, complain: Complain): Connections {
  const { agi, esl, ami } = file;
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
  const allow = (table: 'agi' | 'esl') =>
    addressList(file[table]?.allow ?? [], (what) => complain([table, 'allow'], what));
  return {
    agi: { listen: address('agi', 'listen', agi?.listen, AGI), allow: allow('agi'), key: secret('agi', 'key') },
    esl: {
      listen: address('esl', 'listen', esl?.listen, ESL),
      allow: allow('esl'),
      asked: Object.keys(esl ?? {}).length > 0,
    },
    freeswitch: freeswitch(
      file,
      address('esl', 'connect', esl?.connect, FREESWITCH),
      secret('esl', 'password'),
      complain,
    ),
    http: http(file, address('http', 'listen', file.http?.listen, HTTP), complain),
    unblock: file.unblock ? unblock(file.unblock.extensions ?? [], secret('unblock', 'pin'), complain) : null,
    ami: ami
      ? { connect: address('ami', 'connect', ami.connect, AMI), ...login(ami.user, secret('ami', 'secret'), complain) }
      : null,
  };
}

function freeswitch(
  file: File,
  connect: Address,
  password: string | null,
  complain: Complain,
): Connections['freeswitch'] {
  if (password !== null) return { connect, password };
  if (file.esl?.connect !== undefined) complain(['esl'], 'needs password_file or password_env beside connect');
  return null;
}

/** Links in mails lead to `public_url`, so its host is one of ours. */
function http({ http: keys = {} }: File, listen: Address, complain: Complain): Connections['http'] {
  const { public_url: url } = keys;
  const hosts = hostList(keys.hosts ?? [], (what) => complain(['http', 'hosts'], what));
  if (url === undefined) return { listen, hosts, publicUrl: null };
  if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol)) {
    complain(['http', 'public_url'], 'must be an address such as "https://guard.example.org"');
    return { listen, hosts, publicUrl: null };
  }
  return { listen, hosts: [...hosts, new URL(url).hostname], publicUrl: url.replace(/\/+$/, '') };
}

function unblock(extensions: string[], pin: string | null, complain: Complain): Connections['unblock'] {
  if (extensions.length === 0) complain(['unblock'], 'needs extensions = ["101"]: who may dial the code');
  if (pin === null || !/^\d{4,20}$/.test(pin)) complain(['unblock'], 'needs pin_file or pin_env with 4 to 20 digits');
  return { extensions, pin: pin ?? '' };
}

function login(user: string | undefined, secret: string | null, complain: Complain): { user: string; secret: string } {
  if (user === undefined) complain(['ami'], 'needs user = "NAME" as in manager.conf');
  if (secret === null) complain(['ami'], 'needs secret_file or secret_env');
  return { user: user ?? '', secret: secret ?? '' };
}
