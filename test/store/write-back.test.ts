import { mkdtempSync, rmSync } from 'node:fs';
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

function missing(db: Db): number {
  const [{ log, checkpointed }] = db.pragma('wal_checkpoint(NOOP)') as [{ log: number; checkpointed: number }];
  return log - checkpointed;
}

test('a few pages wait for five seconds, a thousand for nothing', ({ guard, worker }) => {
  let now = 0;
  const look = writeBack(worker, () => now);
  commit(guard, 10);
  now = 4_900;
  look();
  assert.ok(missing(worker) >= 10);
  now = 5_100;
  look();
  assert.is(missing(worker), 0);
  commit(guard, 1_100);
  look();
  assert.is(missing(worker), 0);
});

test('what is committed while a round goes on is written back by the next, so that the log begins anew', ({
  guard,
  worker,
}) => {
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
  assert.is(missing(guard), 0);
  commit(guard, 2);
  const [{ log }] = guard.pragma('wal_checkpoint(NOOP)') as [{ log: number }];
  assert.ok(log < 100, `the log did not begin anew: ${log} pages`);
});

test.run();
