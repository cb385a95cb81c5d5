import * as assert from 'uvu/assert';
import { type GuardProcess, startGuard } from '../support/guard.ts';
import { type Lab, OUTBOUND, startLab } from '../support/lab.ts';
import { freeTcpPort } from '../support/ports.ts';
import { suite } from '../support/suite.ts';
import { until } from '../support/until.ts';

// Calls that went by the guard on a real Asterisk: the panic switch, told over AMI.

const test = suite<{ guard: GuardProcess; lab: Lab }>('calls without a verdict', { timeout: 100_000 });

test.before(async (ctx) => {
  const agiPort = await freeTcpPort();
  ctx.lab = await startLab({
    agi: agiPort,
    dialplan: `${OUTBOUND}
[from-internal](+)
exten => _1XX,1,Dial(PJSIP/\${EXTEN},10)
exten => _77.,1,Dial(PJSIP/\${EXTEN:2}@trunk,60)
`,
  });
  ctx.guard = await startGuard({
    agiPort,
    amiPort: ctx.lab.pbx.amiPort,
    config: '[guard]\ncdr_file = "/nowhere/Master.csv"\n',
  });
});
test.after(async ({ guard, lab }) => {
  await lab?.close();
  await guard?.stop();
});

test('a path of the dialplan that does not ask is noticed over AMI; asked and internal calls are not', async (t) => {
  const { guard, lab } = t;
  await until('AMI', () => /ami connected/.test(guard.output()));
  const phone = await lab.phone();
  await lab.phone('102');
  for (const digits of ['0301234560', '102', '770301234567', '770301234568', '770301234569']) {
    const call = await phone.invite(digits);
    assert.is(await call.final(), 200, digits);
    call.bye();
  }
  const incident = await until('an incident', async () => (await guard.incidents())[0], 70_000);
  assert.equal([incident.kind, incident.severity, incident.calls], ['guard', 'critical', 3]);
  const { out } = await guard.cli('incidents', 'show', `${incident.id}`);
  for (const digits of ['0301234567', '0301234568', '0301234569']) assert.match(out, `extension 101 dialled ${digits}`);
  await until('the line of the log', () => /calls past the guard/.test(guard.output()));
  const metrics = await (await fetch(`http://127.0.0.1:${guard.httpPort}/metrics`)).text();
  assert.match(metrics, /dialwarden_silence\{kind="(bypassed|unasked)"\} 1/);
  assert.match((await guard.cli('doctor')).out, /fail +silence/);
  await guard.run('incidents', 'close', `${incident.id}`, '--as', 'legitimate');
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
    const all = (await guard.incidents()).slice(1);
    return all[0]?.calls === 2 ? all : null;
  });
  assert.equal([incident!.kind, incident!.severity, others], ['guard', 'critical', []]);
  assert.equal(
    (await guard.calls()).map(({ dialled }) => dialled),
    ['0301234560'],
    'the guard was not asked',
  );
});

test.run();
