import * as assert from 'uvu/assert';
import { isEmergency } from '../../../src/core/numbering/emergency.ts';
import { internalMatcher, isInternal } from '../../../src/core/numbering/internal.ts';
import { countryOf, regionName } from '../../../src/core/numbering/plan.ts';
import { readDialled } from '../../../src/core/numbering/read.ts';
import type { SitePlan } from '../../../src/core/numbering/reading.ts';
import { countryForTimeZone } from '../../../src/core/numbering/time-zone.ts';
import { sitePlan } from '../../support/facts.ts';
import { suite } from '../../support/suite.ts';

const e164 = (dialled: string, site: SitePlan): string | undefined => {
  const reading = readDialled(dialled, site);
  return 'e164' in reading ? reading.e164 : undefined;
};

const test = suite('numbering site');

test('who may pay: by default two to six digits, no names', () => {
  const site = sitePlan('DE');
  for (const ext of ['21', '214', '100001']) assert.ok(isInternal(ext, site), ext);
  for (const ext of ['', '2', '1000001', 'phone12', '12phone', '+49', 'x'.repeat(500)])
    assert.not(isInternal(ext, site));
});

test('who may pay: Asterisk patterns, ranges and regular expressions match whole extensions', () => {
  const site = sitePlan('DE', { internal: ['1XX', '_2ZN', '300-349', '^desk-\\d+', '_4[1-3].'] });
  for (const ext of ['100', '199', '212', '300', '349', 'desk-7', '425', '4199']) assert.ok(isInternal(ext, site), ext);
  for (const ext of ['10', '1000', '202', '211', '350', '0300', 'desk-', 'xdesk-7', '44', '42', '440'])
    assert.not(isInternal(ext, site), ext);
});

test('an entry in no notation is told apart', () => {
  for (const entry of ['', 'phone', '^((', '200-1', '20-300', '_']) assert.is(internalMatcher(entry), null, entry);
});

test('the site names its extensions: others are none, and its own win over short codes', () => {
  const site = sitePlan('GB', { internal: ['1XX'] });
  assert.is(readDialled('118', site).kind, 'internal');
  assert.is(readDialled('214', site).kind, 'national');
});

test('emergency goes before an extension of the same digits', () => {
  assert.is(readDialled('112', sitePlan('DE', { internal: ['1XX'] })).kind, 'emergency');
});

test("the site's own emergency numbers, with and without the outside line", () => {
  const site = sitePlan('DE', { emergency: ['55 55'], outsideLine: '0' });
  for (const dialled of ['5555', '05555', '112', '0112', '0 112']) assert.ok(isEmergency(dialled, site), dialled);
  for (const dialled of ['55555', '911', '1120', '00112', '112 1', '112;1', '+112', ''])
    assert.not(isEmergency(dialled, site));
});

test('an unknown country code for a site is the same as none', () => {
  assert.equal(readDialled('00442079460018', sitePlan('XX')), readDialled('00442079460018', sitePlan(null)));
  assert.is(e164('020 7946 0018', sitePlan('gb')), '+442079460018');
});

test('countries of E.164 numbers inside shared codes', () => {
  const expected = {
    '+14735550100': 'GD',
    '+17875550100': 'PR',
    '+12125550123': 'US',
    '+14165550123': 'CA',
    '+77012345678': 'KZ',
    '+79123456789': 'RU',
    '+441534456789': 'JE',
    '+447781123456': 'GG',
    '+441624756789': 'IM',
    '+590690123456': 'GP',
    '+262269601234': 'YT',
    '+262692123456': 'RE',
    '+59994345678': 'CW',
    '+5997151234': 'BQ',
    '+61891641234': 'CX',
    '+881612345678': '001',
    '+999123': 'ZZ',
    '+': 'ZZ',
    '': 'ZZ',
  };
  for (const [number, region] of Object.entries(expected)) assert.is(countryOf(number), region, number);
});

test('names of regions', () => {
  assert.is(regionName('SO'), 'Somalia');
  assert.is(regionName('GD'), 'Grenada');
  assert.is(regionName('001'), 'international networks');
  assert.is(regionName('ZZ'), 'an unknown country');
  assert.is(regionName('constructor'), 'an unknown country');
});

test('countries of time zones', () => {
  const expected = {
    'Europe/Berlin': 'DE',
    'Europe/London': 'GB',
    'Europe/Oslo': 'NO',
    'America/New_York': 'US',
    'US/Eastern': 'US',
    'Asia/Calcutta': 'IN',
    'Australia/Sydney': 'AU',
    UTC: null,
    GMT: null,
    EST: null,
    'Etc/UTC': null,
    'Etc/GMT+5': null,
    'Mars/Olympus': null,
    '': null,
  };
  for (const [zone, country] of Object.entries(expected)) assert.is(countryForTimeZone(zone), country, zone);
});

test.run();
