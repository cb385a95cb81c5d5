import * as assert from 'uvu/assert';
import { target } from '../../src/core/attempt.ts';
import type { Decision } from '../../src/core/verdict.ts';
import { cli, ledgerIn, NOW, scratch } from '../support/cli.ts';
import { attempt, somalia } from '../support/facts.ts';
import { suite } from '../support/suite.ts';

// What the guard wrote down: calls, incidents and the report about them.

const test = suite('records', { timeout: 20_000 });

test.before.each(async (ctx) => {
  Object.assign(ctx, scratch());
  await cli(ctx.dir, ['init']);
});
test.after.each((ctx) => ctx.remove());

const FINDING = {
  family: 'deny' as const,
  action: 'block' as const,
  code: 'denied',
  text: 'a test\x1b[2J says no',
  evidence: { prefix: '252' },
  incident: { kind: 'denied' as const, severity: 'warning' as const },
};

/** Puts a blocked call with an incident on record, as the guard does. */
async function blockedCall(dir: string): Promise<void> {
  const ledger = ledgerIn(dir);
  const call = attempt(
    { ...somalia, e164: '+25261555010' },
    { uniqueid: '1795.1', at: NOW - 60_000, site: 'default', dialled: '0025261555' },
  );
  assert.is(target(call), '+25261555010');
  const verdict = { action: 'block' as const, reasons: [FINDING], maxSeconds: null };
  await ledger.admit(call, () => ({ verdict, action: 'block', findings: [FINDING], lease: null, keys: 1 }) as Decision);
  ledger.close();
}

test('calls and incidents tell what happened, without steering the terminal', async ({ dir }) => {
  await blockedCall(dir);
  const [call] = (await cli(dir, ['calls', '--json'])).json;
  assert.is(call.uniqueid, '1795.1');
  assert.is(call.at, '2026-11-24T08:59:00.000Z');
  assert.equal([call.ext, call.dialled, call.verdict, call.reasons], ['214', '0025261555', 'block', ['denied']]);
  const plain = await cli(dir, ['calls']);
  assert.match(plain.out, '2026-11-24 09:59:00  214  0025261555');
  const [incident] = (await cli(dir, ['incidents', '--json'])).json;
  assert.equal([incident.id, incident.kind, incident.state, incident.ext], [1, 'denied', 'open', '214']);
  const shown = await cli(dir, ['incidents', 'show', '1']);
  assert.match(shown.out, 'a test\\x1b[2J says no');
  assert.not.match(shown.out, '\x1b');
  assert.is((await cli(dir, ['incidents', 'ack', '1'])).status, 0);
  assert.is((await cli(dir, ['incidents', 'close', '1', '--as', 'fraud', '--why', 'changed'])).status, 0);
  assert.equal((await cli(dir, ['incidents', '--state', 'open', '--json'])).json, []);
  const [closed] = (await cli(dir, ['incidents', 'show', '1', '--json'])).json;
  assert.equal([closed.state, closed.resolution, closed.log.at(-1).who], ['closed', 'fraud', 'tester']);
  assert.is((await cli(dir, ['incidents', 'show', '9'])).status, 1);
});

test('report sums up', async ({ dir }) => {
  await blockedCall(dir);
  const [report] = (await cli(dir, ['report', '--json'])).json;
  assert.equal(report.verdicts, [{ verdict: 'block', calls: 1 }]);
  assert.equal(report.reasons, [{ verdict: 'block', code: 'denied', calls: 1, exts: 1 }]);
  assert.is(report.money.currency, 'USD');
  assert.match((await cli(dir, ['report'])).out, /SO +Somalia +1/);
});

test.run();
