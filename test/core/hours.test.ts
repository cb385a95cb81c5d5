import * as assert from 'uvu/assert';
import { isNearlyOpen, isOpen, isWorkingDay, parseWeek } from '../../src/core/hours.ts';
import { localTime } from '../../src/core/local-time.ts';
import { suite } from '../support/suite.ts';

const test = suite('hours');

const at = (iso: string, zone = 'UTC') => localTime(Date.parse(iso), zone);

test('a working week', () => {
  const week = parseWeek('Mon-Fri 08:00-18:00, Sat 09:00-12:00');
  assert.ok(isOpen(week, at('2026-11-24T08:00Z')));
  assert.not(isOpen(week, at('2026-11-24T18:00Z')));
  assert.ok(isOpen(week, at('2026-11-28T11:59Z')));
  assert.not(isWorkingDay(week, at('2026-11-29T11:59Z')));
});

test('a night shift belongs to the day it begins on', () => {
  const week = parseWeek('Sat 22:00-06:00');
  assert.ok(isOpen(week, at('2026-11-28T23:00Z')));
  assert.ok(isOpen(week, at('2026-11-29T05:59Z')));
  assert.not(isOpen(week, at('2026-11-28T05:59Z')));
});

test('a week that wraps, and the whole day', () => {
  const week = parseWeek('Sat-Mon 00:00-24:00');
  assert.ok(isOpen(week, at('2026-11-29T23:59Z')));
  assert.not(isOpen(week, at('2026-11-24T00:00Z')));
});

test('two hours before and after are near, also of half an hour', () => {
  const week = parseWeek('Tue 12:00-12:30');
  const near = ['09:59', '10:00', '11:00', '12:15', '14:29', '14:30'].filter((clock) =>
    isNearlyOpen(week, at(`2026-11-24T${clock}Z`)),
  );
  assert.equal(near, ['10:00', '11:00', '12:15', '14:29']);
});

test('wall time follows daylight saving', () => {
  assert.equal(at('2026-10-25T00:30Z', 'Europe/Berlin'), { day: '2026-10-25', weekday: 0, minute: 150 });
  assert.equal(at('2026-10-25T01:30Z', 'Europe/Berlin'), { day: '2026-10-25', weekday: 0, minute: 150 });
  assert.equal(at('2026-03-29T01:30Z', 'Europe/Berlin').minute, 210);
});

test('what cannot be read is named', () => {
  assert.throws(() => parseWeek('Mon-Fry 08:00-18:00'), /Mon-Fry/);
  assert.throws(() => parseWeek('Mon 8-18'), /"8" is no time/);
  assert.throws(() => parseWeek('always'), /Mon-Fri 08:00-18:00/);
  assert.throws(() => parseWeek('Mon 08:00-25:00'), /25:00/);
});

test.run();
