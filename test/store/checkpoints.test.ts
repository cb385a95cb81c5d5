import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as assert from 'uvu/assert';
import { openDatabase } from '../../src/store/sqlite/database.ts';
import type * as source from '../../src/store/sqlite/ledger.ts';
import { attempt, hamburg, policy } from '../support/facts.ts';
import { suite } from '../support/suite.ts';
import { until } from '../support/until.ts';
import { judge } from './support.ts';

// The worker is a file of the build, so the build is what is tested.
const BUILT = new URL('../../dist/store/sqlite/ledger.js', import.meta.url).href;
const { openLedger }: typeof source = await import(BUILT);

const test = suite('checkpoints', { timeout: 30_000 });

test('what is committed is written back beside the event loop, long before a commit would have to', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'dialwarden-'));
  openDatabase(dir, { create: true }).close();
  const file = join(dir, 'dialwarden.db');
  const before = statSync(file).size;
  const ledger = openLedger({ file, policies: () => policy({}), checkpoints: true });
  try {
    const calls = Array.from({ length: 500 }, (_, i) => attempt(hamburg, { uniqueid: `c${i}` }));
    await Promise.all(calls.map((call) => ledger.admit(call, judge(call))));
    await until('pages in the file', () => statSync(file).size > before, 20_000);
    assert.is(ledger.db.pragma('wal_autocheckpoint', { simple: true }), 8_000);
  } finally {
    ledger.close();
    rmSync(dir, { recursive: true });
  }
});

test.run();
