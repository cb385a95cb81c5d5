import * as assert from 'uvu/assert';
import { type GuardProcess, startGuard } from '../support/guard.ts';
import type { Lab } from '../support/lab.ts';
import { suite } from '../support/suite.ts';
import { sleep, until } from '../support/until.ts';
import { ask, startLoad } from './support/callers.ts';
import {
  ABROAD,
  dial,
  EMERGENCY,
  goneAbroad,
  guardHolds,
  labWithFallback,
  NATIONAL,
  nothingUnrecorded,
  vouch,
} from './support/phones.ts';

// The guard freezes, one extension floods it, the PBX crashes: each while calls go on through a real Asterisk.

type Context = { guard: GuardProcess; lab: Lab; agiPort: number; before: number };
const test = suite<Context>('pbx', { timeout: 90_000 });

test.before(async (ctx) => void Object.assign(ctx, await labWithFallback()));
test.before.each(async (ctx) => {
  ctx.before = goneAbroad(ctx.lab);
  ctx.guard = await startGuard({
    agiPort: ctx.agiPort,
    amiPort: ctx.lab.pbx.amiPort,
    config: '[block]\nannounce = false\n',
  });
  await vouch(ctx.guard);
  await guardHolds(ctx.lab);
  await ctx.lab.pbx.idle();
});
test.after.each(({ guard }) => guard?.stop());
test.after(({ lab }) => lab?.close());

/** A national number of its own for each call. */
const national = (n: number): string => `0301234${String(n).padStart(3, '0')}`;

test('frozen under load: within 2 s national calls are at the trunk, nothing goes abroad, no channel stays', async (ctx) => {
  const { guard, lab, before } = ctx;
  const seen = lab.trunk.calls.length;
  const calls = [];
  const abroad = goneAbroad(lab);
  for (let n = 0; n < 24; n++) {
    if (n === 8) guard.signal('SIGSTOP');
    const phone = await lab.phone(String(101 + (n % 4)));
    calls.push(await phone.invite(n % 6 === 5 ? ABROAD : n === 12 ? EMERGENCY[0]! : national(n)));
    await sleep(40);
  }
  const statuses = await Promise.all(calls.map((call) => call.final(20_000)));
  await until('the watchdog to end the guard', guard.gone);
  const late = calls.flatMap((call, n) => {
    if (call.digits === ABROAD) return [];
    assert.is(statuses[n], 200, `${n}: ${call.digits}`);
    const arrived = lab.trunk.calls.slice(seen).find(({ digits }) => digits === call.digits)!.invitedAt;
    return arrived - call.invitedAt > 2_000 ? [`${call.digits} after ${arrived - call.invitedAt} ms`] : [];
  });
  assert.equal(late, []);
  for (const call of calls) if (call.status === 200) call.bye();
  await lab.pbx.idle(10_000);
  await guard.restart();
  assert.ok(goneAbroad(lab) - abroad <= 1, 'only what was asked before the guard froze');
  await nothingUnrecorded(lab, guard, before);
});

test('one extension floods the guard and the PBX: the others call as before', async ({ guard, lab, before }) => {
  const flood = startLoad(400, () => ask(guard, '104', '00881612345678'));
  const invites: Promise<unknown>[] = [];
  const phone = await lab.phone('104');
  const storm = setInterval(() => invites.push(phone.invite('00881612345678').then((call) => call.final(30_000))), 25);
  const statuses: number[] = [];
  for (let round = 0; round < 3 || (flood.heard.length <= 100 && round < 60); round++) {
    const numbers = [NATIONAL, ABROAD, EMERGENCY[round % 2]!];
    statuses.push(...(await Promise.all(numbers.map((digits, i) => dial(lab, digits, String(101 + i), 20_000)))));
  }
  clearInterval(storm);
  await flood.stop();
  await Promise.all(invites);
  assert.equal(statuses, Array(statuses.length).fill(200));
  assert.is(flood.heard.filter(({ verdict }) => verdict === 'allow').length, 0);
  assert.ok(flood.heard.length > 100, `${flood.heard.length} questions`);
  assert.is(await dial(lab, EMERGENCY[0]!, '104'), 200);
  await nothingUnrecorded(lab, guard, before);
});

test('the PBX crashes in the middle of calls: their leases are settled when it is back', async ({
  guard,
  lab,
  before,
}) => {
  const calls = await Promise.all(
    [NATIONAL, ABROAD].map(async (digits, i) => (await lab.phone(String(101 + i))).invite(digits)),
  );
  for (const call of calls) assert.is(await call.final(), 200);
  const open = async () => (await guard.calls()).filter(({ state }) => state === 'allowed');
  assert.is((await open()).length, 2);
  await lab.pbx.crash();
  await guardHolds(lab);
  await until('the leases to be settled', async () => (await open()).length === 0, 30_000);
  const settled = (await guard.calls()).filter(({ dialled }) => dialled === ABROAD)[1]!;
  assert.equal(
    [settled.state, settled.billsec !== null && settled.billsec > 0, settled.charged > 0],
    ['ended', true, true],
  );
  await nothingUnrecorded(lab, guard, before);
});

test.run();
