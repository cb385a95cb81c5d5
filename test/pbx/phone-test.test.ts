import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as assert from 'uvu/assert';
import { TEST_CODE } from '../../src/pbx/asterisk/phone-test.ts';
import { cli, scratch } from '../support/cli.ts';
import { type Lab, OUTBOUND, startLab } from '../support/lab.ts';
import { freeTcpPort } from '../support/ports.ts';
import type { Agent } from '../support/sip/agent.ts';
import type { Call } from '../support/sip/call.ts';
import { suite } from '../support/suite.ts';

// `dialwarden doctor --prompt` against phones on a real Asterisk: their users press keys, and dial the code.
// The lab's two trunks have a contact each without registering, so they stand in for phones.

interface Context {
  lab: Lab;
  dir: string;
  remove(): void;
}
const test = suite<Context>('phone test', { timeout: 60_000 });

test.before(async (ctx) => {
  Object.assign(ctx, scratch());
  ctx.lab = await startLab({
    agi: await freeTcpPort(),
    dialplan: `${OUTBOUND}\n[from-trunk]\ninclude => dialwarden-phone\n`,
  });
  configure(ctx.dir, ctx.lab.pbx.amiPort, 'test');
});
test.after(async ({ lab, remove }) => {
  await lab?.close();
  remove?.();
});
test.before.each(({ lab }) => lab.quiet());

function configure(dir: string, port: number, secret: string): void {
  const ami = `[ami]\nconnect = "127.0.0.1:${port}"\nuser = "test"\nsecret_env = "SECRET"\n`;
  writeFileSync(join(dir, 'dialwarden.toml'), `[site]\ncountry = "DE"\n${secret === '' ? '' : ami}`);
}

const doctor = (dir: string, argv: string[], secret = 'test') =>
  cli(dir, ['doctor', '--config', join(dir, 'dialwarden.toml'), '--prompt', ...argv], { SECRET: secret });

/** What a person does who is called: presses a key, lets the phone be sent back, and presses another. */
async function person(phone: Agent, keys: [answered: string, early: string]): Promise<Call[]> {
  const call = await phone.next(20_000);
  await call.spoken();
  await call.media.press(keys[0]);
  await call.ended();
  const back = await phone.invite(TEST_CODE);
  await back.spoken();
  await back.media.press(keys[1]);
  await back.final(20_000);
  return [call, back];
}

test('keys that arrive before the answer too: answer = false would do', async ({ lab, dir }) => {
  const [ran, [call, back]] = await Promise.all([doctor(dir, ['trunk']), person(lab.trunk, ['5', '5'])]);
  assert.equal([ran.status, ran.err.split(':')[0]], [0, 'Calling trunk']);
  assert.match(ran.out, /ok +after answer +the key arrived/);
  assert.match(ran.out, /ok +early media +the key arrived/);
  assert.match(ran.out, 'answer = false would do');
  assert.equal([call!.seconds > 1, back!.statuses.includes(183), back!.answeredAt], [true, true, 0]);
});

test('keys that arrive after the answer only: answer = true', async ({ lab, dir }) => {
  const [ran] = await Promise.all([doctor(dir, ['backup', '--json']), person(lab.backup, ['5', ''])]);
  assert.equal(ran.json, [{ phone: 'backup', answered: true, early: false, answer: true }]);
});

test('without AMI, with a wrong secret, and for a phone that is not there: says so', async ({ lab, dir }) => {
  assert.match((await doctor(dir, ['104'])).err, /104 cannot be called: .*not registered/);
  assert.match((await doctor(dir, ['104'], 'wrong')).err, 'compare [ami] with manager.conf');
  assert.is((await doctor(dir, ['10 4'])).status, 2);
  configure(dir, lab.pbx.amiPort, '');
  const none = await doctor(dir, ['104']);
  assert.equal([none.status, /configure \[ami\]/.test(none.err)], [1, true]);
});

test.run();
