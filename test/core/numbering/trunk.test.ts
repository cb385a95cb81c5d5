import * as assert from 'uvu/assert';
import { atLeast } from '../../../src/core/destination.ts';
import type { Reading } from '../../../src/core/numbering/reading.ts';
import { readTrunkDigits } from '../../../src/core/numbering/trunk.ts';
import { classify } from '../../../src/core/risk/classify.ts';
import { sitePlan } from '../../support/facts.ts';
import { suite } from '../../support/suite.ts';

const critical = (reading: Reading): boolean => {
  const destination = classify(reading);
  return 'class' in destination && atLeast(destination.class, 'high');
};
const e164 = (reading: Reading): string => ('e164' in reading ? reading.e164 : reading.kind);

const test = suite('what goes to the trunk');

test('the outside line is gone where the typed digits differ', () => {
  const site = sitePlan('DE', { outsideLine: '0' });
  const region = (digits: string, dialled: string | null) => {
    const reading = readTrunkDigits(digits, dialled, site);
    return 'region' in reading ? reading.region : reading.kind;
  };
  assert.is(region('0040212345678', '00040212345678'), 'RO');
  assert.is(
    region('0040212345678', '0040212345678'),
    'RO',
    'nothing was taken off: the trunk gets the outside line too',
  );
  assert.is(region('00401234567', '00401234567'), 'DE');
  assert.is(region('0040212345678', null), 'RO');
  assert.is(region('00401234567', null), 'DE');
  assert.is(region('0110', null), 'emergency');
});

test('an international prefix that the country does not have gives way to the outside line', () => {
  const site = sitePlan('AU', { outsideLine: '0', areaCode: '2' });
  const reading = readTrunkDigits('00298765432', null, site);
  assert.is('e164' in reading && reading.e164, '+61298765432');
  const abroad = readTrunkDigits('00011252615550100', null, site);
  assert.is('e164' in abroad && abroad.e164, '+252615550100');
});

test('the outside line is not taken off a second time where that would make a dear number a cheap one', () => {
  const site = sitePlan('DE', { outsideLine: '0', areaCode: '40' });
  const numbers = { '002526155501': '+2526155501', '0088213123456': '+88213123456' };
  for (const [digits, dear] of Object.entries(numbers)) {
    assert.is(
      e164(readTrunkDigits(digits, digits, site, critical)),
      dear,
      'the PBX says that the trunk gets just this',
    );
    assert.is(e164(readTrunkDigits(digits, `0${digits}`, site, critical)), dear);
    assert.match(e164(readTrunkDigits(digits, null, site, critical)), /^\+49/, 'typed digits have it in front');
  }
  assert.is(e164(readTrunkDigits('00301234567', '00301234567', site, critical)), '+49301234567', 'Greece is not dear');
  const long = '0096012345678';
  assert.is(
    e164(readTrunkDigits(long, long, site, critical)),
    '+4996012345678',
    'no number of the Maldives is so long',
  );
  assert.is(e164(readTrunkDigits(long, `0${long}`, site, critical)), '+96012345678');
});

test('the outside line is taken off where the digits with it would be a number abroad only without any prefix', () => {
  const site = sitePlan('US', { outsideLine: '9' });
  for (const dialled of ['93235551234', null])
    assert.is(
      e164(readTrunkDigits('93235551234', dialled, site, critical)),
      '+13235551234',
      'Los Angeles, not 93 2355...',
    );
  assert.is(e164(readTrunkDigits('93705550123', '993705550123', site, critical)), '+93705550123');
});

test('a number abroad is as good a number where the PBX took its prefix off', () => {
  for (const dialled of ['0033140000001', '+33140000001', null]) {
    const reading = readTrunkDigits('33140000001', dialled, sitePlan('GB'));
    assert.ok(e164(reading) === '+33140000001' && 'valid' in reading && reading.valid);
  }
});

test('a short code that is charged is no extension once the outside line is gone', () => {
  const sites = [
    ['FR', '3XXX', '3201', '03201'],
    ['AU', '1000-1999', '1234', '01234'],
    ['IT', '1XXX', '1254', '01254'],
    ['DE', '10000-19999', '11833', '011833'],
    ['GB', '^1\\d{5}', '118118', '9118118'],
  ] as const;
  for (const [country, internal, digits, typed] of sites) {
    const site = sitePlan(country, { internal: [internal], outsideLine: typed[0]! });
    for (const dialled of [typed, digits, null])
      assert.is(readTrunkDigits(digits, dialled, site).kind, 'service', `${country} ${digits} ${dialled}`);
  }
});

test('an extension stays one where nothing was taken off', () => {
  const site = sitePlan('GB', { internal: ['1XX'], outsideLine: '9' });
  for (const dialled of ['118', null]) assert.is(readTrunkDigits('118', dialled, site).kind, 'internal');
  assert.not.equal(readTrunkDigits('118', '9118', site).kind, 'internal');
});

test.run();
