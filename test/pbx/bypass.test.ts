import * as assert from 'uvu/assert';
import { type GuardProcess, startGuard } from '../support/guard.ts';
import { type Lab, startLab } from '../support/lab.ts';
import { freeTcpPort } from '../support/ports.ts';
import { suite } from '../support/suite.ts';
import { until } from '../support/until.ts';

// Calls that went by the guard on a real Asterisk: the panic switch, told over AMI.

const test = suite<{ guard: GuardProcess; lab: Lab }>('calls without a verdict', { timeout: 40_000 });

test.before(async (ctx) => {
  const agiPort = await freeTcpPort();
  ctx.lab = await startLab({ agi: agiPort });
  ctx.guard = await startGuard({ agiPort, amiPort: ctx.lab.pbx.amiPort });
});
test.after(async ({ guard, lab }) => {
  await lab?.close();
  await guard?.stop();
});

test('the panic switch lets a call by, and makes one incident that later calls join', async ({ guard, lab }) => {
  await until('AMI', () => /ami connected/.test(guard.output()));
  await lab.pbx.setGlobal('DW_OFF', '1');
  const phone = await lab.phone();
  for (const digits of ['00252615550100', '00252615550101']) {
    const call = await phone.invite(digits);
    assert.is(await call.final(), 200);
    assert.is(lab.trunk.last().digits, digits);
    call.bye();
  }
  const [incident, ...others] = await until('both calls in the incident', async () => {
    const all = await guard.incidents();
    return all[0]?.calls === 2 ? all : null;
  });
  assert.equal([incident!.kind, incident!.severity, others], ['guard', 'critical', []]);
  assert.equal(await guard.calls(), [], 'the guard was not asked');
});

test.run();
