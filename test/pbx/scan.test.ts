import { appendFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as assert from 'uvu/assert';
import { type GuardProcess, type IncidentLine, startGuard } from '../support/guard.ts';
import { type Lab, OUTBOUND, startLab } from '../support/lab.ts';
import { scanTools, type Tools } from '../support/scan/scan.ts';
import { agent } from '../support/sip/agent.ts';
import { suite } from '../support/suite.ts';
import { until } from '../support/until.ts';

// sipvicious, as Debian has it, against Asterisk: what it does becomes an incident and a line that fail2ban bans by.

const test = suite<{ guard: GuardProcess; lab: Lab; tools: Tools }>('scans', { timeout: 40_000 });

test.before(async (ctx) => {
  ctx.tools = await scanTools();
  ctx.lab = await startLab({
    agi: 9,
    dialplan: `${OUTBOUND}[strangers]\nexten => _X.,1,Wait(1)\n same => n,Hangup()\n`,
  });
  ctx.guard = await startGuard({ amiPort: ctx.lab.pbx.amiPort, config: '[scan]\nignore = ["127.0.0.40"]\n' });
  await until('AMI', () => ctx.guard.output().includes('ami connected'));
});
test.after(async ({ guard, lab, tools }) => {
  await guard?.stop();
  await lab?.close();
  tools?.close();
});

const attacks = async (guard: GuardProcess): Promise<IncidentLine[]> =>
  (await guard.incidents()).filter(({ kind }) => kind === 'intrusion');

const incidentOf = (guard: GuardProcess, address: string): Promise<IncidentLine> =>
  until(
    `the incident of ${address}`,
    async () => (await attacks(guard)).find(({ evidence }) => evidence.address === address) ?? null,
    15_000,
  );

const said = (guard: GuardProcess, address: string) =>
  until(`the line about ${address}`, () => guard.output().includes(`"${address}"`), 10_000);

test('accounts tried one after another: one incident, and a ban', async ({ guard, lab, tools }) => {
  const to = ['127.0.0.1', '-p', String(lab.pbx.sipPort)];
  // It asks for an account of its own making first, so that two runs try four.
  for (const ext of [900, 901]) await tools.scan('svwar', '127.0.0.21', '--force', `-e${ext}`, ...to);
  const { severity, title, evidence } = await incidentOf(guard, '127.0.0.21');
  assert.equal([severity, evidence.what], ['warning', 'enumeration']);
  assert.match(title, '127.0.0.21');
  assert.ok((await tools.banned(guard.output())).includes('127.0.0.21'));
  assert.is((await attacks(guard)).filter(({ evidence: e }) => e.address === '127.0.0.21').length, 1);
});

test('svcrack finds a password: critical, naming the account, in the same incident', async ({ guard, lab, tools }) => {
  const to = ['127.0.0.1', '-p', String(lab.pbx.sipPort)];
  const words = join(lab.pbx.dir, 'words');
  writeFileSync(words, ['101', '1234', 'secret', 'password', 'letmein', 'pw101'].join('\n'));
  await tools.scan('svcrack', '127.0.0.22', '-u101', '-d', words, ...to);
  const { severity, evidence } = await incidentOf(guard, '127.0.0.22');
  assert.equal([severity, evidence.what, evidence.account], ['critical', 'break-in', '101']);
  assert.ok((await tools.banned(guard.output())).includes('127.0.0.22'));
});

test('a wrong password three times, then the right one: critical', async ({ guard, lab, tools }) => {
  for (const password of ['a', 'b', 'c', 'pw102']) {
    const phone = await agent({ user: '102', password, server: lab.pbx.sipPort, address: '127.0.0.23' });
    await (await phone.invite('12')).final();
    await phone.close();
  }
  const { severity, title, evidence } = await incidentOf(guard, '127.0.0.23');
  assert.equal([severity, evidence.what, evidence.account], ['critical', 'break-in', '102']);
  assert.match(title, /password of 102 was found by 127\.0\.0\.23/);
  assert.not.ok((await tools.banned(guard.output())).includes('127.0.0.23'), 'its owner may have mistyped it');
});

test('numbers that a stranger put into his INVITEs are questioned for everyone', async ({ guard, lab, tools }) => {
  const to = ['127.0.0.1', '-p', String(lab.pbx.sipPort)];
  for (const number of ['900972597562518', '9011972597562519'])
    await tools.scan('svwar', '127.0.0.24', '--force', '-m', 'INVITE', `-e${number}`, ...to);
  assert.is((await incidentOf(guard, '127.0.0.24')).evidence.what, 'probing');
  const { out } = await guard.cli('check', '103', '00972597562577', '--json');
  assert.ok(JSON.parse(out).reasons.includes('probed_number'), out);
});

test('a guest who dials abroad is known by the first call', async ({ guard, lab }) => {
  appendFileSync(
    join(lab.pbx.dir, 'etc/pjsip.conf'),
    '\n[anonymous](endpoint)\ncontext = strangers\nallow = ulaw\n[global](+)\nendpoint_identifier_order = username,anonymous\n',
  );
  for (const action of ['load res_pjsip_endpoint_identifier_anonymous.so', 'reload res_pjsip.so'])
    await lab.pbx.cli(`module ${action}`);
  const guest = await agent({ user: 'guest', server: lab.pbx.sipPort, address: '127.0.0.25' });
  await guest.invite('9011252615550177', { headers: [['User-Agent', 'sipcli/v1.8']] });
  const { evidence } = await incidentOf(guard, '127.0.0.25');
  await guest.close();
  assert.is(evidence.what, 'scanner');
  const { out } = await guard.cli('check', '103', '00252615550100', '--json');
  assert.ok(JSON.parse(out).reasons.includes('probed_number'), out);
});

test('what the owner lists and the PBX itself are never told to a firewall', async ({ guard, lab, tools }) => {
  const to = ['127.0.0.1', '-p', String(lab.pbx.sipPort)];
  const left = ['127.0.0.40', '127.0.0.1'];
  await Promise.all(left.map((from) => tools.scan('svcrack', from, '-u103', '-r1-9', ...to)));
  for (const from of left) {
    await said(guard, from);
    assert.is((await incidentOf(guard, from)).evidence.exempt, 1);
  }
  const banned = await tools.banned(guard.output());
  assert.not.ok(
    banned.some((address) => left.includes(address)),
    `${banned}`,
  );
});

test.run();
