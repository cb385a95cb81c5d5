import * as assert from 'uvu/assert';
import { type GuardProcess, startGuard } from '../support/guard.ts';
import { type Lab, startLab } from '../support/lab.ts';
import { sippPhone, sippTrunk } from '../support/sipp/sipp.ts';
import { suite } from '../support/suite.ts';
import { until } from '../support/until.ts';

// sipp as phone and as trunk: ordinary calls one after another and at once, through the guard as it ships.

type Trunk = Awaited<ReturnType<typeof sippTrunk>>;
const test = suite<{ guard: GuardProcess; lab: Lab; trunk: Trunk }>('limits', { timeout: 30_000 });

test.before(async (ctx) => {
  ctx.guard = await startGuard({ config: '[block]\nannounce = false\n' });
  ctx.trunk = await sippTrunk();
  ctx.lab = await startLab({ agi: ctx.guard.agiPort, trunkPort: ctx.trunk.port });
});
test.after(async ({ guard, lab, trunk }) => {
  await lab?.close();
  await trunk?.stop();
  await guard?.stop();
});

test('allow: sipp dials, the trunk answers and sees the end, the CDR and the ledger agree', async ({
  guard,
  lab,
  trunk,
}) => {
  const phone = await sippPhone({ server: lab.pbx.sipPort, ext: '101', digits: '0301234567', talkMs: 1_300 });
  assert.is(phone.code, 0, phone.output);
  const [call] = await until('the end at the trunk', () => trunk.calls().every(({ ended }) => ended) && trunk.calls());
  assert.equal([call!.digits, call!.answered, call!.ended], ['0301234567', true, true]);
  const [row] = await lab.pbx.cdrs(1);
  const [entry] = await guard.settled(1);
  assert.equal([row!.disposition, row!.billsec, row!.uniqueid], ['ANSWERED', 1, entry!.uniqueid]);
  assert.equal([entry!.ext, entry!.state, entry!.billsec], ['101', 'ended', 2]);
});

test('block: sipp hears 403, the trunk nothing', async ({ guard, lab, trunk }) => {
  const before = trunk.calls().length;
  const phone = await sippPhone({ server: lab.pbx.sipPort, ext: '101', digits: '00881612345678' });
  assert.is(phone.status, 403);
  assert.is(trunk.calls().length, before);
  const entry = (await guard.calls()).at(-1)!;
  assert.equal([entry.e164, entry.state], ['+881612345678', 'blocked']);
  assert.ok((await guard.incidents()).some(({ id, ext }) => id === entry.incident && ext === '101'));
});

test('concurrency: of four calls at once two go out, and an ended one makes room', async ({ guard, lab, trunk }) => {
  await guard.run('limits', 'set', '102', 'concurrent.all', '2');
  const before = trunk.calls().length;
  const all = await Promise.all(
    [1, 2, 3, 4].map((n) => sippPhone({ server: lab.pbx.sipPort, ext: '102', digits: `030123456${n}`, talkMs: 1_500 })),
  );
  assert.equal(all.map(({ status }) => status).sort(), [200, 200, 403, 403]);
  assert.is(trunk.calls().length, before + 2);
  await until('room', async () => (await guard.settled(6)).length === 6);
  const blocked = (await guard.calls()).filter(({ ext, state }) => ext === '102' && state === 'blocked');
  assert.is(blocked.length, 2);
  assert.ok(
    blocked.every(({ reasons }) => reasons.some((code) => code.startsWith('limit_'))),
    `${blocked[0]!.reasons}`,
  );
  assert.is((await sippPhone({ server: lab.pbx.sipPort, ext: '102', digits: '0301234565' })).status, 200);
});

test.run();
