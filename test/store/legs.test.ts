import * as assert from 'uvu/assert';
import { charge } from '../../src/core/money.ts';
import type { SqliteLedger } from '../../src/store/sqlite/ledger.ts';
import { attempt, hamburg } from '../support/facts.ts';
import { suite } from '../support/suite.ts';
import { confirmed, end, judge, ledgerOf, MINUTE, morocco, TUESDAY } from './support.ts';

const test = suite('legs of a call');

/** A confirmed call that costs money, and its lease. */
async function allowed(ledger: SqliteLedger) {
  const call = attempt(morocco);
  const { decision } = await confirmed(ledger, call);
  return { call, lease: decision.lease! };
}
const row = (ledger: SqliteLedger) => ledger.db.prepare('SELECT billsec, charged FROM calls').get();
const incidents = (ledger: SqliteLedger) =>
  ledger.db.prepare("SELECT calls, severity FROM incidents WHERE title LIKE 'Calls go out twice%'").all();

test('of one leg the largest counts, several legs are summed and reported', async () => {
  const ledger = ledgerOf();
  const { call, lease } = await allowed(ledger);
  const tell = (leg: string, seconds: number, at: number) =>
    ledger.callEnded(end(call, seconds, { leg, answered: true, at: TUESDAY + at * MINUTE }));
  assert.is((await tell('a', 30, 1)).seconds, 30);
  assert.is((await tell('a', 40, 1)).seconds, 40);
  assert.equal(incidents(ledger), []);
  assert.equal(await tell('b', 20, 2), { marked: false, kept: false, seconds: 20, charged: charge(lease.tariff!, 20) });
  assert.equal(incidents(ledger), [{ calls: 1, severity: 'critical' }]);
  for (const [leg, seconds] of [
    ['a', 40],
    ['b', 25],
    ['a', 10],
  ] as const)
    await tell(leg, seconds, 3);
  const charged = charge(lease.tariff!, 40) + charge(lease.tariff!, 25);
  assert.equal(row(ledger), { billsec: 65, charged });
  assert.is(ledger.db.prepare('SELECT SUM(charged) FROM spent_hours').pluck().get(), charged);
  assert.equal(incidents(ledger), [{ calls: 1, severity: 'critical' }]);
  ledger.close();
});

test('a leg nobody answered is no second one, nor is a source that names none', async () => {
  const ledger = ledgerOf();
  const { call, lease } = await allowed(ledger);
  await ledger.callEnded(end(call, 0, { leg: 'a', answered: false }));
  await ledger.callEnded(end(call, 30, { leg: 'b', answered: true }));
  await ledger.callEnded(end(call, 0, { leg: 'c', answered: false }));
  await ledger.callEnded(end(call, 35, { answered: true }));
  assert.equal(row(ledger), { billsec: 35, charged: charge(lease.tariff!, 35) });
  assert.equal(incidents(ledger), []);
  ledger.close();
});

test('asked again while an answered leg lives on, a call gets a lease for its next leg', async () => {
  const ledger = ledgerOf();
  const call = attempt(hamburg);
  await ledger.admit(call, judge(call));
  const up = await ledger.callEnded(end(call, 10, { leg: 'a', answered: true, trunkUp: true }));
  assert.is(up.kept, true);
  const again = { ...call, at: TUESDAY + MINUTE };
  const { decision, repeated } = await ledger.admit(again, judge(again));
  assert.equal([decision.verdict.action, repeated, ledger.open().length], ['allow', false, 2]);
  assert.is((await ledger.admit(again, judge(again))).repeated, true);
  await ledger.callEnded(end(again, 20, { leg: 'b', answered: true }));
  assert.is(ledger.open().length, 1);
  await ledger.callEnded(end(again, 90, { leg: 'a', answered: true }));
  assert.equal(ledger.open(), []);
  assert.equal(row(ledger), { billsec: 110, charged: 0 });
  assert.equal(incidents(ledger), []);
  ledger.close();
});

test('who asks by the unique id of a caller who left while his leg talks on gets no part of that lease', async () => {
  const ledger = ledgerOf();
  const { call, lease } = await allowed(ledger);
  const again = { ...call, at: TUESDAY + MINUTE, age: 20 };
  const { decision, repeated } = await ledger.admit(again, judge(again));
  assert.equal([decision.verdict.action, decision.verdict.reasons[0]?.code, repeated], ['block', 'parallel', false]);
  await ledger.callEnded(end(call, 30, { leg: 'a', answered: true }));
  assert.equal(row(ledger), { billsec: 30, charged: charge(lease.tariff!, 30) });
  ledger.close();
});

test('of two leases of one unique id a leg is charged to the one that it was dialled on', async () => {
  const ledger = ledgerOf();
  const call = attempt(hamburg);
  const again = { ...call, at: TUESDAY + MINUTE, age: 20 };
  for (const asked of [call, again]) await ledger.admit(asked, judge(asked));
  const tell = (leg: string, minutes: number, age: number) =>
    ledger.callEnded(end(call, 10, { leg, answered: true, at: TUESDAY + minutes * MINUTE, age: age * MINUTE }));
  await tell('second', 2, 1);
  const third = { ...call, at: TUESDAY + 2 * MINUTE, age: 20 };
  await ledger.admit(third, judge(third));
  await ledger.callEnded(end(third, 0, { answered: false, age: 0 }));
  await tell('first', 3, 3);
  assert.equal(ledger.db.prepare('SELECT leg, seconds FROM leases ORDER BY id').raw().all(), [
    ['first', 10],
    ['second', 10],
    [null, 0],
  ]);
  ledger.close();
});

test.run();
