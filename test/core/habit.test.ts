import * as assert from 'uvu/assert';
import { type HabitHour, habitAt, hourOfWeek, isAsleep, isUsualTime, weekOf } from '../../src/core/habit.ts';
import { parseWeek } from '../../src/core/hours.ts';
import { type LocalTime, localTime } from '../../src/core/local-time.ts';
import { suite } from '../support/suite.ts';

const test = suite('habit');

const BUSINESS = parseWeek('Mon-Fri 08:00-18:00');
/** A Tuesday. */
const at = (day: string, clock: string): LocalTime => localTime(Date.parse(`${day}T${clock}:00Z`), 'UTC');
const NOON = at('2026-11-24', '12:30');

/** Hours of calls on these days. */
function called(...moments: [day: string, clock: string][]): HabitHour[] {
  return moments.map(([day, clock]) => {
    const time = at(day, clock);
    return { hour: hourOfWeek(time), week: weekOf(time), weeks: 1 };
  });
}

const lately = (clock: string) =>
  called(['2026-11-20', clock], ['2026-11-23', clock], ['2026-11-18', clock], ['2026-11-19', clock]);
const near = (hours: HabitHour[], now: LocalTime) => habitAt(hours, now, BUSINESS).near;

test('a week begins on Monday', () => {
  assert.is(weekOf(at('2026-11-22', '23:59')) + 1, weekOf(at('2026-11-23', '00:00')));
  assert.is(weekOf(at('2026-11-23', '00:00')), weekOf(at('2026-11-29', '23:00')));
  assert.is(weekOf(at('1970-01-01', '00:00')), 0);
});

test('days like today on which it called in this hour, or around it', () => {
  assert.is(near(lately('12:05'), NOON), 4);
  assert.is(near(lately('11:59'), NOON), 0, 'only before');
  assert.is(near([...lately('11:10'), ...lately('13:10')], NOON), 4, 'lunch');
  assert.is(near(lately('12:05'), at('2026-11-28', '12:30')), 0, 'a Saturday is no working day');
  assert.is(near(called(['2026-11-22', '12:00'], ['2026-11-21', '12:00']), at('2026-11-28', '12:30')), 2);
});

test('a bit a week, forgotten after thirteen', () => {
  const [hour] = called(['2026-11-24', '12:00']);
  const weeks = (bits: number, later = 0) =>
    habitAt([{ ...hour!, week: hour!.week - later, weeks: bits }], NOON, BUSINESS);
  assert.equal(weeks(0b101), { active: 2, near: 2 });
  assert.equal(weeks(1, 12), { active: 1, near: 1 });
  assert.equal(weeks(1, 13), { active: 0, near: 0 });
  assert.equal(weeks(2 ** 13 - 1, 5).active, 8);
  assert.equal(weeks(1, 4000), { active: 0, near: 0 });
  assert.equal(weeks(1, -1), { active: 1, near: 1 }, 'a clock that was set back');
});

test('without habits of its own business hours and two hours around them are usual, with them only those', () => {
  const usual = (hours: HabitHour[], now: LocalTime) => isUsualTime(habitAt(hours, now, BUSINESS), now, BUSINESS);
  const evening = at('2026-11-24', '21:30');
  assert.ok(isAsleep(habitAt(lately('21:10'), NOON, BUSINESS)));
  assert.is(usual(lately('21:10'), evening), false);
  assert.ok(usual([], at('2026-11-24', '19:59')));
  const shift = ['19:10', '20:10', '21:10'].flatMap(lately);
  assert.is(isAsleep(habitAt(shift, NOON, BUSINESS)), false);
  assert.ok(usual(shift, evening));
  assert.is(usual(shift, NOON), false);
});

test.run();
