import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as assert from 'uvu/assert';
import { parseAddress } from '../../src/core/addresses/address.ts';
import { isInHouse, parseNetwork } from '../../src/core/addresses/network.ts';
import { countOf, pack } from '../../src/core/addresses/ranges.ts';
import { type Db, openDatabase } from '../../src/store/sqlite/database.ts';
import * as lists from '../../src/store/sqlite/network-lists.ts';
import * as networks from '../../src/store/sqlite/networks.ts';
import { suite } from '../support/suite.ts';
import { DAY, TUESDAY } from './support.ts';

interface Around {
  folder: string;
  guard: Db;
  owner: Db;
  said: (address: string, more?: { site?: string; ext?: string; at?: number; configured?: string[] }) => networks.Said;
}

const test = suite<Around>('networks');
test.before.each((t) => {
  t.folder = mkdtempSync(join(tmpdir(), 'dw-networks-'));
  t.guard = openDatabase(t.folder, { create: true });
  t.owner = openDatabase(t.folder, { create: false });
  const read = networks.networksReader(t.guard);
  t.said = (text, { site = 'main', ext = '214', at = TUESDAY, configured = [] } = {}) => {
    const address = parseAddress(text)!;
    return read(
      { site, ext, at, address, inHouse: isInHouse(address) },
      configured.map((n) => parseNetwork(n)!),
    );
  };
});
test.after.each(({ guard, owner, folder }) => {
  guard.close();
  owner.close();
  rmSync(folder, { recursive: true });
});

const word = (
  action: 'allow' | 'deny',
  network: string,
  more: Partial<networks.NewNetwork> = {},
): networks.NewNetwork => ({
  ...{ site: '', ext: '*', by: 'root', at: 1 },
  ...more,
  ...{ action, network: parseNetwork(network)! },
});

test('the narrowest network counts, and takes effect at the next call', ({ owner, said }) => {
  assert.equal(said('203.0.113.7'), { owner: null, list: null, confined: false });
  networks.set(owner, word('deny', '203.0.0.0/16'));
  assert.is(said('203.0.113.7').owner?.action, 'deny');
  const id = networks.set(owner, word('allow', '203.0.113.0/24', { note: 'branch' }));
  assert.equal(said('203.0.113.7'), {
    owner: { action: 'allow', network: '203.0.113.0/24', note: 'branch' },
    list: null,
    confined: true,
  });
  assert.is(said('203.0.114.7').owner?.action, 'deny');
  assert.ok(networks.remove(owner, id));
  assert.not(networks.remove(owner, id));
  assert.is(said('203.0.113.7').owner?.action, 'deny');
  assert.is(said('203.0.113.7').confined, false);
});

test('of two as narrow the denied one counts; one network has one word', ({ owner, said }) => {
  networks.set(owner, word('allow', '203.0.113.0/24', { ext: '214' }));
  networks.set(owner, word('deny', '203.0.113.0/24'));
  assert.is(said('203.0.113.7').owner?.action, 'deny');
  networks.set(owner, word('allow', '203.0.113.9/24'));
  assert.is(said('203.0.113.7').owner?.action, 'allow');
  assert.is(networks.list(owner).length, 2);
});

test('an extension has its own networks and those of its site, configured or set', ({ owner, said }) => {
  networks.set(owner, word('allow', '203.0.113.0/24', { site: 'main', ext: '214' }));
  networks.set(owner, word('allow', '198.51.100.0/24', { site: 'main' }));
  const configured = ['10.0.0.0/8'];
  for (const inside of ['203.0.113.1', '198.51.100.1', '10.9.9.9'])
    assert.is(said(inside, { configured }).owner?.action, 'allow', inside);
  assert.equal(said('192.0.2.1', { configured }), { owner: null, list: null, confined: true });
  assert.is(said('203.0.113.1', { ext: '215' }).owner, null);
  assert.equal(said('192.0.2.1', { site: 'branch' }), { owner: null, list: null, confined: false });
});

test('what is allowed for a time opens and confines nobody; then it is over', ({ owner, said }) => {
  networks.set(owner, word('allow', '203.0.113.0/24', { until: TUESDAY + DAY }));
  assert.equal([said('203.0.113.7').owner?.action, said('192.0.2.1').confined], ['allow', false]);
  assert.is(said('203.0.113.7', { at: TUESDAY + 2 * DAY }).owner, null);
});

const listOf = (name: string, until: number | null = null): lists.NewList => ({
  ...{ name, source: `/tmp/${name}.netset`, sha256: '', imported_at: 1, until },
});
const ranges = (...texts: string[]) => pack(texts.map((text) => parseNetwork(text)!));

test('lists: each name has one generation in force, until it expires or is removed', async ({ owner, said }) => {
  await lists.replace(
    owner,
    listOf('firehol', TUESDAY + DAY),
    ranges('198.51.100.0/24', '10.0.0.0/8', '2001:db8::/32'),
  );
  await lists.replace(owner, listOf('drop'), ranges('192.0.2.0/24'));
  const on = (address: string, at = TUESDAY) => said(address, { at }).list;
  assert.equal(
    ['198.51.100.7', '2001:db8::1', '192.0.2.1', '198.51.101.1'].map((a) => on(a)),
    ['firehol', 'firehol', 'drop', null],
  );
  assert.is(on('10.1.2.3'), null, 'lists name private networks as unroutable');
  assert.is(on('198.51.100.7', TUESDAY + 2 * DAY), null);
  await lists.replace(owner, listOf('firehol'), ranges('203.0.113.0/24'));
  assert.equal(
    ['198.51.100.7', '203.0.113.7', '192.0.2.1'].map((a) => on(a)),
    [null, 'firehol', 'drop'],
  );
  networks.set(owner, word('allow', '203.0.113.7'));
  assert.is(on('203.0.113.7'), null, 'the owner knows better');
  assert.ok(await lists.remove(owner, 'firehol'));
  assert.not(await lists.remove(owner, 'firehol'));
  assert.is(on('203.0.113.9'), null);
  const left = owner.prepare('SELECT DISTINCT generation FROM network_chunks').pluck().all();
  assert.equal(
    left,
    lists.list(owner).map(({ generation }) => generation),
  );
});

test('calls go on while 200,000 ranges are imported, and see all of them or none', async ({ owner, guard, said }) => {
  const many = new Uint8Array(200_000 * 32);
  for (let n = 0; n < 200_000; n++) {
    many.fill(0xff, n * 32 + 10, n * 32 + 12);
    many.set([20 + (n >> 16), (n >> 8) & 255, n & 255, 0], n * 32 + 12);
    many.copyWithin(n * 32 + 16, n * 32, n * 32 + 16);
  }
  const note = guard.prepare(
    "INSERT INTO settings (name, value) VALUES ('beside', '') ON CONFLICT DO UPDATE SET value = value || '.'",
  );
  let [writes, steps] = [0, 0];
  await lists.replace(owner, listOf('big'), many, () => {
    steps++;
    writes += note.run().changes;
    assert.is(said('20.0.0.0').list, null);
  });
  assert.ok(steps > 10 && writes === steps, `${writes} writes beside ${steps} steps`);
  assert.equal(
    ['20.0.0.0', '23.13.63.0', '20.0.0.1', '23.13.64.0'].map((a) => said(a).list),
    ['big', 'big', null, null],
  );
  assert.is(countOf(lists.read(owner, lists.list(owner)[0]!.generation)), 200_000);
});

test('an import that was killed leaves nothing that counts, and goes with the next of its name', async ({
  owner,
  said,
}) => {
  owner
    .prepare(
      "INSERT INTO network_lists (generation, name, source, sha256, ranges, imported_at, state) VALUES (7, 'firehol', '', '', 9, 1, 'loading')",
    )
    .run();
  owner.prepare('INSERT INTO network_chunks VALUES (7, 0, ?)').run(ranges('203.0.113.0/24'));
  assert.is(said('203.0.113.7').list, null);
  await lists.replace(owner, listOf('firehol'), ranges('192.0.2.0/24'));
  assert.equal(owner.prepare('SELECT generation FROM network_chunks').pluck().all(), [8]);
});

test.run();
