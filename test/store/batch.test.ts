import Database from 'better-sqlite3';
import * as assert from 'uvu/assert';
import { LedgerUnavailable } from '../../src/guard/ports.ts';
import { openBatch } from '../../src/store/sqlite/batch.ts';
import { noSync, type Sync } from '../../src/store/sqlite/database.ts';
import { suite } from '../support/suite.ts';

const test = suite('batches');

function scratch(sync: Sync = noSync) {
  const db = new Database(':memory:');
  db.exec('CREATE TABLE rows (n INTEGER)');
  const insert = db.prepare('INSERT INTO rows VALUES (?)');
  const rows = () => db.prepare('SELECT n FROM rows ORDER BY n').pluck().all();
  return { batch: openBatch(db, sync), add: (n: number) => insert.run(n).changes, rows };
}

/** A disk that flushes when it is told to. */
function slowDisk() {
  const waiting: { resolve: () => void; reject: (error: Error) => void }[] = [];
  const flush = () => new Promise<void>((resolve, reject) => waiting.push({ resolve, reject }));
  return { sync: Object.assign(flush, { close: () => {} }), waiting };
}

const state = async (work: Promise<unknown>) => {
  await new Promise((resolve) => setTimeout(resolve, 20));
  return Promise.race([
    work.then(
      () => 'done',
      () => 'failed',
    ),
    Promise.resolve('waits'),
  ]);
};

test('what one job throws undoes that job alone; those beside it are done once', async () => {
  const { batch, add, rows } = scratch();
  const before = batch.run(() => add(1));
  const wrong = batch.run(() => {
    add(2);
    throw new RangeError('two');
  });
  const after = batch.run(() => add(3));
  assert.is(await before, 1);
  assert.instance(await wrong.catch((error) => error), RangeError);
  assert.is(await after, 1);
  assert.equal(rows(), [1, 3]);
});

test('only the jobs that need the disk wait for it', async () => {
  const { sync, waiting } = slowDisk();
  const { batch, add } = scratch(sync);
  const dear = batch.run(
    () => add(1),
    () => true,
  );
  const cheap = batch.run(() => add(2));
  assert.is(await cheap, 1);
  assert.is(await batch.run(() => add(3)), 1);
  assert.is(await state(dear), 'waits');
  waiting[0]!.resolve();
  assert.is(await dear, 1);
  assert.is(waiting.length, 1);
});

test('a disk that cannot be flushed is an unavailable ledger, for those that waited and for the next', async () => {
  const { sync, waiting } = slowDisk();
  const { batch, add } = scratch(sync);
  const dear = batch.run(
    () => add(1),
    () => true,
  );
  assert.is(await state(dear), 'waits');
  waiting[0]!.reject(new Error('EIO'));
  assert.instance(await dear.catch((error) => error), LedgerUnavailable);
  assert.instance(await batch.run(() => add(2)).catch((error) => error), LedgerUnavailable);
});

test.run();
