import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { formatAddress } from '../config/address.ts';
import type { Config } from '../config/load.ts';
import { connectInbound } from '../pbx/freeswitch/inbound.ts';
import type { Finding } from './doctor.ts';
import { firstReply, letsIn, readable, SILENT } from './probe.ts';

/** Where packages and FusionPBX put the configuration, and where a build from source does. */
const CONFS = ['/etc/freeswitch', '/usr/local/freeswitch/conf'];
const ASKS = 'XML dialwarden@pbx';
const IN_DATABASE = 'FusionPBX has its entries in the database: see its Dialplan Manager';

/** As FreeSWITCH's `socket` application connects; the guard speaks first, and a peer that leaves then was no call. */
async function eslCheck({ listen }: Config['esl']): Promise<Finding> {
  const at = formatAddress(listen);
  const reply = await firstReply(listen, '');
  if (reply?.startsWith('connect\n')) return { check: 'ESL', state: 'ok', text: `answers on ${at}` };
  const text =
    reply === null
      ? `no answer on ${at}: start the guard (systemctl start dialwarden)`
      : `${at} is not the guard, or this machine is not in [esl] allow`;
  return { check: 'ESL', state: reply === null ? 'fail' : 'warn', text };
}

async function eventSocketCheck(freeswitch: Config['freeswitch']): Promise<Finding> {
  const check = 'event socket';
  if (freeswitch === null) {
    const text = 'not configured: calls hold their money until their cap, blocks end none; see password_file of [esl]';
    return { check, state: 'warn', text };
  }
  const { connect, password } = freeswitch;
  const at = formatAddress(connect);
  if (await letsIn(connectInbound({ ...connect, password, log: SILENT }, [], () => undefined)))
    return { check, state: 'ok', text: `FreeSWITCH on ${at} lets the guard in` };
  return { check, state: 'fail', text: `${at} does not let the guard in: compare [esl] with event_socket.conf.xml` };
}

const uncommented = (xml: string): string => xml.replace(/<!--.*?-->/gs, '');

function included(dialplan: string): Finding {
  const check = 'FreeSWITCH dialplan';
  if (!existsSync(join(dialplan, 'dialwarden.xml')))
    return { check, state: 'warn', text: `there is no ${dialplan}/dialwarden.xml (dialplan/freeswitch/README.md)` };
  const files = readdirSync(dialplan, { recursive: true, encoding: 'utf8' }).filter(
    (name) => name.endsWith('.xml') && name !== 'dialwarden.xml' && !name.startsWith('dialwarden/'),
  );
  const texts = files.map((name) => readable(join(dialplan, name)));
  if (texts.some((text) => text !== null && uncommented(text).includes(ASKS)))
    return { check, state: 'ok', text: `${dialplan} asks the guard` };
  const text = texts.includes(null)
    ? `cannot read all of ${dialplan}: run doctor as root`
    : `no other file of ${dialplan} asks the guard (00_dialwarden.xml); ${IN_DATABASE}`;
  return { check, state: 'warn', text };
}

function fallback(dialplan: string): Finding {
  const check = 'FreeSWITCH fallback';
  const file = join(dialplan, 'dialwarden', 'site.xml');
  if (uncommented(readable(file) ?? '').includes('dialwarden_fallback_site'))
    return { check, state: 'ok', text: 'the fallback list is in place' };
  const what = 'with the guard dead nothing but emergency calls would pass';
  return { check, state: 'warn', text: `${what}: dialwarden fallback freeswitch > ${file}` };
}

/** Whether a FreeSWITCH is on this machine, or configured. */
export const freeswitchThere = ({ esl, freeswitch }: Config, confs = CONFS): boolean =>
  esl.asked || freeswitch !== null || confs.some((conf) => existsSync(conf));

/** Whether FreeSWITCH reaches the guard and the guard FreeSWITCH; its files are looked at where they are on this machine. */
export async function freeswitchChecks({ esl, freeswitch }: Config, confs = CONFS): Promise<Finding[]> {
  const dialplans = confs.map((conf) => join(conf, 'dialplan')).filter((dialplan) => existsSync(dialplan));
  const files = dialplans.flatMap((dialplan) => [included(dialplan), fallback(dialplan)]);
  return [...(await Promise.all([eslCheck(esl), eventSocketCheck(freeswitch)])), ...files];
}
