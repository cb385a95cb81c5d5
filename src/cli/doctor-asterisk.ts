import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { formatAddress } from '../config/address.ts';
import type { Config } from '../config/load.ts';
import { connectAmi } from '../pbx/asterisk/ami-connection.ts';
import type { Finding } from './doctor.ts';
import { firstReply, letsIn, readable, SILENT } from './probe.ts';

const ETC = '/etc/asterisk';
const INCLUDE = /^\s*#(?:try)?include\s+.*(?:dialwarden\.conf|freepbx1[67]\.conf)/m;
const RULE = /^\s*exten\s*=>?/m;

/** A session as Asterisk opens one, for a script of the doctor's own: the guard says that it is there, and no call is touched. */
const knock = (key: string | null): string =>
  `agi_network: yes\nagi_network_script: doctor\nagi_request: agi://127.0.0.1/doctor\nagi_uniqueid: doctor\n${key ? `agi_arg_1: key=${key}\n` : ''}\n`;

async function agiCheck({ listen, key }: Config['agi']): Promise<Finding> {
  const at = formatAddress(listen);
  const reply = await firstReply(listen, knock(key));
  if (reply?.includes('dialwarden')) return { check: 'FastAGI', state: 'ok', text: `answers on ${at}` };
  if (reply) return { check: 'FastAGI', state: 'fail', text: `another program answers on ${at}` };
  if (reply === '') {
    return {
      check: 'FastAGI',
      state: 'warn',
      text: `${at} hangs up on this machine: it is not in [agi] allow, or the guard has another key`,
    };
  }
  return { check: 'FastAGI', state: 'fail', text: `no answer on ${at}: start the guard (systemctl start dialwarden)` };
}

async function amiCheck(ami: Config['ami']): Promise<Finding> {
  if (ami === null) {
    const text = 'AMI is not configured: calls whose end nobody reports hold their money until their cap; see [ami]';
    return { check: 'PBX', state: 'warn', text };
  }
  const { connect, user, secret } = ami;
  if (await letsIn(connectAmi({ ...connect, user, secret, log: SILENT })))
    return { check: 'PBX', state: 'ok', text: `AMI on ${formatAddress(connect)} lets ${user} in` };
  const text = `AMI on ${formatAddress(connect)} does not let ${user} in: compare [ami] with manager.conf`;
  return { check: 'PBX', state: 'fail', text };
}

function included(etc: string): Finding {
  const files = readdirSync(etc).filter((name) => /^extensions.*\.conf$/.test(name));
  const texts = files.map((name) => readable(join(etc, name)));
  if (texts.some((text) => text !== null && INCLUDE.test(text))) {
    return { check: 'dialplan', state: 'ok', text: `${etc} includes the guard` };
  }
  const why = texts.includes(null)
    ? `cannot read all of ${etc}/extensions*.conf: run doctor as root`
    : `no file of ${etc}/extensions*.conf includes dialwarden.conf`;
  return { check: 'dialplan', state: 'warn', text: why };
}

function fallback(etc: string): Finding {
  const text = readable(join(etc, 'dialwarden-fallback.conf'));
  if (text !== null && RULE.test(text))
    return { check: 'fallback', state: 'ok', text: 'the fallback list is in place' };
  const what = 'with the guard dead nothing but emergency calls would pass';
  return {
    check: 'fallback',
    state: 'warn',
    text: `${what}: dialwarden fallback > ${join(etc, 'dialwarden-fallback.conf')}`,
  };
}

/** Whether an Asterisk is on this machine, or configured. */
export const asteriskThere = ({ ami }: Config, etc = ETC): boolean => ami !== null || existsSync(etc);

/** Whether Asterisk reaches the guard and the guard Asterisk; its files are looked at where they are on this machine. */
export async function asteriskChecks({ agi, ami }: Config, etc = ETC): Promise<Finding[]> {
  const files = existsSync(etc) ? [included(etc), fallback(etc)] : [];
  return [...(await Promise.all([agiCheck(agi), amiCheck(ami)])), ...files];
}
