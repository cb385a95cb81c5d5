import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import * as assert from 'uvu/assert';
import { pruneAll } from '../../src/guard/retention.ts';
import { openDatabase } from '../../src/store/sqlite/database.ts';
import { stuckMegabytes } from '../../src/store/sqlite/figures.ts';
import { openLedger } from '../../src/store/sqlite/ledger.ts';
import { prunable, pruner } from '../../src/store/sqlite/prune.ts';
import { fileIn, recordCalls } from '../bench/support/many-calls.ts';
import { attempt, hamburg, policy, TUESDAY } from '../support/facts.ts';
import { suite } from '../support/suite.ts';
import { DAY, end, judge, ledgerOf, morocco } from './support.ts';

const test = suite('prune', { timeout: 240_000 });
const KEEP = 100;
const LATER = TUESDAY + 101 * DAY;

const prune = (db: Parameters<typeof pruner>[0], now: number, keepDays = KEEP) =>
  pruneAll({ retention: pruner(db), keepDays: () => keepDays, now: () => now });

test('old calls go with their leases; those of incidents, open ones and young ones stay', async () => {
  const ledger = ledgerOf();
  const [old, going, young] = [
    attempt(hamburg, { uniqueid: '1.1' }),
    attempt(hamburg, { uniqueid: '1.2' }),
    attempt(hamburg, { uniqueid: '1.3', at: TUESDAY + 2 * DAY }),
  ];
  const questioned = attempt(morocco, { uniqueid: '1.4' });
  for (const call of [young, old, going, questioned]) await ledger.admit(call, judge(call));
  for (const call of [old, young]) await ledger.callEnded(end(call, 20));
  assert.is(prunable(ledger.db, LATER - KEEP * DAY), 2);
  assert.is(await prune(ledger.db, LATER), 1);
  const left = ledger.db.prepare('SELECT uniqueid FROM calls ORDER BY id').pluck().all();
  assert.equal(left, ['1.3', '1.2', '1.4']);
  const leases = ledger.db
    .prepare('SELECT uniqueid FROM leases JOIN calls ON calls.id = call ORDER BY 1')
    .pluck()
    .all();
  assert.equal(leases, ['1.2', '1.3']);
  assert.is(await prune(ledger.db, LATER), 0);
  ledger.close();
});

test('what ages by itself goes; what counts still, and what the owner set, stays', async () => {
  const ledger = ledgerOf();
  const ago = (days: number) => LATER - days * DAY;
  const confirmation = ledger.db.prepare(
    "INSERT INTO confirmations (site, ext, region, block, at, day, working, by, until) VALUES ('main', '214', 'FR', '', ?, '2026-01-01', 1, ?, ?)",
  );
  for (const days of [99, 101]) confirmation.run(ago(days), 'caller', null);
  for (const days of [99, 101]) confirmation.run(ago(400), 'learn', ago(days));
  confirmation.run(ago(4000), 'admin', null);
  const pass = ledger.db.prepare("INSERT INTO passes (by, at, until) VALUES ('root', 0, ?)");
  for (const days of [-1, 29, 31]) pass.run(ago(days));
  const hour = ledger.db.prepare("INSERT INTO used_hours VALUES ('main', '214', ?, 0, 1, 60, 0)");
  const use = ledger.db.prepare("INSERT INTO uses VALUES ('main', '214', ?, ?, ?, 0, 60, 0)");
  const nowHour = Math.floor(LATER / 3_600_000);
  for (const hours of [0, 25, 80]) {
    hour.run(nowHour - hours);
    for (let i = 0; i < 500; i++) use.run(i % 2, (nowHour - hours) * 3_600_000 + i, i);
  }
  await prune(ledger.db, LATER);
  const count = (table: string) => ledger.db.prepare(`SELECT COUNT(*) FROM ${table}`).pluck().get();
  assert.equal(['confirmations', 'passes', 'used_hours', 'uses'].map(count), [3, 2, 2, 1000]);
  ledger.close();
});

test('news that was sent goes after a month, once its incident is closed; incidents and their log never', async () => {
  const ledger = ledgerOf();
  const call = attempt(morocco);
  await ledger.admit(call, judge(call));
  const { db } = ledger;
  db.exec(`UPDATE outbox SET planned = 1;
    INSERT INTO deliveries (message, route, state, next_at, sent_at) SELECT id, 'webhook', 'sent', 0, at FROM outbox`);
  const counts = () =>
    ['outbox', 'deliveries', 'incidents', 'incident_log'].map((name) =>
      db.prepare(`SELECT COUNT(*) FROM ${name}`).pluck().get(),
    );
  const before = counts();
  assert.ok(before.every((n) => (n as number) > 0));
  await prune(db, TUESDAY + 31 * DAY);
  assert.equal(counts(), before);
  db.exec("UPDATE incidents SET state = 'closed'");
  await prune(db, TUESDAY + 29 * DAY);
  assert.equal(counts(), before);
  await prune(db, TUESDAY + 31 * DAY);
  assert.equal(counts(), [0, 0, ...before.slice(2)]);
  ledger.close();
});

test('a file that cannot shrink is told of, one that can is not', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'dw-prune-'));
  for (const [name, mode, told] of [
    ['old', 'NONE', true],
    ['new', 'INCREMENTAL', false],
  ] as const) {
    const filled = join(folder, name);
    recordCalls(filled, TUESDAY, 5_000, 7);
    const db = openDatabase(filled, { create: false });
    db.pragma('journal_mode = DELETE');
    db.pragma(`auto_vacuum = ${mode}`);
    db.exec('VACUUM');
    assert.is(stuckMegabytes(db), 0);
    await prune(db, TUESDAY + 400 * DAY);
    assert.is(stuckMegabytes(db) > 0, told);
    db.close();
  }
  rmSync(folder, { recursive: true });
});

test('100,000 calls go while a hundred are asked about every second: none without a verdict, and the file shrinks', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'dw-prune-'));
  const CALLS = 110_000;
  recordCalls(folder, TUESDAY, CALLS, 200);
  const ledger = openLedger({ file: fileIn(folder), policies: () => policy(), clock: () => TUESDAY });
  const pages = () => ledger.db.pragma('page_count', { simple: true }) as number;
  const before = pages();
  let asked = 0;
  let unavailable = 0;
  const began = performance.now();
  const one = async () => {
    const call = attempt(hamburg, { uniqueid: `load.${++asked}`, ext: `${3000 + (asked % 100)}` });
    await ledger.admit(call, judge(call)).catch(() => unavailable++);
    await ledger.callEnded(end(call, 20));
  };
  const timer = setInterval(() => {
    while (asked < (performance.now() - began) / 10) void one();
  }, 5);
  // All but the last 36 of 400 days.
  const gone = await pruneAll({ retention: pruner(ledger.db), keepDays: () => 100, now: () => TUESDAY + 64 * DAY });
  clearInterval(timer);
  await sleep(100);
  assert.ok(gone > 100_000 && asked > 100);
  assert.is(unavailable, 0);
  assert.ok(pages() < before / 2);
  assert.is(ledger.db.pragma('integrity_check', { simple: true }), 'ok');
  ledger.close();
  rmSync(folder, { recursive: true });
});

test.run();
