import { readdirSync, readFileSync } from 'node:fs';
import * as assert from 'uvu/assert';
import { readDialled } from '../../../src/core/numbering/read.ts';
import type { Reading, SitePlan } from '../../../src/core/numbering/reading.ts';
import { suite } from '../../support/suite.ts';

interface Vectors {
  site: SitePlan;
  cases: { name: string; dialled: string; site?: Partial<SitePlan>; expect: Record<string, unknown> }[];
}

const folder = new URL('../../vectors/', import.meta.url);
const files = readdirSync(folder).filter((name) => /^numbering-..\.json$/.test(name));
const test = suite('numbering vectors');

function told(reading: Reading, expected: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.keys(expected).map((key) => [key, (reading as Record<string, unknown>)[key]]));
}

for (const file of files) {
  const { site, cases } = JSON.parse(readFileSync(new URL(file, folder), 'utf8')) as Vectors;
  for (const { name, dialled, site: own, expect } of cases)
    test(`${site.country ?? 'no country'}: ${name} (${dialled})`, () => {
      const reading = readDialled(dialled, { ...site, ...own });
      assert.equal(told(reading, expect), expect, reading.path.join(' > '));
    });
}

test('every vector file is read', () => assert.ok(files.length >= 30));

test.run();
