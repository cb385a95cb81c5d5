// How long calls wait while another program imports a rate deck: 100 calls a second, 250,000 prices, two decks in a row, so
// that the first one's rows are deleted as well. Run: node --import tsx test/store/import-under-load.bench.ts
import { fork } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { DATABASE_FILE, openDatabase } from '../../src/store/sqlite/database.ts';
import * as decks from '../../src/store/sqlite/decks.ts';
import { attempt, hamburg } from '../support/facts.ts';
import { end, judge, ledgerOf, morocco } from './support.ts';

const CALLS_A_SECOND = 100;
const PRICES = 250_000;

function* prices(): Generator<decks.RateRow> {
  for (let i = 0; i < PRICES; i++) {
    const prefix = String(1_000_000 + ((i * 7_919_001) % 9_000_000));
    yield {
      prefix,
      destination: `Destination ${i % 2_000} mobile`,
      perMinute: 15_300 + i,
      connectFee: 0,
      first: 60,
      next: 1,
    };
  }
}

async function importDecks(folder: string): Promise<void> {
  const db = openDatabase(folder, { create: false });
  for (const name of ['first', 'second']) {
    await decks.activate(db, await decks.begin(db, { name, sha256: '', at: Date.now() }, prices()));
  }
  db.close();
}

async function measure(folder: string): Promise<void> {
  const ledger = ledgerOf({ file: join(folder, DATABASE_FILE) });
  let waits: number[] = [];
  let unavailable = 0;
  let asked = 0;
  const one = async () => {
    const destination = asked % 3 === 0 ? morocco : hamburg;
    const call = attempt(destination, { uniqueid: `${++asked}`, ext: `${100 + (asked % 500)}`, at: Date.now() });
    const began = performance.now();
    await ledger.admit(call, judge(call)).catch(() => unavailable++);
    waits.push(performance.now() - began);
    setTimeout(() => ledger.callEnded(end(call, 20)).catch(() => undefined), 300);
  };
  const began = performance.now();
  const timer = setInterval(() => {
    while (asked < ((performance.now() - began) / 1000) * CALLS_A_SECOND) void one();
  }, 2);
  const report = (what: string) => {
    waits.sort((a, b) => a - b);
    const [half, most, max] = [0.5, 0.99, 1].map((p) => waits[Math.ceil(waits.length * p) - 1]!.toFixed(1));
    console.log(
      `${what}: ${waits.length} calls, p50 ${half} ms, p99 ${most} ms, max ${max} ms, unavailable ${unavailable}`,
    );
    waits = [];
  };
  await sleep(4_000);
  report('alone');
  const started = performance.now();
  const child = fork(fileURLToPath(import.meta.url), [folder]);
  await new Promise((resolve) => child.on('exit', resolve));
  report(`during two imports of ${PRICES} prices (${Math.round((performance.now() - started) / 1000)} s)`);
  clearInterval(timer);
  await sleep(400);
  ledger.close();
}

const folder = process.argv[2];
if (folder) await importDecks(folder);
else {
  const scratch = mkdtempSync(join(tmpdir(), 'dialwarden-'));
  await measure(scratch).finally(() => rmSync(scratch, { recursive: true }));
}
