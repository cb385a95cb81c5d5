import * as assert from 'uvu/assert';
import { agiServer } from '../support/agi/server.ts';
import { type GuardProcess, startGuard } from '../support/guard.ts';
import { type Lab, startLab } from '../support/lab.ts';
import { warned } from '../support/prompt.ts';
import { suite } from '../support/suite.ts';
import { sleep, until } from '../support/until.ts';

// The guard dies, freezes or says nothing while calls wait for it. National numbers of the fallback list go on, the rest
// does not, and no channel stays.

const test = suite<{ guard: GuardProcess; lab: Lab }>('outage', { timeout: 40_000 });
let fallback = '';

test.before.each(async (ctx) => {
  ctx.guard = await startGuard({ config: '[warning]\ndigit = "5"\n' });
  fallback ||= (await ctx.guard.cli('fallback')).out;
  ctx.lab = await startLab({ agi: ctx.guard.agiPort, fallback });
});
test.after.each(async ({ guard, lab }) => {
  await lab?.close();
  await guard?.stop();
});

test('frozen: the watchdog ends it, national calls reach the trunk within 2 s, no channel stays', async ({
  guard,
  lab,
}) => {
  const warm = await (await lab.phone()).invite('0301234567');
  await warm.final();
  warm.bye();
  guard.signal('SIGSTOP');
  await sleep(300);
  const since = Date.now();
  const calls = await Promise.all(
    ['0301234567', '0301234568', '00447400123456'].map(async (digits, i) =>
      (await lab.phone(String(101 + i))).invite(digits),
    ),
  );
  const statuses = await Promise.all(calls.map((call) => call.final()));
  assert.equal(statuses, [200, 200, 403]);
  const waits = lab.trunk.calls.slice(1).map(({ invitedAt }) => invitedAt - since);
  assert.equal(lab.trunk.dialled().slice(1).sort(), ['0301234567', '0301234568']);
  assert.ok(Math.max(...waits) < 2_000, `${waits} ms`);
  await until('the watchdog to end the guard', guard.gone);
  for (const call of calls.slice(0, 2)) call.bye();
  await lab.pbx.idle();
});

test('frozen with the phone gone: no channel stays', async ({ guard, lab }) => {
  guard.signal('SIGSTOP');
  const call = await (await lab.phone()).invite('0301234567');
  await sleep(200);
  call.cancel();
  await lab.pbx.idle(2_000);
});

test('dead: the fallback list written for the site decides, emergency calls pass, it is said in the log', async ({
  guard,
  lab,
}) => {
  guard.signal('SIGKILL');
  await until('the guard to be gone', guard.gone);
  const phone = await lab.phone();
  for (const [digits, status] of [
    ['110', 200],
    ['112', 200],
    ['0301234567', 200],
    ['015112345678', 200],
    ['08001234567', 200],
    ['09001234567', 403],
    ['00881612345678', 403],
    ['00447400123456', 403],
    ['03012345678901234567', 403],
  ] as const) {
    const call = await phone.invite(digits);
    assert.is(await call.final(), status, digits);
    if (status === 200) call.bye();
  }
  assert.equal(lab.trunk.dialled(), ['110', '112', '0301234567', '015112345678', '08001234567']);
  await lab.pbx.logged(/dialwarden gave no verdict: 00881612345678 .* was refused/);
  await lab.pbx.logged(/dialwarden gave no verdict: 0301234567 .* passed by the fallback list/);
  await lab.pbx.idle();
});

test('killed in the middle of a prompt: the call is refused, and known as a warning after the restart', async ({
  guard,
  lab,
}) => {
  const call = await (await lab.phone()).invite('00447400123456');
  await lab.pbx.logged(/Playing '[^']*you-have-dialled/, 5_000);
  guard.signal('SIGKILL');
  await call.ended(3_000);
  await lab.pbx.idle();
  assert.is(lab.trunk.calls.length, 0);
  const row = (await lab.pbx.cdrs(1))[0]!;
  assert.is(row.dstchannel, '');
  await guard.restart();
  const entry = (await guard.calls())[0]!;
  assert.equal([entry.dialled, entry.verdict, entry.ext], ['00447400123456', 'warn', '101']);
  const again = await (await lab.phone('102')).invite('00447400123456');
  await warned(lab.pbx, '102');
  again.bye();
  assert.is(lab.trunk.calls.length, 0);
});

test('a call that was allowed before a crash is still closed by its end after the restart', async ({ guard, lab }) => {
  const call = await (await lab.phone()).invite('0301234567');
  await call.final();
  guard.signal('SIGKILL');
  await until('the guard to be gone', guard.gone);
  await guard.restart();
  assert.is((await guard.calls())[0]!.state, 'allowed');
  call.bye();
  assert.is((await guard.settled(1))[0]!.state, 'ended');
});

test('a peer that accepts and says nothing keeps nobody: a caller who leaves is let go', async ({ lab }) => {
  const mute = await agiServer(() => 'silent');
  await lab.pbx.setGlobal('DW_AGI', `127.0.0.1:${mute.port}`);
  const call = await (await lab.phone()).invite('0301234567');
  await until('the question', () => mute.requests.length > 0);
  call.cancel();
  await lab.pbx.idle(2_000);
  await mute.close();
});

test.run();
