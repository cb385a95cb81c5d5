import { chmodSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import Database from 'better-sqlite3';
import * as assert from 'uvu/assert';
import { LedgerUnavailable } from '../../src/guard/ports.ts';
import * as calls from '../../src/store/sqlite/calls.ts';
import type { SqliteLedger } from '../../src/store/sqlite/ledger.ts';
import { attempt, hamburg } from '../support/facts.ts';
import { suite } from '../support/suite.ts';
import { end, judge, ledgerOf } from './support.ts';

const test = suite<{ dir: string; file: string; ledger: SqliteLedger }>('a store that fails');

test.before.each((t) => {
  t.dir = mkdtempSync(join(tmpdir(), 'dialwarden-'));
  t.file = join(t.dir, 'dialwarden.db');
  t.ledger = ledgerOf({ file: t.file });
});
test.after.each(({ dir, ledger }) => {
  if (ledger.db.open) ledger.close();
  chmodSync(dir, 0o700);
  rmSync(dir, { recursive: true });
});

let serial = 0;
const ask = (ledger: SqliteLedger) => {
  const call = attempt(hamburg, { uniqueid: `f${++serial}` });
  return ledger.admit(call, judge(call));
};

async function refused(work: Promise<unknown>, why: RegExp): Promise<void> {
  const thrown = await work.then(
    () => null,
    (error) => error,
  );
  assert.instance(thrown, LedgerUnavailable);
  assert.match(thrown.message, why);
}

test('a locked database costs the first call 200 ms and the next ones nothing; then it is tried again', async (t) => {
  const other = new Database(t.file);
  other.exec('BEGIN IMMEDIATE');
  let began = performance.now();
  await refused(ask(t.ledger), /locked by another program/);
  const waited = performance.now() - began;
  assert.ok(waited >= 150 && waited < 1_000, `waited ${waited} ms`);
  began = performance.now();
  await Promise.all(Array.from({ length: 20 }, () => refused(ask(t.ledger), /locked/)));
  assert.ok(performance.now() - began < 150, 'the next calls queued behind the lock');
  other.exec('ROLLBACK');
  other.close();
  await new Promise((resolve) => setTimeout(resolve, 220));
  assert.is((await ask(t.ledger)).decision.verdict.action, 'allow');
});

test('a full disk is unavailable in plain words, changes nothing, and passes when there is room again', async ({
  ledger,
}) => {
  await ask(ledger);
  const before = calls.list(ledger.db).length;
  const pages = ledger.db.pragma('page_count', { simple: true }) as number;
  ledger.db.pragma(`max_page_count = ${pages}`);
  const failures: Promise<unknown>[] = [];
  for (let i = 0; i < 400; i++) failures.push(ask(ledger));
  const settled = await Promise.allSettled(failures);
  const rejected = settled.filter((s) => s.status === 'rejected');
  assert.ok(rejected.length > 0);
  for (const { reason } of rejected) assert.match(reason.message, /the disk is full/);
  assert.is(calls.list(ledger.db).length, before + settled.length - rejected.length);
  ledger.db.pragma(`max_page_count = ${pages + 10_000}`);
  await new Promise((resolve) => setTimeout(resolve, 220));
  assert.is((await ask(ledger)).repeated, false);
});

test('a damaged page is unavailable, not a verdict', async (t) => {
  for (let i = 0; i < 50; i++) await ask(t.ledger);
  t.ledger.close();
  const worker = new Worker(
    `const fs = require('node:fs'); const { file, size } = require('node:worker_threads').workerData;
     const fd = fs.openSync(file, 'r+'); fs.writeSync(fd, Buffer.alloc(size - 8192, 0x5a), 0, size - 8192, 8192); fs.closeSync(fd);`,
    { eval: true, workerData: { file: t.file, size: statSync(t.file).size } },
  );
  await new Promise((resolve) => worker.on('exit', resolve));
  const message = await Promise.resolve()
    .then(() => {
      t.ledger = ledgerOf({ file: t.file });
      return ask(t.ledger);
    })
    .then(
      () => 'a verdict',
      (error) => error.message,
    );
  assert.match(message, /damaged/);
});

test('a closed ledger refuses, and says so; what was asked before is recorded first', async ({ ledger }) => {
  const waiting = ask(ledger);
  ledger.close();
  assert.is((await waiting).decision.verdict.action, 'allow');
  await refused(ask(ledger), /closed/);
  await refused(ledger.callEnded(end(attempt(hamburg), 1)), /closed/);
});

test('what a killed process had answered is there when the next one starts', async (t) => {
  const { call } = await ask(t.ledger);
  const next = ledgerOf({ file: t.file });
  assert.equal(
    next.open().map((o) => o.call),
    [call],
  );
  next.close();
});

test.run();
