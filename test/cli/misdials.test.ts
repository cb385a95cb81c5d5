import { join } from 'node:path';
import * as assert from 'uvu/assert';
import type { Attempt } from '../../src/core/attempt.ts';
import { refuse } from '../../src/core/refuse.ts';
import type { Answer } from '../../src/guard/ports.ts';
import { openLedger, type SqliteLedger } from '../../src/store/sqlite/ledger.ts';
import { judge, morocco } from '../store/support.ts';
import { cli, NOW, scratch } from '../support/cli.ts';
import { attempt, hamburg, policy } from '../support/facts.ts';
import { suite } from '../support/suite.ts';

const test = suite<{ dir: string; remove(): void }>('misdials by the command line', { timeout: 20_000 });
const ENV = { TZ: 'Europe/London' };

test.before.each(async (ctx) => {
  Object.assign(ctx, scratch());
  await cli(ctx.dir, ['init'], ENV);
});
test.after.each(({ remove }) => remove());

let serial = 0;
const coventry = { ...hamburg, e164: '+442476123456', region: 'GB' };
const ascension = { ...morocco, e164: '+2476123456', region: 'AC', valid: false };
const meant = [{ edit: 'one 0 too many', e164: coventry.e164 }];
const wrong = (at: number): Attempt =>
  attempt(ascension, { uniqueid: `c${++serial}`, at, site: 'default', dialled: '002476123456', meant });

async function onRecord(dir: string, write: (ledger: SqliteLedger) => Promise<void>): Promise<void> {
  const file = join(dir, 'data', 'dialwarden.db');
  const ledger = openLedger({ file, policies: () => policy({ site: 'default' }), clock: () => NOW });
  await write(ledger);
  ledger.close();
}

async function refused(ledger: SqliteLedger, call: Attempt, answer: Answer) {
  const { call: id } = await ledger.admit(call, judge(call));
  return ledger.answered(id, call, answer, (facts) => refuse(judge(call)(facts), answer));
}

test('check shows what was meant, how sure, and as JSON', async ({ dir }) => {
  const shown = await cli(dir, ['check', '214', '002476123456'], ENV);
  assert.is(shown.status, 10);
  assert.match(shown.out, /destination: +\+2476123456, Ascension Island/);
  assert.match(shown.out, /meant: +probably \+442476123456, United Kingdom \(one 0 too many\)/);
  const [json] = (await cli(dir, ['check', '214', '002476123456', '--json'], ENV)).json;
  assert.equal(json.meant, { ...meant[0], region: 'GB' });
  const [plain] = (await cli(dir, ['check', '214', '02476123456', '--json'], ENV)).json;
  assert.is(plain.meant, null);
  assert.not.match((await cli(dir, ['check', '214', '02476123456'], ENV)).out, 'meant');
});

test('report counts misdials by area and where they went', async ({ dir }) => {
  await onRecord(dir, async (ledger) => {
    for (const hours of [30, 20, 10]) {
      const at = NOW - hours * 3_600_000;
      await refused(ledger, wrong(at), 'hangup');
      const right = attempt(coventry, {
        uniqueid: `r${hours}`,
        at: at + 30_000,
        site: 'default',
        dialled: '02476123456',
      });
      await ledger.admit(right, judge(right));
    }
  });
  const sentence = /3 misdials, dialled again rightly within two minutes; 3 of them \+44 24 to Ascension Island/;
  assert.match((await cli(dir, ['report'], ENV)).out, sentence);
  assert.match((await cli(dir, ['report', '--since', '15h'], ENV)).out, /1 misdial, .* 1 of them/);
  const way = { from: '+44 24', to: 'Ascension Island', edit: 'one 0 too many', times: 3 };
  assert.equal((await cli(dir, ['report', '--json'], ENV)).json[0].misdials, { total: 3, ways: [way] });
  assert.not.match((await cli(dir, ['report', '--since', '1h'], ENV)).out, 'misdial');
});

/** Eight wrong keys and one more: the guard blocks the extension. */
async function guessed(dir: string): Promise<void> {
  await onRecord(dir, async (ledger) => {
    for (let i = 0; i < 9; i++) await refused(ledger, wrong(NOW - 600_000 + i * 60_000), 'wrong');
  });
}

test('misdials are listed apart from fraud, and by kind', async ({ dir }) => {
  assert.match((await cli(dir, ['incidents'], ENV)).out, /^No incident\.$/m);
  await onRecord(dir, async (ledger) => void (await refused(ledger, wrong(NOW - 90_000), 'hangup')));
  assert.match(
    (await cli(dir, ['incidents'], ENV)).out,
    /No incident but misdials\.\n\nMisdials\nID[^\n]*\n +1 .* info +misdial/,
  );
  await guessed(dir);
  const [fraud, slips] = (await cli(dir, ['incidents'], ENV)).out.split('\nMisdials\n');
  assert.match(fraud!, /^ID[^\n]*\n +2 .* critical +toll_block[^\n]*\n$/);
  assert.match(slips!, /^ID[^\n]*\n +1 .* info +misdial[^\n]*\n$/);
  const kinds = async (...argv: string[]) =>
    (await cli(dir, ['incidents', '--json', ...argv], ENV)).json.map(({ kind, severity }) => `${kind} ${severity}`);
  assert.equal(await kinds(), ['misdial info', 'toll_block critical']);
  assert.equal(await kinds('--kind', 'misdial'), ['misdial info']);
  assert.is((await cli(dir, ['incidents', '--kind', 'slip'], ENV)).status, 2);
});

test('closed as a misdial: the block is lifted and its wrong keys count no more', async ({ dir }) => {
  await guessed(dir);
  const verdict = async () => (await cli(dir, ['check', '214', '0033123456789', '--json'], ENV)).json[0].reasons[0];
  const block = (await cli(dir, ['incidents', '--kind', 'toll_block', '--json'], ENV)).json[0];
  assert.is(await verdict(), 'toll_block');
  const [closed] = (await cli(dir, ['incidents', 'close', `${block.id}`, '--as', 'misdial', '--json'], ENV)).json;
  assert.equal(closed, { id: block.id, state: 'closed', resolution: 'misdial', lifted: [1], forgiven: 8 });
  assert.is(await verdict(), 'new_destination');
  await onRecord(dir, async ({ db }) => {
    assert.is(db.prepare('SELECT done FROM blocks').pluck().get(), 'misdial');
    const log = db.prepare('SELECT what FROM incident_log WHERE incident = ? ORDER BY id').pluck().all(block.id);
    assert.equal(log.slice(-2), ['unblocked', 'closed']);
  });
  const [, slips] = (await cli(dir, ['incidents'], ENV)).out.split('\nMisdials\n');
  assert.match(slips!, /critical +toll_block +214 .* closed \(misdial\)/);
  const again = await cli(dir, ['incidents', 'close', `${block.id}`, '--as', 'misdial'], ENV);
  assert.equal([again.status, /closed already/.test(again.err)], [1, true]);
});

test('closed as a misdial, an incident without a block forgives its own calls only', async ({ dir }) => {
  await onRecord(dir, async (ledger) => {
    await refused(ledger, wrong(NOW - 200_000), 'wrong');
    await refused(ledger, attempt(morocco, { uniqueid: 'q', at: NOW - 100_000, site: 'default', ext: '215' }), 'wrong');
  });
  const { out } = await cli(dir, ['incidents', 'close', '2', '--as', 'misdial'], ENV);
  assert.match(out, /incident 2 is closed\n1 warned call is not held against the extension/);
  await onRecord(dir, async ({ db }) => assert.is(db.prepare('SELECT COUNT(*) FROM forgiven').pluck().get(), 1));
});

test.run();
