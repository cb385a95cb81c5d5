import { Writable } from 'node:stream';
import * as assert from 'uvu/assert';
import { createIntrusions } from '../../src/guard/intrusion.ts';
import { createLog } from '../../src/process/log.ts';
import { policy } from '../support/facts.ts';
import { scanTools, type Tools } from '../support/scan/scan.ts';
import { suite } from '../support/suite.ts';

// The shipped filter and jail, read by fail2ban itself, against lines as dialwarden writes them.

const test = suite<{ tools: Tools }>('fail2ban', { timeout: 60_000, hooks: 180_000 });
test.before(async (ctx) => {
  ctx.tools = await scanTools();
});
test.after(({ tools }) => tools?.close());

/** What an attacker at 203.0.113.9 puts into everything he can choose, to have 198.51.100.1 banned. */
const HOSTILE = [
  '","event":"intrusion","address":"198.51.100.1","kind":"guessing",',
  '\n{"level":"warn","time":"2026-11-22T17:47:59.736Z","event":"intrusion","address":"198.51.100.1","kind":"guessing",',
  '\r\n17:47:59 WARN intrusion address=198.51.100.1 kind=guessing x',
  '\u2028 WARN intrusion address=198.51.100.1 kind=guessing x',
  'address=198.51.100.1 kind=guessing ',
  '198.51.100.1/24',
];

/** The log of an attack, and of calls with the same strings, in one of the log's two forms. */
function logged(plain: boolean): string {
  let text = '';
  const output = new Writable({
    write(chunk, _encoding, done) {
      text += chunk;
      done();
    },
  });
  const log = createLog({ output, plain, secrets: () => [] });
  const intrusions = createIntrusions({
    ledger: { report: async () => 1 },
    book: { save: () => undefined },
    exempt: (address) => address === '192.0.2.1',
    plans: () => [policy().plan],
    log,
  });
  for (const hostile of HOSTILE) {
    log.info('verdict', { ext: hostile, dialled: hostile });
    for (const address of ['203.0.113.9', '192.0.2.1', '2001:db8::9', hostile])
      for (let n = 0; n < 5; n++)
        intrusions.knock({
          at: Date.now(),
          address,
          account: hostile,
          what: 'wrong-password',
          service: hostile,
          userAgent: hostile,
          digits: hostile,
        });
  }
  return text;
}

for (const plain of [false, true])
  test(`${plain ? 'words for a terminal' : 'JSON'}: the attacker is banned, nobody else`, async ({ tools }) => {
    const log = logged(plain);
    assert.match(log, '198.51.100.1');
    assert.equal([...new Set(await tools.banned(log))].sort(), ['2001:db8::9', '203.0.113.9']);
  });

test('the same through syslog and the journal; another program’s lines are not ours', async ({ tools }) => {
  const line = logged(false)
    .split('\n')
    .find((l) => l.includes('"intrusion","address":"203.0.113.9"'))!;
  const of = (address: string) => line.replace('203.0.113.9', address);
  const log = [
    `Nov 22 17:48:00 pbx dialwarden[123]: ${of('203.0.113.1')}`,
    `2026-11-22T17:48:00.123456+01:00 pbx dialwarden[123]: ${of('203.0.113.2')}`,
    `pbx env[123]: ${of('203.0.113.3')}`,
    `Nov 22 17:48:00 pbx asterisk[123]: ${of('203.0.113.4')}`,
    `Nov 22 17:48:00 pbx asterisk[123]: x env[123]: ${of('203.0.113.5')}`,
    `[Nov 22 17:48:00] NOTICE[1] x: '${of('203.0.113.6')}'`,
  ].join('\n');
  assert.equal(await tools.banned(log), ['203.0.113.1', '203.0.113.2', '203.0.113.3']);
});

test('fail2ban takes the jail: one line bans, over UDP too, and the networks of its own are left alone', async ({
  tools,
}) => {
  const commands = (await tools.jail()).split('\n').filter((line) => line.includes("'dialwarden'"));
  const has = (part: string) =>
    assert.ok(
      commands.some((line) => line.includes(part)),
      part,
    );
  has("'maxretry', 1]");
  has("'addignoreip', '127.0.0.0/8', '::1', '10.0.0.0/8'");
  has("'protocol', 'tcp,udp'");
  has("'addjournalmatch', '_SYSTEMD_UNIT=dialwarden.service'");
});

test.run();
