import { readFileSync } from 'node:fs';
import * as assert from 'uvu/assert';
import { misdialCandidates } from '../../../src/core/numbering/misdial.ts';
import { readDialled } from '../../../src/core/numbering/read.ts';
import type { SitePlan } from '../../../src/core/numbering/reading.ts';
import { suite } from '../../support/suite.ts';

interface Vector {
  name: string;
  site: SitePlan;
  dialled: string;
  /** The one number meant, or null for no misdial. */
  meant: string | null;
}

const file = new URL('../../vectors/numbering-misdials.json', import.meta.url);
const vectors = JSON.parse(readFileSync(file, 'utf8')) as Vector[];
const test = suite('misdials');

for (const { name, site, dialled, meant } of vectors)
  test(`${site.country ?? 'no country'}: ${name} (${dialled})`, () => {
    const found = misdialCandidates(dialled, readDialled(dialled, site), site);
    assert.equal(
      found.map((candidate) => candidate.meant.e164),
      meant === null ? [] : [meant],
    );
    for (const candidate of found) assert.ok(candidate.edit.length > 0);
  });

test('a candidate is always a valid number at home and never what was dialled', () => {
  for (const { site, dialled } of vectors) {
    const reading = readDialled(dialled, site);
    for (const { meant } of misdialCandidates(dialled, reading, site)) {
      assert.is(meant.kind, 'national');
      assert.ok(meant.valid);
      if ('e164' in reading) assert.is.not(meant.e164, reading.e164);
    }
  }
});

test.run();
