import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as assert from 'uvu/assert';
import { openFile } from '../../src/store/sqlite/database.ts';
import type * as source from '../../src/store/sqlite/deck-memory.ts';
import { activate, begin, deactivate, type RateRow, tariffReader } from '../../src/store/sqlite/decks.ts';
import { suite } from '../support/suite.ts';
import { until } from '../support/until.ts';

// The worker is a file of the build, so the build is what is tested.
const BUILT = new URL('../../dist/store/sqlite/deck-memory.js', import.meta.url).href;
const { deckMemory }: typeof source = await import(BUILT);

const test = suite<{ dir: string }>('rate deck in memory');

const row = (prefix: string, perMinute: number): RateRow => ({
  prefix,
  destination: prefix,
  perMinute,
  connectFee: 10,
  first: 30,
  next: 6,
});
const NUMBERS = ['252615550100', '25290', '2526155', '4940123456', '1', ''];

test.before.each((ctx) => {
  ctx.dir = mkdtempSync(join(tmpdir(), 'dw-deck-'));
});
test.after.each(({ dir }) => rmSync(dir, { recursive: true }));

test('a switch of decks counts at once, from the database until the trie stands, and then alike', async ({ dir }) => {
  const file = join(dir, 'dialwarden.db');
  const db = openFile(file, { create: true, now: 0 });
  const loaded: number[] = [];
  const log = {
    info: (_: string, fields: object) => loaded.push((fields as { generation: number }).generation),
    warn: assert.unreachable,
  };
  const memory = deckMemory(db, file, log);
  const database = tariffReader(db);
  const same = () => {
    for (const digits of NUMBERS) assert.equal(memory.lookup(digits), database(digits), digits);
  };
  assert.is(memory.lookup('252615550100'), null, 'no deck');
  for (const factor of [1, 2]) {
    const rows = [row('252', factor * 500_000), row('2526', factor * 700_000), row('49', 3_000_000_000 * factor)];
    const generation = await begin(db, { name: `carrier-${factor}`, sha256: '', at: 0 }, rows);
    await activate(db, generation);
    same();
    assert.is(memory.lookup('252615550100')?.perMinute, factor * 700_000);
    await until('the trie', () => loaded.includes(generation));
    same();
    assert.is(memory.lookup('252615550100')?.source, `deck carrier-${factor}`);
  }
  await deactivate(db);
  assert.is(memory.lookup('252615550100'), null);
  memory.close();
  db.close();
});

test.run();
