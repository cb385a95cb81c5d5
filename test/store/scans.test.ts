import * as assert from 'uvu/assert';
import type { Scan } from '../../src/guard/port-scans.ts';
import { list, probedReader, probes, scanBook } from '../../src/store/sqlite/scans.ts';
import { TUESDAY } from '../support/facts.ts';
import { suite } from '../support/suite.ts';
import { ledgerOf } from './support.ts';

const test = suite('scans on record');
const DAY = 86_400_000;

const scan = (more: Partial<Scan> = {}): Scan => ({
  address: '203.0.113.9',
  kind: 'guessing',
  since: TUESDAY,
  last: TUESDAY,
  attempts: 5,
  accounts: ['101', '102'],
  agent: null,
  service: 'PJSIP',
  exempt: false,
  ...more,
});

test('an address is one row a kind, which grows; the tool once seen stays', () => {
  const { db } = ledgerOf();
  const book = scanBook(db);
  book.save([scan({ agent: 'sipcli' })], []);
  book.save([scan({ last: TUESDAY + 60_000, attempts: 900, exempt: true }), scan({ kind: 'break-in' })], []);
  assert.equal(list(db, TUESDAY, 10), [
    scan({ last: TUESDAY + 60_000, attempts: 900, exempt: true, agent: 'sipcli' }),
    scan({ kind: 'break-in' }),
  ]);
  assert.equal(list(db, TUESDAY + 1, 10).length, 1);
});

test('a number that strangers tried stands for its hundred, for 90 days after the last try', () => {
  const { db } = ledgerOf();
  const probe = (e164: string, at: number) => scanBook(db).save([], [{ e164, address: '203.0.113.9', at }]);
  probe('+972597562518', TUESDAY);
  probe('+972597562599', TUESDAY + DAY);
  const probed = probedReader(db);
  assert.equal([probed('+9725975625', TUESDAY + DAY), probed('+9725975626', TUESDAY), probed('', TUESDAY)], [2, 0, 0]);
  assert.is(probed('+9725975625', TUESDAY + 91 * DAY), 0);
  assert.equal(probes(db, 0, 10), [{ e164: '+972597562599', address: '203.0.113.9', tries: 2, at: TUESDAY + DAY }]);
});

test('20,000 addresses are kept, the newest', () => {
  const { db } = ledgerOf();
  const book = scanBook(db);
  const all = Array.from({ length: 20_500 }, (_, n) =>
    scan({ address: `10.0.${n >> 8}.${n & 255}`, last: TUESDAY + n }),
  );
  book.save(all, []);
  const kept = list(db, 0, 30_000);
  assert.equal([kept.length, kept.at(-1)!.last], [20_000, TUESDAY + 500]);
});

test.run();
