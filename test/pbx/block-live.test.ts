import * as assert from 'uvu/assert';
import { type GuardProcess, startGuard } from '../support/guard.ts';
import { type Lab, startLab } from '../support/lab.ts';
import { freeTcpPort } from '../support/ports.ts';
import { suite } from '../support/suite.ts';
import { sleep } from '../support/until.ts';

// A block made while a call is up, on a real Asterisk.

const test = suite<{ guard: GuardProcess; lab: Lab }>('blocking a live call', { timeout: 40_000 });

test.before(async (ctx) => {
  const agiPort = await freeTcpPort();
  ctx.lab = await startLab({ agi: agiPort });
  ctx.guard = await startGuard({ agiPort, amiPort: ctx.lab.pbx.amiPort });
});
test.after(async ({ guard, lab }) => {
  await lab?.close();
  await guard?.stop();
});

test('its running call abroad ends within a second, its national call goes on', async ({ guard, lab }) => {
  await guard.run('confirm', 'add', '101', '+33612345678');
  const phone = await lab.phone();
  const abroad = await phone.invite('0033612345678');
  assert.is(await abroad.final(), 200);
  const far = lab.trunk.last();
  const home = await phone.invite('0301234567');
  assert.is(await home.final(), 200);
  await sleep(1_000);
  await guard.run('block', '101', '--why', 'password stolen');
  const blocked = Date.now();
  await far.ended();
  const after = far.endedAt - blocked;
  assert.ok(after < 1_000, `ended ${after} ms after the block`);
  await abroad.ended();
  await sleep(700);
  assert.is(home.endedAt, 0);
  home.bye();
  await guard.settled(2);
  const [call] = (await guard.calls()).filter((c) => c.dialled === '0033612345678');
  assert.is(call!.state, 'ended');
  assert.match(guard.output(), /blocked call ended/);
});

test.run();
