import fc from 'fast-check';
import * as assert from 'uvu/assert';
import { billedSeconds, charge, formatMicros, micros, type Tariff } from '../../src/core/money.ts';
import { affordable, LATE_CUT, reserveFor, SHORTEST } from '../../src/core/spend.ts';
import { suite } from '../support/suite.ts';

const test = suite('money and caps');

const tariff = (perMinute: number, first = 60, next = 60, connectFee = 0): Tariff => ({
  perMinute: micros(perMinute),
  connectFee: micros(connectFee),
  first,
  next,
  source: 'test',
});

const anyTariff = fc.record({
  perMinute: fc.integer({ min: 0, max: micros(10) }),
  connectFee: fc.integer({ min: 0, max: micros(6) }),
  first: fc.constantFrom(1, 6, 30, 60, 180),
  next: fc.constantFrom(1, 6, 30, 60),
  source: fc.constant('test'),
});

test('an answered call bills its first increment at least, then whole further ones', () => {
  const t = tariff(0.6, 30, 6);
  assert.is(billedSeconds(t, 0), 30);
  assert.is(billedSeconds(t, 30), 30);
  assert.is(billedSeconds(t, 31), 36);
  assert.is(charge(t, 36), micros(0.36));
  assert.is(charge(tariff(3, 60, 60, 6), 61), micros(12));
});

test('money is printed with two to four places', () => {
  assert.is(formatMicros(micros(25)), '25.00');
  assert.is(formatMicros(micros(0.015)), '0.0150');
});

test('a cap is a whole number of increments and leaves room for a late cut', () => {
  assert.is(
    affordable(tariff(1), micros(5), 1200),
    240,
    'five minutes paid, four granted: the cut may come a second late',
  );
  assert.is(affordable(tariff(1, 1, 1), micros(5), 1200), 299);
  assert.is(affordable(tariff(0.01), micros(25), 1200), 1200);
});

test('too little money for a useful call is none', () => {
  assert.is(affordable(tariff(8), micros(5), 1200), 0);
  assert.is(affordable(tariff(1, 1, 1), micros(0.4), 1200), 0, '24 seconds are of no use');
  assert.is(affordable(tariff(3, 60, 60, 6), micros(5.99), 1200), 0, 'the connect fee alone is more');
});

test('whatever the tariff, a granted cap costs no more than what is left, nor more than was wanted', () => {
  fc.assert(
    fc.property(
      anyTariff,
      fc.integer({ min: 0, max: micros(200) }),
      fc.integer({ min: 30, max: 3600 }),
      (t, left, wanted) => {
        const seconds = affordable(t, left, wanted);
        if (seconds === 0) return;
        assert.ok(seconds <= wanted && seconds >= SHORTEST);
        assert.ok(charge(t, seconds + LATE_CUT) <= left);
        assert.is(reserveFor(t, seconds), charge(t, seconds + LATE_CUT));
        if (seconds > t.first) assert.is((seconds - t.first) % t.next, 0);
      },
    ),
    { numRuns: 5000 },
  );
});

test.run();
