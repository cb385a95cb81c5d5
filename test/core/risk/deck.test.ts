import { readFileSync } from 'node:fs';
import * as assert from 'uvu/assert';
import { type DeckRow, readHeader, readRow } from '../../../src/core/risk/deck.ts';
import { suite } from '../../support/suite.ts';

interface Case {
  name: string;
  header: string;
  row: string;
}

const cases = JSON.parse(readFileSync(new URL('../../vectors/risk-deck-rows.json', import.meta.url), 'utf8')) as {
  good: (Case & DeckRow)[];
  bad: (Case & { error: string })[];
};

const test = suite('rate deck rows');

const read = ({ header, row }: Case) => {
  const separator = header.includes(';') ? ';' : ',';
  const found = readHeader(header.split(separator));
  if ('error' in found) throw new Error(found.error);
  return readRow(row.split(separator), found.columns, 7);
};

for (const { name, header, row, ...expected } of cases.good) {
  test(name, () => assert.equal(read({ name, header, row }), expected));
}

for (const { name, header, row, error } of cases.bad) {
  test(`refused: ${name}`, () => assert.equal(read({ name, header, row }), { line: 7, error }));
}

test('a header without prefix or price is refused', () => {
  assert.match((readHeader(['name', 'rate']) as { error: string }).error, 'no prefix column');
  assert.match((readHeader(['prefix', 'name']) as { error: string }).error, 'no price column');
});

test.run();
