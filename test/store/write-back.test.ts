import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as assert from 'uvu/assert';
import { type Db, openDatabase } from '../../src/store/sqlite/database.ts';
import { writeBack } from '../../src/store/sqlite/write-back.ts';
import { suite } from '../support/suite.ts';

const test = suite<{ dir: string; guard: Db; worker: Db }>('writing back');

test.before.each((ctx) => {
  ctx.dir = mkdtempSync(join(tmpdir(), 'dialwarden-'));
  ctx.guard = openDatabase(ctx.dir, { create: true });
  ctx.guard.exec('CREATE TABLE filler (text)');
  ctx.guard.pragma('wal_autocheckpoint = 0');
  ctx.guard.pragma('wal_checkpoint(TRUNCATE)');
  ctx.worker = openDatabase(ctx.dir, { create: false });
});
test.after.each(({ dir, guard, worker }) => {
  worker.close();
  guard.close();
  rmSync(dir, { recursive: true });
});

/** Commits so many pages. */
const commit = (db: Db, pages: number) =>
  db.prepare('INSERT INTO filler VALUES (zeroblob(?))').run(Math.max(1, pages - 1) * 4_000);

/** Pages in the log, and those of them that the database file lacks. */
function pages(db: Db): { log: number; missing: number } {
  const [{ log, checkpointed }] = db.pragma('wal_checkpoint(NOOP)') as [{ log: number; checkpointed: number }];
  return { log, missing: log - checkpointed };
}
/** A new log with nothing in it but the commit that began it. */
const NEW = { log: 1, missing: 1 };

test('a few pages wait for five seconds, a thousand for nothing', ({ guard, worker }) => {
  let now = 0;
  const look = writeBack(worker, () => now);
  commit(guard, 10);
  now = 4_900;
  look();
  assert.ok(pages(worker).missing >= 10);
  now = 5_100;
  look();
  assert.equal(pages(worker), NEW);
  commit(guard, 1_100);
  look();
  assert.equal(pages(worker), NEW);
});

test('the log begins anew without a call, which would wait for the disk, and only where calls came', ({
  guard,
  worker,
}) => {
  let now = 0;
  const look = writeBack(worker, () => now);
  commit(guard, 1_100);
  look();
  const salts = () =>
    readFileSync(join(worker.name, '..', 'dialwarden.db-wal'))
      .subarray(16, 24)
      .toString('hex');
  const before = salts();
  commit(guard, 2);
  assert.is(salts(), before, 'the commit of a call began the log');
  now = 6_000;
  look();
  const after = salts();
  assert.is.not(after, before);
  now = 60_000;
  look();
  assert.equal(pages(worker), NEW);
  assert.is(salts(), after, 'nothing had come');
});

test('what is committed while a round goes on is written back by the next', ({ guard, worker }) => {
  const pragma = worker.pragma.bind(worker);
  let meanwhile = 2;
  worker.pragma = (source, options) => {
    const answer = pragma(source, options);
    if (source.includes('PASSIVE') && meanwhile-- > 0) commit(guard, 2);
    return answer;
  };
  const look = writeBack(worker, () => 0);
  commit(guard, 1_100);
  look();
  assert.equal(pages(guard), NEW);
});

test('where another program holds the lock it is tried again', ({ guard, worker }) => {
  const look = writeBack(worker, () => 0);
  commit(guard, 1_100);
  guard.exec('BEGIN IMMEDIATE');
  assert.throws(look, /locked/);
  guard.exec('COMMIT');
  look();
  assert.equal(pages(guard), NEW);
});

test.run();
