import { get } from 'node:http';
import { createConnection } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Address, formatAddress } from '../config/address.ts';
import type { Config } from '../config/load.ts';
import { connectAmi } from '../pbx/asterisk/ami-connection.ts';
import type { Finding } from './doctor.ts';

const PATIENCE_MS = 2_000;
const SILENT = { info: () => undefined, warn: () => undefined, error: () => undefined };

/** A session as Asterisk opens one, for a script that the guard has not: it answers that, and touches no call. */
const knock = (key: string | null): string =>
  `agi_network: yes\nagi_network_script: doctor\nagi_request: agi://127.0.0.1/doctor\nagi_uniqueid: doctor\n${key ? `agi_arg_1: key=${key}\n` : ''}\n`;

/** The first bytes that come back for `said`: empty where the peer hangs up at once, null where nobody answers in time. */
function firstReply({ host, port }: Address, said: string): Promise<string | null> {
  return new Promise((resolve) => {
    const socket = createConnection({ host, port, timeout: PATIENCE_MS }, () => socket.write(said));
    const end = (reply: string | null) => {
      resolve(reply);
      socket.destroy();
    };
    socket.once('data', (data) => end(data.toString()));
    socket.once('end', () => end(''));
    for (const event of ['error', 'timeout'] as const) socket.once(event, () => end(null));
  });
}

function healthOf({ host, port }: Address): Promise<{ status: string; ledger?: string } | null> {
  return new Promise((resolve) => {
    const request = get({ host, port, path: '/healthz', timeout: PATIENCE_MS }, (response) => {
      let body = '';
      response.on('data', (chunk) => {
        body += chunk;
      });
      response.on('end', () => resolve(parsed(body)));
    });
    request.on('timeout', () => request.destroy());
    request.on('error', () => resolve(null));
  });
}

function parsed(body: string): { status: string; ledger?: string } | null {
  try {
    return JSON.parse(body);
  } catch {
    return null;
  }
}

async function agiCheck({ listen, key }: Config['agi']): Promise<Finding> {
  const at = formatAddress(listen);
  const reply = await firstReply(listen, knock(key));
  if (reply) return { check: 'FastAGI', state: 'ok', text: `answers on ${at}` };
  if (reply === '') {
    return {
      check: 'FastAGI',
      state: 'warn',
      text: `${at} hangs up on this machine: it is not in [agi] allow, or the guard has another key`,
    };
  }
  return { check: 'FastAGI', state: 'fail', text: `no answer on ${at}: start the guard (systemctl start dialwarden)` };
}

async function healthCheck({ listen }: Config['http']): Promise<Finding> {
  const at = formatAddress(listen);
  const health = await healthOf(listen);
  if (health?.status === 'ok') return { check: 'guard', state: 'ok', text: `http://${at}/healthz says it is well` };
  const why = health ? (health.ledger ?? health.status) : `no answer on ${at}`;
  return { check: 'guard', state: 'fail', text: `${why}: see its log (journalctl -u dialwarden)` };
}

async function amiCheck(ami: Config['ami']): Promise<Finding> {
  if (ami === null) {
    const text = 'AMI is not configured: calls whose end nobody reports hold their money until their cap; see [ami]';
    return { check: 'PBX', state: 'warn', text };
  }
  const { connect, user, secret } = ami;
  const connection = connectAmi({ ...connect, user, secret, log: SILENT });
  try {
    for (const end = Date.now() + PATIENCE_MS; Date.now() < end && !connection.connected(); ) await sleep(50);
    if (connection.connected())
      return { check: 'PBX', state: 'ok', text: `AMI on ${formatAddress(connect)} lets ${user} in` };
    const text = `AMI on ${formatAddress(connect)} does not let ${user} in: compare [ami] with manager.conf`;
    return { check: 'PBX', state: 'fail', text };
  } finally {
    connection.close();
  }
}

/** Whether the guard answers and reaches its PBX. */
export const guardChecks = (config: Config): Promise<Finding[]> =>
  Promise.all([agiCheck(config.agi), healthCheck(config.http), amiCheck(config.ami)]);
