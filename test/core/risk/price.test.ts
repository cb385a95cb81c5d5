import * as assert from 'uvu/assert';
import { LINE_TYPES, RISK_CLASSES, type Subscriber } from '../../../src/core/destination.ts';
import { micros, type Tariff } from '../../../src/core/money.ts';
import { tariffOf } from '../../../src/core/risk/price.ts';
import { somalia } from '../../support/facts.ts';
import { suite } from '../../support/suite.ts';

const test = suite('prices');

const abroad = (part: Partial<Subscriber>): Subscriber => ({ ...somalia, ...part });

const usd = (part: Partial<Subscriber>): [number, number] => {
  const tariff = tariffOf(abroad(part), null, 1)!;
  return [tariff.perMinute, tariff.connectFee];
};

test('satellite is 8 a minute, premium 3 and 6 a call', () => {
  assert.equal(usd({ lineType: 'satellite', region: '001' }), [micros(8), 0]);
  assert.equal(usd({ lineType: 'premium', region: 'FR' }), [micros(3), micros(6)]);
  assert.equal(usd({ kind: 'national', lineType: 'premium', region: 'FR' }), [micros(3), micros(6)]);
});

test('freephone at home is free where it was given out', () => {
  const freephone = { kind: 'national', lineType: 'toll-free', region: 'US', class: 'low' } as const;
  assert.equal(usd({ ...freephone, valid: true }), [0, 0]);
  assert.ok(usd({ ...freephone, valid: false })[0] > 0);
});

test('a higher class is never cheaper, nor a mobile than a landline', () => {
  for (const region of ['DE', 'US', 'SO', 'KE', 'SH', '001']) {
    for (const lineType of LINE_TYPES) {
      const prices = RISK_CLASSES.map((riskClass) => usd({ region, lineType, class: riskClass })[0]);
      assert.equal(
        prices,
        prices.toSorted((a, b) => a - b),
        `${region} ${lineType}`,
      );
    }
    for (const riskClass of RISK_CLASSES) {
      const [landline, mobile] = (['fixed', 'mobile'] as const).map(
        (lineType) => usd({ region, lineType, class: riskClass })[0],
      );
      assert.ok(landline! <= mobile!, `${region} ${riskClass}`);
    }
  }
});

test('no call abroad is free, and freephone at home is', () => {
  for (const lineType of LINE_TYPES) {
    for (const riskClass of RISK_CLASSES) assert.ok(usd({ region: 'US', lineType, class: riskClass })[0] > 0, lineType);
  }
  assert.equal(usd({ kind: 'national', region: 'DE', lineType: 'toll-free', class: 'low' }), [0, 0]);
});

test('an unallocated number of a cheap country has the price of its class', () => {
  const [valid] = usd({ region: 'DE', lineType: 'fixed', class: 'watch' });
  const [invalid] = usd({ region: 'DE', lineType: 'fixed', class: 'elevated', valid: false });
  assert.ok(invalid >= 5 * valid);
});

test('whole minutes, in the currency of the site', () => {
  const tariff = tariffOf(abroad({ lineType: 'satellite', region: '001' }), null, 0.92)!;
  assert.equal(tariff, { perMinute: micros(7.36), connectFee: 0, first: 60, next: 60, source: 'world table' });
});

test('the owner’s deck wins and is not converted', () => {
  const deck: Tariff = { perMinute: 12_300, connectFee: 0, first: 1, next: 1, source: 'deck carrier-2026' };
  assert.equal(tariffOf(abroad({}), deck, 0.92), deck);
});

test('a short code of unknown cost is priced as directory enquiries; a free one is free', () => {
  const service = { kind: 'service', code: '118118', region: 'GB', class: 'elevated' } as const;
  const unknown = tariffOf({ ...service, cost: 'unknown' }, null, 1)!;
  assert.equal([unknown.perMinute, unknown.connectFee], [micros(2), 0]);
  assert.is(tariffOf({ ...service, cost: 'toll-free' }, null, 1)!.perMinute, 0);
});

test('what goes over no priced trunk has no tariff', () => {
  assert.is(tariffOf({ kind: 'emergency', code: '112' }, null, 1), null);
  assert.is(tariffOf({ kind: 'internal', ext: '214' }, null, 1), null);
  assert.is(tariffOf({ kind: 'malformed', why: 'letters' }, null, 1), null);
});

test.run();
