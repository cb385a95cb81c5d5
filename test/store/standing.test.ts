import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as assert from 'uvu/assert';
import * as blocks from '../../src/store/sqlite/blocks.ts';
import { type Db, openDatabase } from '../../src/store/sqlite/database.ts';
import * as extensions from '../../src/store/sqlite/extensions.ts';
import { stakesReader } from '../../src/store/sqlite/figures.ts';
import * as limits from '../../src/store/sqlite/limits.ts';
import * as overrides from '../../src/store/sqlite/overrides.ts';
import * as settings from '../../src/store/sqlite/settings.ts';
import { type Standing, standingReader } from '../../src/store/sqlite/standing.ts';
import { fileIn, recordCalls } from '../bench/support/many-calls.ts';
import { attempt, hamburg, TUESDAY } from '../support/facts.ts';
import { suite } from '../support/suite.ts';
import { DAY, end, judge, ledgerOf } from './support.ts';

interface Around {
  folder: string;
  guard: Db;
  owner: Db;
  standing: () => Standing;
}

const test = suite<Around>('standing and figures kept');
test.before.each((t) => {
  t.folder = mkdtempSync(join(tmpdir(), 'dw-standing-'));
  t.guard = openDatabase(t.folder, { create: true });
  t.owner = openDatabase(t.folder, { create: false });
  const read = standingReader(t.guard);
  t.standing = () => read('main', '214');
});
test.after.each(({ guard, owner, folder }) => {
  guard.close();
  owner.close();
  rmSync(folder, { recursive: true });
});

test('what another program sets is true of the next call, and what it takes back no more', ({ standing, owner }) => {
  const before = standing();
  assert.is(standing(), before);
  limits.set(owner, 'main', '214', 'calls_per_day.all', '7');
  assert.is(standing().limits.numbers.calls_per_day.all, 7);
  limits.reset(owner, 'main', '214');
  extensions.set(owner, { site: 'main', ext: '214', machine: true });
  overrides.set(owner, { prefix: '252', action: 'deny', by: 'root', at: 1 });
  settings.set(owner, 'observe_until', '99');
  const block = blocks.add(owner, { what: 'all', ext: '214', reason: '', by: 'root', at: 1 });
  const { machine, overrides: some, observeUntil, blocked } = standing();
  assert.equal(
    { machine, some, observeUntil, blocked },
    { machine: true, some: true, observeUntil: 99, blocked: true },
  );
  blocks.lift(owner, { id: block, by: 'root', at: 2 });
  extensions.remove(owner, 'main', '214');
  overrides.remove(owner, { prefix: '252' });
  settings.set(owner, 'observe_until', null);
  assert.equal(standing(), before);
});

test('what is undone was never true', ({ standing, guard }) => {
  const block = () => blocks.add(guard, { what: 'all', ext: '214', reason: '', by: 'guard', at: 1 });
  const undone = guard.transaction(() => {
    block();
    assert.ok(standing().blocked);
    throw new Error('undone');
  });
  assert.throws(undone, /undone/);
  assert.not(standing().blocked);
  block();
  assert.ok(standing().blocked);
});

test('blocks of other extensions and sites do not concern it; one of every extension does', ({ standing, owner }) => {
  blocks.add(owner, { what: 'all', ext: '215', reason: '', by: 'root', at: 1 });
  blocks.add(owner, { what: 'all', site: 'branch', reason: '', by: 'root', at: 1 });
  assert.not(standing().blocked);
  blocks.add(owner, { what: 'international', site: 'main', reason: '', by: 'root', at: 1 });
  assert.ok(standing().blocked);
});

test('the use that triggers count is what the calls tell, also of calls recorded in bulk', async ({ folder }) => {
  const filled = join(folder, 'filled');
  recordCalls(filled, TUESDAY, 5_000, 7);
  const ledger = ledgerOf({ file: fileIn(filled), clock: () => TUESDAY });
  for (let i = 0; i < 20; i++) {
    const call = attempt(hamburg, { uniqueid: `9.${i}`, ext: '1003', at: TUESDAY + i * 60_000 });
    await ledger.admit(call, judge(call));
    if (i % 3 !== 0) await ledger.callEnded(end(call, 20 + i));
  }
  const sums = (sql: string) => ledger.db.prepare(sql).all({ since: TUESDAY - DAY });
  const told = sums(`SELECT ext, SUM(calls) AS calls, SUM(seconds) AS seconds, SUM(charged) AS charged FROM (
    SELECT ext, 1 AS calls, 0 AS seconds, 0 AS charged FROM calls WHERE counted = 1 AND at >= @since
    UNION ALL SELECT ext, 0, seconds, charged FROM leases WHERE seconds > 0 AND closed_at >= @since) GROUP BY ext`);
  const counted =
    sums(`SELECT ext, SUM(calls) AS calls, SUM(seconds) AS seconds, SUM(charged) AS charged FROM used_hours
    WHERE hour >= @since / 3600000 GROUP BY ext`);
  assert.equal(counted, told);
  const kept = sums(`SELECT ext, SUM(1 - ended) AS calls, SUM(seconds) AS seconds, SUM(charged) AS charged FROM uses
    WHERE at >= @since GROUP BY ext`);
  assert.equal(kept, told);
  ledger.close();
});

test('what a site was charged in a day is exact, from whole hours and a broken one', ({ folder }) => {
  const filled = join(folder, 'filled');
  recordCalls(filled, TUESDAY, 5_000, 7);
  const db = openDatabase(filled, { create: false });
  const read = stakesReader(db);
  const truth = db.prepare('SELECT SUM(charged) FROM leases WHERE closed_at > ?').pluck();
  for (const minutes of [0, 17, 59, 600]) {
    const at = TUESDAY + minutes * 60_000;
    assert.is(read(at)[0]?.charged, truth.get(at - DAY));
  }
  db.close();
});

test.run();
