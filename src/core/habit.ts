import { isNearlyOpen, isWorkingDay, type Week } from './hours.ts';
import type { LocalTime } from './local-time.ts';

/** One hour of the week in which an extension called. */
export interface HabitHour {
  /** 0 (Sunday 00:00) to 167, local time. */
  hour: number;
  /** The latest week in which it did (see `weekOf`). */
  week: number;
  /** A bit for each of the `MEMORY_WEEKS` weeks up to then, the lowest for `week`. */
  weeks: number;
}

/** When an extension calls, as far as it matters for a call at some moment. */
export interface Habit {
  /** Different hours in the last 13 weeks in which it called. */
  active: number;
  /** Different days like today, working or free, on which it called in this hour, or in both the hours around it. */
  near: number;
}

/** Weeks after which an hour is forgotten: 90 days, so that a poisoned habit heals. */
export const MEMORY_WEEKS = 13;
/** Hours from which an extension has habits of its own; with fewer it is asleep, and business hours stand for them. */
const AWAKE = 12;
/** Days that make a time of day usual. */
const USUAL_DAYS = 3;
const DAY = 86_400_000;

/** Weeks since Monday 1969-12-29, local time. */
export const weekOf = ({ day }: LocalTime): number => Math.floor((Date.parse(day) / DAY + 3) / 7);

export const hourOfWeek = ({ weekday, minute }: LocalTime): number => weekday * 24 + Math.floor(minute / 60);

function ones(bits: number): number {
  let count = 0;
  for (let rest = bits; rest > 0; rest &= rest - 1) count++;
  return count;
}

/** What an extension's hours say of a call at `now`, at a site with these business hours. */
export function habitAt(hours: readonly HabitHour[], now: LocalTime, business: Week): Habit {
  const week = weekOf(now);
  const today = isWorkingDay(business, now);
  const time = Math.floor(now.minute / 60);
  /** Weeks of each hour of the week, as bits. */
  const called = new Map<number, number>();
  for (const { hour, week: latest, weeks } of hours) {
    const bits = (weeks << Math.min(Math.max(week - latest, 0), MEMORY_WEEKS)) & (2 ** MEMORY_WEEKS - 1);
    called.set(hour, bits);
  }
  const at = (weekday: number, hour: number) => called.get(weekday * 24 + hour) ?? 0;
  let near = 0;
  for (let weekday = 0; weekday < 7; weekday++)
    if (isWorkingDay(business, { ...now, weekday }) === today)
      near += ones(at(weekday, time) | (at(weekday, time - 1) & at(weekday, time + 1)));
  return { active: [...called.values()].reduce((sum, bits) => sum + ones(bits), 0), near };
}

/** An extension of which no habit is known: a lobby phone, a fax, a new one. */
export const isAsleep = ({ active }: Habit): boolean => active < AWAKE;

/** Whether an extension calls at this time of day: by its own habit, else in and around business hours. */
export const isUsualTime = (habit: Habit, now: LocalTime, business: Week): boolean =>
  isAsleep(habit) ? isNearlyOpen(business, now) : habit.near >= USUAL_DAYS;

/** An extension that hardly ever calls, at a time when nobody works. */
export const isWaking = (habit: Habit, now: LocalTime, business: Week): boolean =>
  isAsleep(habit) && !isUsualTime(habit, now, business);
