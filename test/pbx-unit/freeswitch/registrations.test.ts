import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as assert from 'uvu/assert';
import type { Knock } from '../../../src/core/intrusion/knock.ts';
import { createIntrusions } from '../../../src/guard/intrusion.ts';
import type { Report } from '../../../src/guard/ports.ts';
import { gatewayHosts } from '../../../src/pbx/freeswitch/registrations.ts';
import { policy } from '../../support/facts.ts';
import { recordingLog } from '../../support/scripted-guard.ts';
import { suite } from '../../support/suite.ts';
import { until } from '../../support/until.ts';
import { eventSocket, loggedIn } from './event-socket.ts';

// svcrack against 101, and a stranger's INVITE, as FreeSWITCH 1.11.1 told of them on its event socket.

const test = suite('freeswitch registrations');
const recorded = readFileSync(join(import.meta.dirname, 'transcripts/registrations.fs2app.raw'));

async function replayed(count: number): Promise<Knock[]> {
  const { told, say, close } = await loggedIn(await eventSocket());
  say(recorded.subarray(recorded.indexOf('Content-Length')));
  try {
    await until('the events', () => told.knocks.length >= count);
    return told.knocks;
  } finally {
    close();
  }
}

test('questions, wrong passwords and the right one, with address, account, user agent and what was dialled', async () => {
  const knocks = await replayed(9);
  const short = knocks.map(({ what, account, digits }) => `${what} ${account} ${digits ?? ''}`.trim());
  const wrong = ['unanswered 101 101', 'wrong-password 101'];
  assert.equal(short, [
    ...wrong,
    ...wrong,
    ...wrong,
    'unanswered 101 101',
    'accepted 101',
    'unanswered nobody 900972597562518',
  ]);
  assert.ok(
    knocks.every(
      ({ address, userAgent, service }) =>
        address === '192.0.2.9' && userAgent === 'friendly-scanner' && service === 'internal',
    ),
  );
});

test('they make one incident, which becomes critical, and the number is remembered', async () => {
  const reports: Report[] = [];
  const numbers: string[] = [];
  const { log } = recordingLog();
  const intrusions = createIntrusions({
    ledger: { report: async (report) => reports.push(report) },
    book: { save: (_scans, probes) => void numbers.push(...probes.map(({ e164 }) => e164)) },
    exempt: () => false,
    plans: () => [policy().plan],
    log,
  });
  for (const knock of await replayed(9)) intrusions.knock(knock);
  await intrusions.flush();
  assert.equal([...new Set(reports.map(({ key }) => key))], ['192.0.2.9']);
  const critical = reports.find(({ severity }) => severity === 'critical');
  assert.match(critical!.title, 'The password of 101 was found by 192.0.2.9');
  assert.equal(numbers, ['+972597562518']);
});

test('the hosts of gateways', async () => {
  const xml =
    '<gateways><gateway><name>a</name><proxy>sip:sip.example.com:5060</proxy></gateway><gateway><proxy>sips:[2001:db8::5];transport=tls</proxy><from>sip:x@y</from></gateway></gateways>';
  assert.equal(await gatewayHosts({ api: async () => xml }), ['sip.example.com', '2001:db8::5']);
});

test.run();
