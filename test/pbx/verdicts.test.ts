import * as assert from 'uvu/assert';
import { type GuardProcess, startGuard } from '../support/guard.ts';
import { type Lab, OUTBOUND, startLab } from '../support/lab.ts';
import { press, warned } from '../support/prompt.ts';
import { suite } from '../support/suite.ts';
import { sleep, until } from '../support/until.ts';

// Digits to a verdict through a real Asterisk and the guard as it ships: what the trunk saw, the CDR, the ledger, the
// incidents. The site is in Berlin; the digit to press is always 5.

const test = suite<{ guard: GuardProcess; lab: Lab }>('verdicts', { timeout: 40_000 });

test.before(async (ctx) => {
  ctx.guard = await startGuard({ config: '[warning]\ndigit = "5"\n' });
  ctx.lab = await startLab({
    agi: ctx.guard.agiPort,
    treat: (digits) => (digits === '0033612345678' ? { status: 503 } : {}),
    dialplan: `${OUTBOUND}
[from-internal](+)
exten => _0033X.,1,Gosub(dialwarden,check,1(\${EXTEN}))
 same => n,Dial(PJSIP/\${DW_NUMBER}@trunk,60,\${DW_DIAL})
 same => n,Gosub(dialwarden,check,1(\${EXTEN}))
 same => n,Dial(PJSIP/\${DW_NUMBER}@backup,60,\${DW_DIAL})
 same => n,Hangup()
`,
  });
});
test.after(async ({ guard, lab }) => {
  await lab?.close();
  await guard?.stop();
});
test.before.each(({ lab }) => lab.quiet());

const ledger = async (guard: GuardProcess, dialled: string) =>
  (await guard.calls()).filter((call) => call.dialled === dialled);

test('allow: a national call reaches the trunk and is closed with its seconds', async ({ guard, lab }) => {
  const call = await (await lab.phone()).invite('0301234567');
  assert.is(await call.final(), 200);
  const far = lab.trunk.last();
  assert.is(far.digits, '0301234567');
  await sleep(1_200);
  call.bye();
  await far.ended();
  await guard.settled(1);
  const [entry] = await ledger(guard, '0301234567');
  assert.equal(
    [entry!.ext, entry!.e164, entry!.verdict, entry!.state, entry!.billsec],
    ['101', '+49301234567', 'allow', 'ended', 2],
  );
  const row = (await lab.pbx.cdrs(1)).at(-1)!;
  assert.equal([row.dst, row.disposition, row.billsec, row.uniqueid], ['0301234567', 'ANSWERED', 1, entry!.uniqueid]);
});

test('block: a satellite call is refused with 403, told to the caller, and an incident', async ({ guard, lab }) => {
  const [calls, rows] = [lab.trunk.calls.length, lab.pbx.cdr().length];
  const call = await (await lab.phone()).invite('00881612345678');
  assert.is(await call.final(20_000), 403);
  assert.ok(call.media.heard() > 50, 'an announcement was heard');
  assert.is(lab.trunk.calls.length, calls);
  const row = (await lab.pbx.cdrs(rows + 1)).at(-1)!;
  assert.equal([row.billsec, row.disposition === 'ANSWERED'], [0, false]);
  const [entry] = await ledger(guard, '00881612345678');
  assert.equal([entry!.verdict, entry!.state], ['block', 'blocked']);
  const incident = (await guard.incidents()).find(({ id }) => id === entry!.incident);
  assert.equal([incident?.ext, incident?.stopped], ['101', 1]);
});

test('warn: the right key goes on, the wrong key and a hangup do not', async ({ guard, lab }) => {
  const before = lab.trunk.calls.length;
  const [yes, no, gone] = await Promise.all(
    ['101', '102', '103'].map(async (ext) => (await lab.phone(ext)).invite('00447400123456')),
  );
  const accepted = async () => {
    const coming = lab.trunk.next(25_000);
    await press(lab.pbx, yes!, '101', '5');
    const far = await coming;
    await sleep(300);
    yes!.bye();
    return far.ended();
  };
  const refused = async () => {
    await press(lab.pbx, no!, '102', '4');
    // The warning begins again; a key before the digit was spoken is a guess, be it the right one.
    while (no!.endedAt === 0) {
      await no!.media.press('5');
      await sleep(500);
    }
  };
  const left = async () => {
    await warned(lab.pbx, '103');
    gone!.bye();
  };
  const [far] = await Promise.all([accepted(), refused(), left()]);
  assert.is(far.digits, '00447400123456');
  assert.is(far.endedBy, 'them');
  assert.is(lab.trunk.calls.length, before + 1);
  await lab.pbx.idle();
  await guard.settled(5);
  const entries = await ledger(guard, '00447400123456');
  const states = Object.fromEntries(entries.map(({ ext, verdict, state }) => [ext, [verdict, state]]));
  assert.equal(states, { 101: ['warn', 'ended'], 102: ['warn', 'refused'], 103: ['warn', 'refused'] });
  const billed = entries.find(({ ext }) => ext === '101')!;
  assert.ok(
    billed.billsec! <= Math.ceil(far.seconds) && billed.billsec! >= 1,
    `the prompt is not billed: ${billed.billsec}`,
  );
  assert.is(entries.find(({ ext }) => ext === '103')!.billsec ?? 0, 0);
});

test('a confirmed number is not asked again, and a key by SIP INFO counts', async ({ guard, lab }) => {
  const started = Date.now();
  const first = lab.trunk.next();
  const again = await (await lab.phone('101')).invite('00447400123456');
  await first;
  await again.final();
  assert.ok(Date.now() - started < 2_000, 'no second prompt');
  again.bye();
  const other = await (await lab.phone('104')).invite('00447400123456');
  const coming = lab.trunk.next(25_000);
  await press(lab.pbx, other, '104', '5', 'info');
  await coming;
  await other.final();
  other.bye();
  await lab.pbx.idle();
  assert.is((await ledger(guard, '00447400123456')).filter(({ ext }) => ext === '104')[0]!.verdict, 'warn');
});

test('a second trunk asks again: one prompt, one call, one end', async ({ guard, lab }) => {
  const from = lab.pbx.log().length;
  const coming = lab.backup.next(30_000);
  const call = await (await lab.phone('104')).invite('0033612345678');
  await press(lab.pbx, call, '104', '5');
  const far = await coming;
  assert.is(lab.trunk.last().digits, '0033612345678');
  await sleep(300);
  call.bye();
  await far.ended();
  await lab.pbx.idle();
  assert.is(
    lab.pbx
      .log()
      .slice(from)
      .match(/Playing '[^']*digits\/5/g)!.length,
    1,
  );
  const entries = await until('the end', async () => {
    const found = await ledger(guard, '0033612345678');
    return found.every(({ state }) => state === 'ended') && found;
  });
  assert.equal([entries.length, entries[0]!.verdict, entries[0]!.billsec], [1, 'warn', 1]);
});

test('emergency: passes and is recorded', async ({ guard, lab }) => {
  for (const digits of ['112', '110']) {
    const call = await (await lab.phone()).invite(digits);
    assert.is(await call.final(), 200);
    assert.is(lab.trunk.last().digits, digits);
    call.bye();
  }
  assert.ok((await ledger(guard, '110')).every(({ verdict, kind }) => verdict === 'allow' && kind === 'emergency'));
});

test('a comma in what is dialled: nothing reaches the trunk, and it is an incident', async ({ guard, lab }) => {
  const before = lab.trunk.calls.length;
  const call = await (await lab.phone()).invite('0301234567,0011252615550100');
  assert.is(await call.final(), 403);
  assert.is(call.media.heard(), 0);
  assert.is(lab.trunk.calls.length, before);
  const entry = (await guard.calls()).at(-1)!;
  assert.equal([entry.kind, entry.verdict], ['malformed', 'block']);
  assert.ok((await guard.incidents()).some(({ id }) => id === entry.incident));
});

test('a forged Diversion and From change nothing about who pays', async ({ guard, lab }) => {
  const headers: [string, string][] = [
    ['Diversion', '<sip:102@127.0.0.1>;reason=unconditional'],
    ['P-Asserted-Identity', '<sip:102@127.0.0.1>'],
  ];
  const call = await (await lab.phone()).invite('0307654321', { headers });
  assert.is(await call.final(), 200);
  call.bye();
  assert.is((await ledger(guard, '0307654321'))[0]!.ext, '101');
});

test.run();
