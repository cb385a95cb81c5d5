import * as assert from 'uvu/assert';
import { PHONES } from '../support/asterisk/config.ts';
import { type CallLine, type GuardProcess, startGuard } from '../support/guard.ts';
import { type Lab, OUTBOUND, startLab } from '../support/lab.ts';
import { press, warned } from '../support/prompt.ts';
import type { Call } from '../support/sip/call.ts';
import { suite } from '../support/suite.ts';
import { sleep } from '../support/until.ts';

// How a phone's keys reach the guard through a real Asterisk: as tones in the voice (numbers with ** in front), as RFC 4733
// events, before and after the answer; and callers who guess, leave, or do not listen. The digit to press is always 5.

interface Context {
  /** With [warning] answer = true, and = false. */
  guard: GuardProcess;
  early: GuardProcess;
  lab: Lab;
}
const test = suite<Context>('keys', { timeout: 60_000 });

const IN_BAND = `
[from-internal](+)
exten => _**X.,1,Set(PJSIP_DTMF_MODE()=inband)
 same => n,Gosub(dialwarden,check,1(\${EXTEN:2}))
 same => n,Dial(PJSIP/\${DW_NUMBER}@trunk,60,\${DW_DIAL})
`;

/** Whoever calls in over a trunk is let out again, and extension 106 pays. */
const FROM_OUTSIDE = `
[from-trunk]
exten => _X.,1,Set(__DW_PAYER=106)
 same => n,Goto(from-internal,\${EXTEN},1)
`;

test.before(async (ctx) => {
  ctx.guard = await startGuard({ config: '[warning]\ndigit = "5"\n' });
  ctx.early = await startGuard({ config: '[warning]\ndigit = "5"\nanswer = false\n' });
  ctx.lab = await startLab({
    agi: ctx.guard.agiPort,
    dialplan: `${OUTBOUND}${IN_BAND}${FROM_OUTSIDE}`,
    phones: [...PHONES, '0004f2abcdef'],
    setVar: { '0004f2abcdef': { __DW_PAYER: '105' } },
  });
});
test.after(async ({ guard, early, lab }) => {
  await lab?.close();
  await guard?.stop();
  await early?.stop();
});
test.before.each(({ lab }) => lab.quiet());

const asks = ({ agiPort }: GuardProcess, lab: Lab) => lab.pbx.setGlobal('DW_AGI', `127.0.0.1:${agiPort}`);

/** Waits for the call at the far end and hangs it up after a moment. */
async function goesThrough(lab: Lab, call: Call, key: () => Promise<void>): Promise<void> {
  const coming = lab.trunk.next(25_000);
  await key();
  const far = await coming;
  assert.is(await call.final(), 200);
  await sleep(300);
  call.bye();
  await far.ended();
  await lab.pbx.idle();
}

async function last(guard: GuardProcess, ext: string): Promise<CallLine> {
  return (await guard.calls()).findLast((call) => call.ext === ext)!;
}

test('tones in the voice confirm', async ({ guard, lab }) => {
  await asks(guard, lab);
  const call = await (await lab.phone('101')).invite('**0033612345678');
  await goesThrough(lab, call, async () => {
    await warned(lab.pbx, '101');
    await sleep(700);
    await call.media.tones('5');
  });
  const { dialled, verdict, state } = await last(guard, '101');
  assert.equal([dialled, verdict, state], ['**0033612345678', 'warn', 'ended']);
});

for (const [how, prefix] of [
  ['an RFC 4733 event', ''],
  ['tones', '**'],
] as const) {
  test(`early media: ${how} confirms before anything is answered`, async ({ early, lab }) => {
    await asks(early, lab);
    const ext = prefix ? '102' : '103';
    const call = await (await lab.phone(ext)).invite(`${prefix}0033612345678`);
    await goesThrough(lab, call, async () => {
      await warned(lab.pbx, ext);
      assert.equal([call.status, call.statuses.at(-1)], [0, 183]);
      await sleep(700);
      await (prefix ? call.media.tones('5') : call.media.press('5'));
    });
    const { verdict, state, billsec } = await last(early, ext);
    assert.equal([verdict, state, billsec], ['warn', 'ended', 1]);
    assert.ok(call.seconds < 2, `the prompt was not part of the call: ${call.seconds} s`);
  });
}

test('early media: who gives up in the prompt has refused, and it costs nothing', async ({ early, lab }) => {
  await asks(early, lab);
  const before = lab.trunk.calls.length;
  const call = await (await lab.phone('104')).invite('0033612345678');
  await warned(lab.pbx, '104');
  call.cancel();
  await lab.pbx.idle();
  const { verdict, state, charged } = await last(early, '104');
  assert.equal([verdict, state, charged, lab.trunk.calls.length], ['warn', 'refused', 0, before]);
});

test('gone before a word was said: settled too', async ({ guard, lab }) => {
  await asks(guard, lab);
  const call = await (await lab.phone('103')).invite('0033612345678');
  await call.final();
  call.bye();
  await lab.pbx.idle();
  const { verdict, state } = await last(guard, '103');
  assert.equal([verdict, state], ['warn', 'refused']);
});

test('a key before the digit was spoken is a guess, be it right; after two the call ends; then three digits are asked', async ({
  guard,
  lab,
}) => {
  await asks(guard, lab);
  const before = lab.trunk.calls.length;
  const from = lab.pbx.log().length;
  const call = await (await lab.phone('104')).invite('0033612345678');
  await call.final();
  while (call.endedAt === 0) {
    await call.media.press('5');
    await sleep(400);
  }
  await lab.pbx.idle();
  assert.match(lab.pbx.log().slice(from), 'say/not-made');
  assert.equal([(await last(guard, '104')).state, lab.trunk.calls.length], ['refused', before]);
  const next = lab.pbx.log().length;
  const again = await (await lab.phone('104')).invite('0033612345678');
  const spoken = await lab.pbx.logged(/say\/to-go-on[\s\S]*?(?:digits\/\d[\s\S]*?){3}/, 20_000, next);
  assert.ok(spoken);
  again.bye();
});

test('an originated call has nobody who listens: refused, not asked', async ({ guard, lab }) => {
  await asks(guard, lab);
  const before = lab.trunk.calls.length;
  await lab.pbx.cli('dialplan add extension 900,1,Set,__DW_PAYER=102 into from-internal');
  await lab.pbx.cli('dialplan add extension 900,2,Dial,Local/0033612345678@from-internal/n into from-internal');
  await lab.pbx.cli('channel originate Local/900@from-internal application Wait 3');
  await lab.pbx.idle(10_000);
  const { verdict, reasons } = await last(guard, '102');
  assert.equal([verdict, reasons[0], lab.trunk.calls.length], ['block', 'no_listener', before]);
});

test('nor has a call that came in over a trunk and goes out at the cost of an extension', async ({ guard, lab }) => {
  await asks(guard, lab);
  const before = lab.trunk.dialled().length;
  assert.is(await (await lab.backup.invite('0033612345678')).final(), 403);
  const { verdict, reasons } = await last(guard, '106');
  assert.equal([verdict, reasons[0], lab.trunk.dialled().length], ['block', 'no_listener', before]);
});

test('a phone that is named by its MAC address, and told by DW_PAYER, is asked', async ({ guard, lab }) => {
  await asks(guard, lab);
  const call = await (await lab.phone('0004f2abcdef')).invite('0033612345678');
  await goesThrough(lab, call, () => press(lab.pbx, call, '0004f2abcdef', '5'));
  const { verdict, state } = await last(guard, '105');
  assert.equal([verdict, state], ['warn', 'ended']);
});

test('a right key after a warning heard as usual', async ({ guard, lab }) => {
  await asks(guard, lab);
  const call = await (await lab.phone('103')).invite('0039061234567');
  await goesThrough(lab, call, () => press(lab.pbx, call, '103', '5'));
  assert.is((await last(guard, '103')).state, 'ended');
});

test.run();
