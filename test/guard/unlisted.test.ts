import * as assert from 'uvu/assert';
import { type Ledger, LedgerUnavailable } from '../../src/guard/ports.ts';
import * as blocks from '../../src/store/sqlite/blocks.ts';
import * as calls from '../../src/store/sqlite/calls.ts';
import * as incidents from '../../src/store/sqlite/incidents.ts';
import { type Bench, guardOnTheBench, payerOf } from '../support/guard-bench.ts';
import { suite } from '../support/suite.ts';

const test = suite('unlisted');

/** Blocked calls that are put on record: at once, and in the seconds that the calls take. */
const LISTED = { least: 300, most: 310 };

const rows = ({ ledger }: Bench) => calls.list(ledger.db).length;
const flood = ({ ledger }: Bench) => incidents.list(ledger.db, {}).find(({ kind }) => kind === 'flood');

/** Dials 50 numbers a second, and tells which different verdicts there were. */
async function dial({ ask, clock }: Bench, channel: string, times: number, number: (i: number) => string) {
  const said = new Set<string>();
  for (let i = 0; i < times; i++, clock.now += 20) {
    const { action, reason } = await ask(number(i), { uniqueid: `${channel}.${i}` });
    said.add(`${action} ${reason}`);
  }
  return [...said];
}
const scanned = (i: number) => `0298*${i}`;

test('who goes on dialling what is blocked is blocked, but counted instead of listed', async () => {
  const bench = guardOnTheBench();
  const { ask, clock, guard } = bench;
  assert.equal(await dial(bench, '1', 1000, scanned), ['block malformed']);
  const listed = rows(bench);
  assert.ok(listed >= LISTED.least && listed <= LISTED.most, `${listed} rows`);
  await guard.sweep();
  assert.equal([flood(bench)?.ext, flood(bench)?.calls], ['214', 1000 - listed]);
  await dial(bench, '2', 50, scanned);
  await guard.sweep();
  assert.is(flood(bench)?.calls, 1000 - listed, 'it is told once a minute');
  clock.now += 60_000;
  await guard.sweep();
  assert.is(flood(bench)?.calls, 1050 - rows(bench));
  const before = rows(bench);
  await ask(scanned(0), { uniqueid: '3.1' });
  assert.is(rows(bench), before + 1, 'a minute later it is listed again');
});

test('an extension that floods loses no call that may go out, and another one nothing at all', async () => {
  const bench = guardOnTheBench();
  const { ask } = bench;
  await dial(bench, '1', 400, scanned);
  const listed = rows(bench);
  const said = async (digits: string, uniqueid: string, ext = '214') => {
    const { action, reason } = await ask(digits, { uniqueid, payer: payerOf(ext) });
    return `${action} ${reason}`;
  };
  assert.is(await said('112', '2.1'), 'allow emergency');
  assert.is(await said('040123456', '2.2'), 'allow national');
  assert.is(await said('00254203456789', '2.3'), 'warn new_destination');
  assert.is(await said(scanned(0), '2.4', '215'), 'block malformed');
  assert.is(await said('+881612345678', '2.5'), 'block satellite');
  assert.is(rows(bench), listed + 5, 'what is blocked for another reason is listed too');
});

test('the same digits behind one prefix after another are seen in a flood too, and do not make one themselves', async () => {
  const bench = guardOnTheBench();
  await dial(bench, '1', 400, scanned);
  assert.equal(await dial(bench, '2', 8, (i) => `${i}*00254203456789`), ['block malformed', 'block toll_block']);
  const { action, reason } = await bench.ask('00254203456789', { uniqueid: '3.1' });
  assert.equal([action, reason], ['block', 'toll_block']);
  const before = rows(bench);
  await dial(bench, '4', 400, (i) => `9*${i}*00254203456789`);
  assert.ok(rows(bench) <= before + LISTED.most);
});

test('a toll block that is lifted is lifted at once, for a phone that redials like mad too', async () => {
  const bench = guardOnTheBench();
  blocks.add(bench.ledger.db, { what: 'all', ext: '214', reason: 'stolen', by: 'admin', at: bench.clock.now - 1 });
  const somewhere = (i: number) => `0402${String(i).padStart(6, '0')}`;
  assert.equal(await dial(bench, '1', 400, somewhere), ['block toll_block']);
  assert.ok(rows(bench) <= LISTED.most);
  assert.is((await bench.ask('112', { uniqueid: '2.1' })).action, 'allow');
  blocks.lift(bench.ledger.db, { ext: '214', by: 'admin', at: bench.clock.now });
  assert.is((await bench.ask(somewhere(0), { uniqueid: '2.2' })).action, 'allow');
});

test('what the store could not take is told later', async () => {
  let down = true;
  const flaky = (ledger: Ledger): Ledger => ({
    ...ledger,
    report: (news) => (down ? Promise.reject(new LedgerUnavailable('disk full')) : ledger.report(news)),
  });
  const bench = guardOnTheBench({ wrap: flaky });
  await dial(bench, '1', 400, scanned);
  await bench.guard.sweep();
  assert.is(flood(bench), undefined);
  down = false;
  await bench.guard.sweep();
  assert.is(flood(bench)?.calls, 400 - rows(bench));
});

test.run();
