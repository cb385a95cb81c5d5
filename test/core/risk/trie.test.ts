import fc from 'fast-check';
import * as assert from 'uvu/assert';
import { byteLength, longest, MAX_VALUE, path, transferList } from '../../../src/core/risk/trie.ts';
import { build } from '../../../src/core/risk/trie-build.ts';
import { suite } from '../../support/suite.ts';

const test = suite('prefix trie');

const digits = (max: number, alphabet = '0123456789') =>
  fc.string({ unit: fc.constantFrom(...alphabet), minLength: 1, maxLength: max });

/** Tables over two digits nest deeply; over ten they spread. */
const tables = fc.oneof(
  fc.tuple(fc.array(digits(15, '12'), { maxLength: 200 }), fc.array(digits(18, '12'), { maxLength: 60 })),
  fc.tuple(fc.array(digits(5), { maxLength: 1500 }), fc.array(digits(18), { maxLength: 60 })),
);

const naivePath = (table: Map<string, number>, number: string) =>
  Array.from(number, (_, i) => number.slice(0, i + 1))
    .filter((prefix) => table.has(prefix))
    .map((prefix) => ({ prefix, value: table.get(prefix)! }));

test('equals naive search on random tables', () => {
  fc.assert(
    fc.property(tables, ([prefixes, numbers]) => {
      const trie = build(
        prefixes,
        prefixes.map((_, i) => i),
      );
      const table = new Map(prefixes.map((prefix, i) => [prefix, i]));
      for (const number of [...numbers, ...prefixes.slice(0, 50)]) {
        const expected = naivePath(table, number);
        assert.equal(path(trie, number), expected);
        assert.equal(path(trie, `+${number}`), expected);
        assert.is(longest(trie, number), expected.at(-1)?.value ?? -1);
      }
    }),
    { numRuns: 300, seed: 20261122 },
  );
});

test('a dense table of every four-digit prefix and what lies under one of them', () => {
  const prefixes = Array.from({ length: 10_000 }, (_, i) => String(i).padStart(4, '0'));
  for (let i = 0; i < 5_000; i++) prefixes.push(`1234${String(i * 7).padStart(6, '0')}`);
  const trie = build(
    prefixes,
    prefixes.map((_, i) => i),
  );
  assert.is(longest(trie, '+12340000001'), 10_000);
  assert.is(longest(trie, '+12340349930'), 10_000 + 34_993 / 7);
  assert.is(longest(trie, '+12340349940'), 1234);
  assert.is(longest(trie, '00001'), 0);
  assert.is(longest(trie, '123'), -1);
});

test('an empty table and an empty number match nothing', () => {
  assert.is(longest(build([], []), '49301234567'), -1);
  const trie = build(['4', '49'], [1, 2]);
  assert.is(longest(trie, ''), -1);
  assert.is(longest(trie, '+'), -1);
  assert.is(longest(trie, '4'), 1);
});

test('of two rows with one prefix the later wins', () => {
  assert.is(longest(build(['49', '44', '49'], [1, 2, 3]), '+4940'), 3);
});

test('values reach their bound and prefixes all 15 digits', () => {
  const trie = build(['999999999999999', '000000000000000'], [MAX_VALUE, 7]);
  assert.is(longest(trie, '9999999999999991'), MAX_VALUE);
  assert.is(longest(trie, '000000000000000'), 7);
  assert.is(longest(trie, '99999999999999'), -1);
});

test('what is no prefix is named', () => {
  for (const bad of ['', '+49', '49x', '1234567890123456']) {
    assert.throws(
      () => build([bad], [0]),
      (error: Error) => error instanceof RangeError && error.message.includes(bad),
    );
  }
});

test('travels to another thread as transferred buffers', () => {
  const sent = build(['49', '4940'], [1, 2]);
  const trie = structuredClone(sent, { transfer: transferList(sent) });
  assert.is(sent.rows.byteLength, 0);
  assert.is(longest(trie, '+494012'), 2);
  assert.is(byteLength(trie), 2 * 12 + 10 * 8);
});

test.run();
