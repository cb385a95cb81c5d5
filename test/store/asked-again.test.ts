import * as assert from 'uvu/assert';
import * as blocks from '../../src/store/sqlite/blocks.ts';
import * as calls from '../../src/store/sqlite/calls.ts';
import { attempt, hamburg } from '../support/facts.ts';
import { suite } from '../support/suite.ts';
import { confirmed, end, judge, ledgerOf, MINUTE, morocco, refusal, seen, TUESDAY } from './support.ts';

const test = suite('asked again');

test('the same key asked again is the same call: one lease, one count, the same outcome', async () => {
  const ledger = ledgerOf();
  const call = attempt(hamburg);
  const first = await ledger.admit(call, judge(call));
  const second = await ledger.admit({ ...call, at: TUESDAY + 2000 }, () => assert.unreachable() as never);
  assert.equal([second.repeated, second.call, second.decision.verdict.action], [true, first.call, 'allow']);
  assert.is(ledger.open().length, 1);
  const elsewhere = attempt({ ...hamburg, e164: '+494012345679' });
  assert.is.not((await ledger.admit(elsewhere, judge(elsewhere))).call, first.call);
  assert.is(ledger.open().length, 2);
  ledger.close();
});

test('a second trunk after the first one ended is not questioned again, and takes a new lease', async () => {
  const ledger = ledgerOf();
  const call = attempt(morocco);
  const { id } = await confirmed(ledger, call);
  await ledger.callEnded(end(call, 0, { answered: false }));
  const second = await ledger.admit({ ...call, at: TUESDAY + 9000 }, judge(call));
  assert.equal([second.call, second.repeated, second.decision.verdict.action], [id, false, 'allow']);
  const [row] = calls.list(ledger.db);
  assert.equal(
    row!.reasons.map(({ code }) => code),
    ['cleared', 'new_destination'],
    'it is still told why it was asked about',
  );
  assert.is(ledger.open().length, 1);
  const { charged } = await ledger.callEnded(end(call, 120, { answered: true }));
  assert.equal(
    calls.list(ledger.db).map((c) => [c.verdict, c.state, c.billsec, c.charged]),
    [['warn', 'ended', 120, charged]],
  );
  ledger.close();
});

test('a call that was answered is over: the same key asked again is another call, judged and counted anew', async () => {
  const ledger = ledgerOf();
  const call = attempt(morocco);
  const { id } = await confirmed(ledger, call);
  await ledger.callEnded(end(call, 20));
  const again = { ...call, at: TUESDAY + MINUTE / 2 };
  const { kept, decide } = seen(judge(again));
  const second = await ledger.admit(again, decide);
  assert.is.not(second.call, id);
  assert.equal([kept[0]!.previous, kept[0]!.usage.calls_per_minute.all], [null, 1]);
  assert.is(second.decision.verdict.reasons[0]?.code, 'confirmed_today');
  const third = attempt(morocco, { uniqueid: '2', at: TUESDAY + MINUTE / 2 });
  await ledger.preview(third, (facts) => decide(facts));
  assert.is(kept[1]!.usage.calls_per_minute.all, 2);
  const { charged } = await ledger.callEnded(end(again, 10));
  assert.ok(charged > 0);
  assert.equal(
    calls.list(ledger.db).map((c) => [c.id, c.verdict, c.state, c.billsec]),
    [
      [id, 'warn', 'ended', 20],
      [second.call, 'allow', 'ended', 10],
    ],
  );
  ledger.close();
});

test('a younger channel of the same unique id is another call, also when nobody answered: a phone may choose its id', async () => {
  const ledger = ledgerOf();
  const call = attempt(morocco);
  const { id } = await confirmed(ledger, call);
  await ledger.callEnded(end(call, 0, { answered: false }));
  const trunk = { ...call, at: TUESDAY + MINUTE / 2, age: MINUTE / 2 };
  assert.is((await ledger.admit(trunk, judge(trunk))).call, id, 'the same channel goes on');
  await ledger.callEnded(end(call, 0, { answered: false }));
  const again = { ...call, at: TUESDAY + MINUTE, age: MINUTE / 2 };
  const { kept, decide } = seen(judge(again));
  assert.is.not((await ledger.admit(again, decide)).call, id);
  assert.equal([kept[0]?.previous, kept[0]?.usage.calls_per_hour.all], [null, 1]);
  ledger.close();
});

test('a second trunk is the same call: it is counted once', async () => {
  const ledger = ledgerOf();
  const call = attempt(hamburg);
  await ledger.admit(call, judge(call));
  await ledger.callEnded(end(call, 0, { answered: false }));
  await ledger.admit({ ...call, at: TUESDAY + 9000 }, judge(call));
  const other = attempt(hamburg, { uniqueid: '2', at: TUESDAY + 9000 });
  const { kept, decide } = seen(judge(other));
  await ledger.preview(other, decide);
  assert.is(kept[0]!.usage.calls_per_minute.all, 1);
  ledger.close();
});

test('a blocked or refused call keeps its outcome until its end; then the same key is judged anew', async () => {
  const ledger = ledgerOf();
  const call = attempt(morocco);
  const verdict = async () => (await ledger.admit(call, judge(call))).decision.verdict.reasons[0]?.code;
  blocks.add(ledger.db, { what: 'international', ext: '214', reason: 'stolen', by: 'admin', at: TUESDAY - 1 });
  assert.is(await verdict(), 'toll_block');
  blocks.lift(ledger.db, { ext: '214', by: 'admin', at: TUESDAY });
  assert.is(await verdict(), 'toll_block');
  assert.is((await ledger.callEnded(end(call, 0))).marked, false);
  assert.is((await ledger.callEnded(end(call, 0, { e164: null }))).marked, false, 'told twice, it is one end');
  const asked = await ledger.admit(call, judge(call));
  assert.is(asked.decision.verdict.action, 'warn');
  await ledger.answered(asked.call, call, 'wrong', refusal(call));
  assert.is(await verdict(), 'warning_refused');
  await ledger.callEnded(end(call, 0, { e164: null }));
  assert.is(await verdict(), 'new_destination');
  assert.is((await ledger.callEnded(end(call, 0, { e164: null }))).marked, true, 'an end while the question is asked');
  ledger.close();
});

test.run();
