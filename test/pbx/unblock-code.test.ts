import * as assert from 'uvu/assert';
import { type GuardProcess, startGuard } from '../support/guard.ts';
import { type Lab, OUTBOUND, startLab } from '../support/lab.ts';
import { suite } from '../support/suite.ts';
import { sleep, until } from '../support/until.ts';

// The feature code that lifts a block, dialled from a phone on a real Asterisk.

const test = suite<{ guard: GuardProcess; lab: Lab }>('unblocking by telephone', { timeout: 60_000 });

test.before(async (ctx) => {
  ctx.guard = await startGuard({
    config: '[unblock]\nextensions = ["101"]\npin_env = "DW_TEST_PIN"\n',
    env: { DW_TEST_PIN: '4711' },
  });
  ctx.lab = await startLab({
    agi: ctx.guard.agiPort,
    dialplan: `${OUTBOUND}
[from-internal](+)
exten => *86,1,AGI(agi://127.0.0.1:${ctx.guard.agiPort}/unblock)
 same => n,Hangup()
`,
  });
});
test.after(async ({ guard, lab }) => {
  await lab?.close();
  await guard?.stop();
});

test('a listed phone keys in PIN, extension and what was put right; another phone gets nowhere', async (t) => {
  const { guard, lab } = t;
  await guard.run('block', '102');
  const stranger = await (await lab.phone('103')).invite('*86');
  await stranger.final();
  await until('the line of the log', () => /unblock by phone.*not_listed/.test(guard.output()));
  const call = await (await lab.phone('101')).invite('*86');
  assert.is(await call.final(), 200);
  for (const keys of ['4711#', '102#', '1#']) {
    await sleep(1_500);
    await call.media.press(keys);
  }
  await until(
    'the block to be lifted',
    () => /unblock by phone.*"unblocked"|result=unblocked/.test(guard.output()),
    20_000,
  );
  assert.match((await guard.cli('block')).out, /No block is in force/);
  await call.ended(10_000);
});

test.run();
