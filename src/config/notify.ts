import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { SEVERITIES, type Severity } from '../guard/outbox.ts';
import { parseAddress } from './address.ts';
import type { Complain } from './problems.ts';
import type { File } from './schema.ts';
import type { Secret } from './secret.ts';

/** Who is told of incidents, and how. Each part is null when it is not configured. */
export interface NotifyConfig {
  smtp: {
    host: string;
    port: number;
    tls: 'starttls' | 'tls' | 'none';
    login: { user: string; password: string } | null;
    ca: string | null;
    from: string;
    /** Addresses by the severity from which on they get mail. */
    to: { fromSeverity: Severity; to: string[] }[];
  } | null;
  webhook: { url: string; secret: string | null; fromSeverity: Severity } | null;
  syslog: {
    host: string;
    port: number;
    facility: NonNullable<NonNullable<File['syslog']>['facility']>;
    fromSeverity: Severity;
  } | null;
}

const PORTS = { starttls: 587, tls: 465, none: 25 };
export const isLoopback = (host: string): boolean => /^(localhost|127\.[\d.]+|::1)$/.test(host);
const MAIL = /^[^\s@<>,;]+@[^\s@<>,;]+$/;

/** Reads `[smtp]`, `[webhook]` and `[syslog]`. */
export function notifyConfig(file: File, secret: Secret, complain: Complain): NotifyConfig {
  return {
    smtp: file.smtp ? smtp(file.smtp, secret('smtp', 'password'), complain) : null,
    webhook: file.webhook ? webhook(file.webhook, secret('webhook', 'secret'), complain) : null,
    syslog: file.syslog ? syslog(file.syslog, complain) : null,
  };
}

function smtp(keys: NonNullable<File['smtp']>, password: string | null, complain: Complain): NotifyConfig['smtp'] {
  const { host = 'localhost', user, ca_file: caFile } = keys;
  const tls = keys.tls ?? (isLoopback(host) ? 'none' : 'starttls');
  if ((user === undefined) !== (password === null)) {
    complain(['smtp'], 'needs both user and password_file (or password_env), or neither');
  }
  if (user !== undefined && tls === 'none' && !isLoopback(host)) {
    complain(['smtp', 'tls'], 'would send the password in the clear; use "starttls" or "tls"');
  }
  const from = keys.from ?? `dialwarden@${hostname()}`;
  if (!MAIL.test(from)) complain(['smtp', 'from'], 'must be a mail address');
  return {
    host,
    port: keys.port ?? PORTS[tls],
    tls,
    login: user !== undefined && password !== null ? { user, password } : null,
    ca: caFile === undefined ? null : pem(caFile, complain),
    from,
    to: recipients(keys, complain),
  };
}

function pem(path: string, complain: Complain): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    complain(['smtp', 'ca_file'], `cannot be read (${(error as NodeJS.ErrnoException).code})`);
    return null;
  }
}

/** `to = ["a@x"]` for all from `from_severity` on, or `to = { "a@x" = "info", "b@x" = "critical" }`. */
function recipients(keys: NonNullable<File['smtp']>, complain: Complain): { fromSeverity: Severity; to: string[] }[] {
  const { to = [], from_severity: floor = 'warning' } = keys;
  const wanted = Array.isArray(to) ? to.map((address) => [address, floor] as const) : Object.entries(to);
  if (wanted.length === 0) complain(['smtp'], 'needs to = "ADDRESS": who gets the mail');
  for (const [address] of wanted) if (!MAIL.test(address)) complain(['smtp', 'to'], `"${address}" is no mail address`);
  return SEVERITIES.map((severity) => ({
    fromSeverity: severity,
    to: wanted.filter(([, from]) => from === severity).map(([address]) => address),
  })).filter((group) => group.to.length > 0);
}

function webhook(
  { url, from_severity: fromSeverity = 'warning' }: NonNullable<File['webhook']>,
  secret: string | null,
  complain: Complain,
): NotifyConfig['webhook'] {
  const protocol = url !== undefined && URL.canParse(url) ? new URL(url).protocol : '';
  if (protocol !== 'https:' && protocol !== 'http:') complain(['webhook'], 'needs url = "https://..."');
  if (protocol !== '' && new URL(url!).password !== '')
    complain(['webhook', 'url'], 'holds a password: use secret_file');
  return { url: url ?? '', secret, fromSeverity };
}

function syslog(
  { address, facility = 'local0', from_severity: fromSeverity = 'warning' }: NonNullable<File['syslog']>,
  complain: Complain,
): NotifyConfig['syslog'] {
  const base = { host: '127.0.0.1', port: 514 };
  try {
    return { ...parseAddress(address ?? 514, base), facility, fromSeverity };
  } catch (error) {
    complain(['syslog', 'address'], (error as Error).message);
    return { ...base, facility, fromSeverity };
  }
}
