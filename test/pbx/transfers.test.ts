import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as assert from 'uvu/assert';
import { type CallLine, type GuardProcess, startGuard } from '../support/guard.ts';
import { type Lab, OUTBOUND_WAYS, startLab } from '../support/lab.ts';
import { freeTcpPort } from '../support/ports.ts';
import { suite } from '../support/suite.ts';
import { sleep, until } from '../support/until.ts';

// Calls whose asking channel is gone long before the trunk's leg: transfers and Local channels. Extension 101 may call
// +44 74 001234 unasked; its price is such that the day's ceiling pays for about half a minute.

const test = suite<{ guard: GuardProcess; lab: Lab }>('transfers', { timeout: 50_000 });

test.before(async (ctx) => {
  const agiPort = await freeTcpPort();
  ctx.lab = await startLab({
    agi: agiPort,
    treat: (digits) => (digits.endsWith('3') ? { status: 503 } : {}),
    dialplan: `${OUTBOUND_WAYS}exten => _82X.,1,Dial(Local/\${EXTEN:2}@from-internal)
 same => n,Hangup()
exten => _83X.,1,Gosub(dialwarden,check,1(\${EXTEN:2}3))
 same => n,Dial(PJSIP/\${DW_NUMBER}@trunk,60,\${DW_DIAL})
 same => n,Gosub(dialwarden,check,1(\${EXTEN:2}))
 same => n,Dial(PJSIP/\${DW_NUMBER}@backup,60,\${DW_DIAL})
[from-trunk]
exten => 700,1,Answer()
 same => n,Wait(60)
`,
  });
  ctx.guard = await startGuard({ agiPort, amiPort: ctx.lab.pbx.amiPort });
  const deck = join(ctx.guard.dir, 'deck.csv');
  writeFileSync(deck, 'prefix,destination,per minute,connect fee,first,next\n447400,UK mobile,48,0,1,1\n');
  await ctx.guard.run('rates', 'import', deck);
  await ctx.guard.run('confirm', 'add', '101', '+447400123456');
});
test.after(async ({ guard, lab }) => {
  await lab?.close();
  await guard?.stop();
});
test.before.each(({ lab }) => lab.quiet());

const entry = async (guard: GuardProcess, dialled: string): Promise<CallLine | undefined> =>
  (await guard.calls()).findLast((call) => call.e164 === dialled);
const ended = (guard: GuardProcess, e164: string) =>
  until(`the end of ${e164}`, async () => {
    const call = await entry(guard, e164);
    return call?.state === 'ended' && call;
  });

test('blind transfer to the outside: its payer is the transferer, the first leg stays open to its true end', async ({
  guard,
  lab,
}) => {
  const call = await (await lab.phone()).invite('0301234567');
  await call.final();
  const first = lab.trunk.last();
  const coming = lab.trunk.next();
  await lab.transfer(call, '0301234568');
  const second = await coming;
  await call.ended();
  await sleep(1_500);
  assert.is((await entry(guard, '+49301234567'))!.state, 'allowed');
  assert.equal([(await entry(guard, '+49301234568'))!.ext, second.digits], ['101', '0301234568']);
  second.bye();
  await first.ended();
  assert.is((await ended(guard, '+49301234567')).billsec, Math.round(first.seconds + 0.4));
  await ended(guard, '+49301234568');
});

test('blind transfer to a number that would be questioned: nobody listens, so it is refused', async ({
  guard,
  lab,
}) => {
  const call = await (await lab.phone()).invite('0301234567');
  await call.final();
  const before = lab.trunk.calls.length;
  await lab.transfer(call, '0033612345678');
  await until('a refusal', () => entry(guard, '+33612345678'));
  const refused = (await entry(guard, '+33612345678'))!;
  assert.equal([refused.verdict, refused.ext, refused.reasons.includes('no_listener')], ['block', '101', true]);
  await lab.pbx.idle();
  assert.is(lab.trunk.calls.length, before);
});

test('attended transfer of two outside calls: both stay open until their legs end', async ({ guard, lab }) => {
  const phone = await lab.phone();
  const one = await phone.invite('0301234567');
  await one.final();
  const two = await phone.invite('0301234569');
  await two.final();
  const [first, second] = lab.trunk.calls.slice(-2);
  await lab.transfer(one, '0301234569', two);
  await one.ended();
  await two.ended();
  await sleep(1_500);
  for (const number of ['+49301234567', '+49301234569']) assert.is((await entry(guard, number))!.state, 'allowed');
  first!.bye();
  await second!.ended();
  for (const number of ['+49301234567', '+49301234569']) assert.ok((await ended(guard, number)).billsec! >= 1);
});

test('the cap cuts a call on the trunk, also after a transfer took the phone away', async ({ guard, lab }) => {
  const call = await (await lab.phone()).invite('00447400123456');
  assert.is(await call.final(), 200);
  const far = lab.trunk.last();
  const cap = (await entry(guard, '+447400123456'))!.maxSeconds!;
  assert.ok(cap >= 25 && cap <= 31, `a cap of ${cap} s`);
  const coming = lab.trunk.next();
  await lab.transfer(call, '0301234568');
  const other = await coming;
  await call.ended();
  await far.ended(cap * 1_000 + 3_000);
  assert.is(far.endedBy, 'them');
  assert.ok(Math.abs(far.seconds - cap) < 0.5, `${far.seconds} s of ${cap} s`);
  await other.ended();
  const book = await ended(guard, '+447400123456');
  // A busy machine cuts a little late, for which a second is reserved.
  assert.ok([cap, cap + 1].includes(book.billsec!), `${book.billsec} s billed of ${cap} s`);
  assert.is(book.charged, book.billsec! * 0.8);
});

test('a Local channel that optimises away: who pays is passed on, and the call stays open', async ({ guard, lab }) => {
  const call = await (await lab.phone('102')).invite('810307654321');
  assert.is(await call.final(), 200);
  const far = lab.trunk.last();
  call.media.talk();
  far.media.talk();
  await until('the Local channel to optimise away', async () => (await lab.pbx.channels()).length === 2);
  await sleep(1_000);
  const open = (await entry(guard, '+49307654321'))!;
  assert.equal([open.ext, open.state], ['102', 'allowed']);
  call.bye();
  await far.ended();
  assert.ok((await ended(guard, '+49307654321')).billsec! >= 1);
});

test('a Local channel without a payer: national passes, the rest is refused', async ({ guard, lab }) => {
  const phone = await lab.phone('103');
  const headers: [string, string][] = [['Diversion', '<sip:101@127.0.0.1>;reason=unconditional']];
  const home = await phone.invite('820307654322', { headers });
  assert.is(await home.final(), 200);
  home.bye();
  const before = lab.trunk.calls.length;
  const abroad = await phone.invite('820033612345679');
  assert.ok((await abroad.final(15_000)) >= 400);
  assert.is(lab.trunk.calls.length, before);
  const refused = (await entry(guard, '+33612345679'))!;
  assert.equal([refused.ext, refused.verdict], ['', 'block']);
});

test('FreePBX, transferred: the lease stays while the trunk is up, and AMI reports the end', async ({ guard, lab }) => {
  const call = await (await lab.phone()).invite('840305555555');
  assert.is(await call.final(), 200);
  const far = lab.trunk.last();
  const coming = lab.trunk.next();
  await lab.transfer(call, '0301234568');
  const other = await coming;
  await call.ended();
  await sleep(7_500);
  assert.is((await entry(guard, '+49305555555'))!.state, 'allowed');
  other.bye();
  await far.ended();
  await until('AMI to tell', async () => (await entry(guard, '+49305555555'))!.state === 'ended', 15_000);
});

test('FreePBX, transferred twice: the second leg keeps its lease when the leg that asked for it is gone', async ({
  guard,
  lab,
}) => {
  const call = await (await lab.phone()).invite('840305555556');
  assert.is(await call.final(), 200);
  const first = lab.trunk.last();
  const coming = lab.trunk.next();
  await lab.transfer(call, '840305555557');
  const second = await coming;
  await call.ended();
  await lab.pbx.bridged();
  await sleep(7_500);
  assert.is((await entry(guard, '+49305555556'))!.state, 'allowed');
  const channel = (await lab.pbx.channels()).sort().at(-1);
  await lab.pbx.cli(`channel redirect ${channel} from-trunk,700,1`);
  await first.ended();
  await sleep(7_500);
  assert.is(second.endedAt, 0);
  assert.is((await entry(guard, '+49305555557'))!.state, 'allowed');
  second.bye();
  for (const number of ['+49305555556', '+49305555557'])
    await until('AMI to tell', async () => (await entry(guard, number))!.state === 'ended', 15_000);
});

test('two numbers on one channel are two calls, each closed', async ({ guard, lab }) => {
  const call = await (await lab.phone()).invite('83030111111');
  assert.is(await call.final(), 200);
  call.bye();
  const failed = await ended(guard, '+49301111113');
  const answered = await ended(guard, '+4930111111');
  assert.is(failed.uniqueid, answered.uniqueid);
  assert.equal([failed.billsec ?? 0, answered.billsec], [0, 1]);
});

test.run();
