import type { LocalTime } from './local-time.ts';

/** Open minutes of each weekday, 0 Sunday to 6 Saturday, as [from, to) pairs in minutes since midnight. */
export type Week = readonly (readonly [from: number, to: number][])[];

const DAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];

function days(range: string): number[] {
  const [from, to = from] = range.toLowerCase().split('-');
  const first = DAYS.indexOf(from ?? '');
  const last = DAYS.indexOf(to ?? '');
  if (first < 0 || last < 0) throw new Error(`"${range}" is no weekday or range of weekdays such as Mon-Fri`);
  const out = [first];
  while (out.at(-1) !== last) out.push(((out.at(-1) ?? 0) + 1) % 7);
  return out;
}

function minutes(clock: string): number {
  const m = /^(\d{1,2}):(\d{2})$/.exec(clock);
  const value = m ? Number(m[1]) * 60 + Number(m[2]) : Number.NaN;
  if (!m || value > 1440 || Number(m[2]) > 59) throw new Error(`"${clock}" is no time such as 08:00`);
  return value;
}

/**
 * Reads `Mon-Fri 08:00-18:00, Sat 09:00-12:00`. A span over midnight (`22:00-06:00`) belongs to the day it begins on.
 * Throws an Error that names the part it cannot read.
 */
export function parseWeek(text: string): Week {
  const week: [number, number][][] = [[], [], [], [], [], [], []];
  for (const part of text.split(',').map((p) => p.trim())) {
    const m = /^([A-Za-z-]+)\s+([\d:]+)\s*-\s*([\d:]+)$/.exec(part);
    if (!m) throw new Error(`"${part}" is not of the form "Mon-Fri 08:00-18:00"`);
    const from = minutes(m[2] ?? '');
    const to = minutes(m[3] ?? '');
    for (const day of days(m[1] ?? '')) {
      week[day]?.push(to > from ? [from, to] : [from, 1440]);
      if (to <= from) week[(day + 1) % 7]?.push([0, to]);
    }
  }
  return week;
}

export function isOpen(week: Week, time: LocalTime): boolean {
  return (week[time.weekday] ?? []).some(([from, to]) => time.minute >= from && time.minute < to);
}

/** Minutes before and after business hours in which people still work. */
const LEEWAY = 120;

/** In business hours or near them, on the same day. */
export const isNearlyOpen = (week: Week, time: LocalTime): boolean =>
  (week[time.weekday] ?? []).some(([from, to]) => time.minute >= from - LEEWAY && time.minute < to + LEEWAY);

/** A day on which the site works at all. */
export const isWorkingDay = (week: Week, time: LocalTime): boolean => (week[time.weekday] ?? []).length > 0;
