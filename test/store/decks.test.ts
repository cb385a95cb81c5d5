import * as assert from 'uvu/assert';
import * as decks from '../../src/store/sqlite/decks.ts';
import type { SqliteLedger } from '../../src/store/sqlite/ledger.ts';
import { attempt, hamburg, somalia } from '../support/facts.ts';
import { suite } from '../support/suite.ts';
import { judge, ledgerOf, seen, TUESDAY } from './support.ts';

const test = suite<{ ledger: SqliteLedger }>('rate decks');

test.before.each((t) => {
  t.ledger = ledgerOf();
});
test.after.each(({ ledger }) => ledger.close());

const rate = (prefix: string, perMinute: number): decks.RateRow => ({
  prefix,
  destination: `to ${prefix}`,
  perMinute,
  connectFee: 0,
  first: 60,
  next: 1,
});
const deck = (name: string) => ({ name, sha256: 'ab'.repeat(32), at: TUESDAY });

async function priceOf(ledger: SqliteLedger, destination = somalia) {
  const call = attempt(destination);
  const { kept, decide } = seen(judge(call));
  await ledger.preview(call, decide);
  return kept[0]!.tariff;
}

test('a deck prices nothing until it is switched on, and then by the longest prefix', async ({ ledger }) => {
  const { db } = ledger;
  const rows = [rate('252', 300_000), rate('25261', 700_000), rate('25262', 1), rate('252615550', 900_000)];
  const generation = await decks.begin(db, deck('carrier'), rows);
  assert.is(await priceOf(ledger), null);
  await decks.activate(db, generation);
  assert.equal(await priceOf(ledger), {
    perMinute: 900_000,
    connectFee: 0,
    first: 60,
    next: 1,
    source: 'deck carrier',
  });
  assert.is((await priceOf(ledger, { ...somalia, e164: '+252999' }))?.perMinute, 300_000);
  assert.is(await priceOf(ledger, hamburg), null);
  assert.equal([...decks.rowsOf(db, generation)], [rows[0], rows[1], rows[3], rows[2]]);
  assert.equal([decks.active(db)?.name, decks.active(db)?.rows], ['carrier', 4]);
});

test('the next deck takes its place whole, and its rows are deleted', async ({ ledger }) => {
  const { db } = ledger;
  await decks.activate(db, await decks.begin(db, deck('old'), [rate('252', 1), rate('1', 1)]));
  await decks.activate(db, await decks.begin(db, deck('new'), [rate('252', 2)]));
  assert.is((await priceOf(ledger))?.source, 'deck new');
  assert.equal(
    decks.list(db).map((d) => [d.name, d.state]),
    [
      ['old', 'retired'],
      ['new', 'active'],
    ],
  );
  assert.is(db.prepare('SELECT COUNT(*) FROM rates').pluck().get(), 1);
  assert.is(await decks.deactivate(db), true);
  assert.is(await priceOf(ledger), null);
  assert.is(await decks.deactivate(db), false);
  try {
    await decks.activate(db, 99);
    assert.unreachable();
  } catch (error) {
    assert.match((error as Error).message, /no rate deck of generation 99/);
  }
});

test('all or nothing: a bad row leaves no trace, and the deck in force stays', async ({ ledger }) => {
  const { db } = ledger;
  await decks.activate(db, await decks.begin(db, deck('good'), [rate('252', 5)]));
  const faults: [() => Iterable<decks.RateRow>, RegExp][] = [
    [() => [rate('1', 1), rate('2', 1), rate('1', 2)], /UNIQUE/],
    [
      function* () {
        for (let i = 0; i < 5_000; i++) yield rate(String(1_000_000 + i), 1);
        throw new Error('line 5001: no price');
      },
      /line 5001/,
    ],
  ];
  for (const [rows, why] of faults) {
    const thrown = await decks.begin(db, deck('bad'), rows()).then(
      () => null,
      (error) => error,
    );
    assert.match(thrown.message, why);
    assert.is(db.prepare('SELECT COUNT(*) FROM rates').pluck().get(), 1);
    assert.is(decks.list(db).length, 1);
  }
  assert.is((await priceOf(ledger))?.perMinute, 5);
});

test('progress is told, and rows may come as they are read', async ({ ledger }) => {
  const told: number[] = [];
  async function* rows() {
    for (let i = 0; i < 9_000; i++) yield rate(String(1_000_000 + ((i * 7919) % 9_000)), i);
  }
  const generation = await decks.begin(ledger.db, deck('large'), rows(), (written) => told.push(written));
  assert.is(told.at(-1), 9_000);
  assert.ok(told.length > 2 && told.every((n, i) => i === 0 || n > told[i - 1]!));
  assert.is([...decks.rowsOf(ledger.db, generation)].length, 9_000);
});

test.run();
