import { createRequire } from 'node:module';
import * as assert from 'uvu/assert';
import { countryOf } from '../../../src/core/numbering/plan.ts';
import { readDialled } from '../../../src/core/numbering/read.ts';
import { type Metadata, NUMBER_TYPES } from '../../../src/derive/numbering-metadata.ts';
import { sitePlan } from '../../support/facts.ts';
import { suite } from '../../support/suite.ts';

interface Parsed {
  getCountryCode(): number;
}
interface Oracle {
  parse(number: string): Parsed;
  isValidNumber(number: Parsed): boolean;
  getRegionCodeForNumber(number: Parsed): string | null;
  format(number: Parsed, format: 0 | 2): string;
}
const google = createRequire(import.meta.url)('google-libphonenumber') as {
  metadata: Metadata;
  PhoneNumberUtil: { getInstance(): Oracle };
};

/** Every plan's example numbers of every type, and 12 neighbours of each with digits changed, added and lost. */
function* samples(): Generator<string> {
  let state = 1;
  const below = (n: number) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff;
    return Math.floor((state / 0x80000000) * n);
  };
  for (const raw of Object.values(google.metadata.countryToMetadata))
    for (const type of NUMBER_TYPES) {
      const example = (raw[type] as { 6?: string } | null)?.[6];
      for (let k = 0; example && k <= 12; k++) {
        const digits = [...example];
        for (let edits = k === 0 ? 0 : 1 + below(3); edits > 0; edits--)
          digits.splice(below(digits.length), below(2), ...(below(3) ? [String(below(10))] : []));
        // libphonenumber takes +1 1 for +1. No network does.
        if (raw[10] !== 1 || digits[0] !== '1') yield `+${raw[10]}${digits.join('')}`;
      }
    }
}

const nowhere = sitePlan(null);
const test = suite('agreement with libphonenumber', { timeout: 60_000 });

test('every kind of number of every country, written as people there do, is that number', () => {
  const oracle = google.PhoneNumberUtil.getInstance();
  let compared = 0;
  for (const [country, raw] of Object.entries(google.metadata.countryToMetadata)) {
    if (/^\d/.test(country)) continue;
    for (const type of NUMBER_TYPES) {
      const example = (raw[type] as { 6?: string } | null)?.[6];
      if (!example) continue;
      const number = oracle.parse(`+${raw[10]}${example}`);
      if (!oracle.isValidNumber(number)) continue;
      const national = oracle.format(number, 2);
      const reading = readDialled(national, sitePlan(country));
      assert.is('e164' in reading && reading.e164, oracle.format(number, 0), `${country} ${national}`);
      compared++;
    }
  }
  assert.ok(compared > 1000, String(compared));
});

test('validity, normal form and country are the same', () => {
  const oracle = google.PhoneNumberUtil.getInstance();
  let compared = 0;
  for (const number of samples()) {
    let parsed: Parsed;
    try {
      parsed = oracle.parse(number);
    } catch {
      continue;
    }
    const valid = oracle.isValidNumber(parsed);
    const reading = readDialled(number, nowhere);
    assert.is(reading.kind, 'international');
    if (reading.kind !== 'international') continue;
    assert.is(reading.valid, valid, number);
    if (valid) {
      assert.is(reading.e164, oracle.format(parsed, 0));
      assert.is(reading.region, oracle.getRegionCodeForNumber(parsed), number);
      assert.is(countryOf(reading.e164), reading.region);
    }
    compared++;
  }
  assert.ok(compared > 10_000, String(compared));
});

test.run();
