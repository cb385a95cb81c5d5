import * as assert from 'uvu/assert';
import { type CallLine, type GuardProcess, startGuard } from '../support/guard.ts';
import { type Lab, OUTBOUND_WAYS, startLab } from '../support/lab.ts';
import { suite } from '../support/suite.ts';
import { until } from '../support/until.ts';

// Where the phone is travels with each call, through the dialplan as it ships: extension 101 calls from 127.0.0.1. It may
// call +44 74 001234 unasked.

const test = suite<{ guard: GuardProcess; lab: Lab }>('addresses of phones', { timeout: 50_000 });
const UK = '00447400123456';

test.before(async (ctx) => {
  ctx.guard = await startGuard({ config: '[block]\nannounce = false\n[geo]\nfile = "/nowhere/country.mmdb"\n' });
  ctx.lab = await startLab({ agi: ctx.guard.agiPort, dialplan: OUTBOUND_WAYS });
  await ctx.guard.run('confirm', 'add', '101', '+447400123456');
});
test.after(async ({ guard, lab }) => {
  await lab?.close();
  await guard?.stop();
});
test.before.each(({ lab }) => lab.quiet());

const newest = async (guard: GuardProcess) => (await guard.calls()).at(-1)!;

/** Dials, hangs up at once, and returns what the phone heard and what the ledger holds. */
async function dials({ guard, lab }: { guard: GuardProcess; lab: Lab }, digits: string): Promise<[number, CallLine]> {
  const call = await (await lab.phone()).invite(digits);
  const status = await call.final();
  if (status === 200) call.bye();
  await lab.quiet();
  return [status, await newest(guard)];
}

test('the ledger holds the address, by the include and by the hook of FreePBX', async (ctx) => {
  for (const digits of ['0301234567', `84${UK}`, UK]) {
    const [status, { addr }] = await dials(ctx, digits);
    assert.equal([status, addr], [200, '127.0.0.1'], digits);
  }
  const phones = await ctx.guard.json<{ ext: string; network: string; country: string }>('networks', 'phones');
  assert.equal(
    phones.map(({ ext, network, country }) => [ext, network, country]),
    [['101', '127.0.0.0/24', 'DE']],
  );
});

test('Local and transferred channels have none', async ({ guard, lab }) => {
  const [status, { addr, ext }] = await dials({ guard, lab }, `81${UK}`);
  assert.equal([status, addr, ext], [200, null, '101']);
  const call = await (await lab.phone()).invite('0301234567');
  await call.final();
  const coming = lab.trunk.next();
  await lab.transfer(call, '0301234568');
  await coming;
  const transferred = await until('the second call', async () => {
    const line = await newest(guard);
    return line.e164 === '+49301234568' && line;
  });
  assert.equal([transferred.ext, transferred.addr], ['101', null]);
});

test('a denied network: costly calls are refused with an incident, national ones pass', async (ctx) => {
  await ctx.guard.run('networks', 'deny', '127.0.0.0/8', '--note', 'test');
  const [status, { reasons, verdict, incident }] = await dials(ctx, UK);
  assert.equal([status, verdict, reasons[0]], [403, 'block', 'network_denied']);
  assert.is((await ctx.guard.incidents()).find(({ id }) => id === incident)?.kind, 'denied');
  assert.is((await dials(ctx, '0301234567'))[0], 200);
  const checked = await ctx.guard.cli('check', '101', UK, '--addr', '127.0.0.1');
  assert.is(checked.code, 20);
  await ctx.guard.run('networks', 'remove', '1');
  assert.is((await dials(ctx, UK))[0], 200);
});

test('outside the networks of an extension: the same', async (ctx) => {
  await ctx.guard.run('networks', 'allow', '101', '10.0.0.0/8');
  const [status, { reasons }] = await dials(ctx, UK);
  assert.equal([status, reasons[0]], [403, 'network_outside']);
  assert.is((await dials(ctx, '0301234567'))[0], 200);
  await ctx.guard.run('networks', 'allow', '101', '127.0.0.0/8');
  assert.is((await dials(ctx, UK))[0], 200);
});

test('a file of countries that cannot be read is told of, and the guard answers all the same', async ({ guard }) => {
  assert.match(guard.output(), /countries of addresses are not known.*ENOENT/);
  const { code, out } = await guard.cli('doctor');
  assert.is(code, 1);
  assert.match(
    out,
    /fail +countries of phones +\/nowhere\/country\.mmdb: cannot be read \(ENOENT\); the guard goes on without/,
  );
});

test.run();
