import fc from 'fast-check';
import * as assert from 'uvu/assert';
import { isEmergency } from '../../../src/core/numbering/emergency.ts';
import { readDialled } from '../../../src/core/numbering/read.ts';
import type { SitePlan } from '../../../src/core/numbering/reading.ts';
import { readTrunkDigits } from '../../../src/core/numbering/trunk.ts';
import { sitePlan } from '../../support/facts.ts';
import { suite } from '../../support/suite.ts';

const COUNTRIES = ['US', 'GB', 'DE', 'IT', 'BR', 'AR', 'AU', 'JP', 'SG', 'FI', 'RU', 'CN', 'MX', 'KR', 'XX', null];
const site = fc.record<SitePlan>({
  country: fc.constantFrom(...COUNTRIES),
  outsideLine: fc.constantFrom(null, '9', '0', '00', 'x'),
  areaCode: fc.constantFrom(null, '212', '040', ''),
  internal: fc.constantFrom<string[][]>([], ['1XX'], ['100-199', '_2ZXX'], ['^3\\d+'], ['^((', 'nonsense']),
  emergency: fc.constantFrom<string[][]>([], ['5555']),
});
const dialable = fc.string({ unit: fc.constantFrom(...'00000111112345678999+*# -()/.'), maxLength: 40 });
const SOUND = /^\+\d{1,40}$/;

const test = suite('numbering properties', { timeout: 60_000 });

test('any string at any site is read, without exception and always alike', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string({ unit: 'binary', maxLength: 600 }), dialable), site, (dialled, plan) => {
      const reading = readDialled(dialled, plan);
      assert.equal(readDialled(dialled, { ...plan }), reading);
      if (reading.kind === 'national' || reading.kind === 'international') assert.match(reading.e164, SOUND);
      if (reading.kind === 'malformed') assert.ok(reading.why.endsWith('.'));
      assert.is(isEmergency(dialled, plan), reading.kind === 'emergency');
      readTrunkDigits(dialled, null, plan);
    }),
    { numRuns: 20_000, seed: 2 },
  );
});

test('one character that cannot be dialled makes any number malformed', () => {
  const bad = fc.oneof(
    fc.constantFrom(...'&|@,;:!?%$"\'\\<>[]{}=_^~`', '\n', '\r', '\t', '\0', '\u0661', '\u0967', '\u00b2', '\ud83d'),
    fc.constantFrom(...'abcxyzABCXYZwpWP'),
  );
  fc.assert(
    fc.property(dialable, bad, fc.nat(40), site, (dialled, char, at, plan) => {
      const spoilt = `1${dialled.slice(0, at)}${char}${dialled.slice(at)}2`;
      assert.is(readDialled(spoilt, plan).kind, 'malformed');
      assert.not(isEmergency(spoilt, plan));
    }),
    { numRuns: 5_000, seed: 3 },
  );
});

test('too much is malformed, and said so quickly', () => {
  const plan: SitePlan = { country: 'DE', outsideLine: '0', areaCode: '40', internal: [], emergency: [] };
  for (const dialled of [
    '0'.repeat(33),
    '9'.repeat(500),
    '+'.repeat(79),
    '1 '.repeat(39),
    `${'0'.repeat(1_000_000)}1`,
  ]) {
    const start = performance.now();
    assert.is(readDialled(dialled, plan).kind, 'malformed');
    assert.ok(performance.now() - start < 50);
  }
});

test('nothing, and signs without a digit, are malformed', () => {
  const plan: SitePlan = { country: 'US', outsideLine: '9', areaCode: null, internal: [], emergency: [] };
  for (const dialled of ['', ' ', '+', '*', '#', '++', '+#', '()', '1+2', '12#', '1*2', '**', '+*1'])
    assert.is(readDialled(dialled, plan).kind, 'malformed', dialled);
});

test('an international prefix and a foreign code are abroad, whatever follows', () => {
  const tail = fc.string({ unit: fc.constantFrom(...'0123456789'), minLength: 0, maxLength: 12 });
  fc.assert(
    fc.property(fc.constantFrom('US', 'GB', 'DE', 'AU'), tail, (country, digits) => {
      const plan = sitePlan(country);
      const idd = { US: '011', GB: '00', DE: '00', AU: '0011' }[country]!;
      const abroad = readDialled(`${idd}252${digits}`, plan);
      assert.is(abroad.kind, 'international');
      assert.is(abroad.kind === 'international' && abroad.region, 'SO');
    }),
    { numRuns: 2_000, seed: 4 },
  );
});

test.run();
