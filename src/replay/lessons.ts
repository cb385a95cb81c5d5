import { atLeast, type RiskClass } from '../core/destination.ts';
import { isWorkingDay } from '../core/hours.ts';
import type { LocalTime } from '../core/local-time.ts';
import { type Micros, micros } from '../core/money.ts';
import type { Policy } from '../core/policy.ts';

/** Working days on which an extension has called a block of numbers of an elevated class to know it. */
const RISKY_BLOCK_DAYS = 2;
/** In ordinary countries one call will do that was a conversation: intruders test numbers with calls of seconds. */
const CONVERSATION_SECONDS = 45;
/** Working days on which an extension has called a region to know it as a whole. */
const KNOWN_REGION_DAYS = 3;
/** Answered calls of the site to a region that an extension can come to know as a whole. */
const OFTEN = 20;
/** How long what was learned holds after the last call, in milliseconds. */
const LEARNED_MS = 90 * 86_400_000;

/** What an extension may be asked less about from now on. */
export interface Lesson {
  site: string;
  ext: string;
  region: string;
  /** E.164 less its last two digits; empty: the whole region. */
  block: string;
  /** The last call, milliseconds UTC. */
  at: number;
  local: LocalTime;
  calls: number;
}

/** Calls that are not learned unless an administrator says so. */
export interface Doubt {
  site: string;
  ext: string;
  region: string;
  block: string;
  calls: number;
  cost: Micros;
  from: number;
  to: number;
  why: string;
}

export interface Learned {
  lessons: Lesson[];
  doubts: Doubt[];
  /** Answered calls a site, region and local day. */
  regionDays: { site: string; region: string; day: string; calls: number }[];
  /** The most that was honestly spent on one local day, by the guard's own prices. */
  busiest: Map<string, { extension: Micros; site: Micros }>;
}

/** Calls that stand or fall together. */
export interface Group {
  calls: number;
  answered: number;
  from: number;
  to: number;
  cost: Micros;
  byDay: Map<string, number>;
  workingDays: Set<string>;
  byDayCost: Map<string, Micros>;
  byDayAnswered: Map<string, number>;
  /** Seconds of its longest call. */
  longest: number;
  /** At least one call in or near business hours. */
  byDaylight: boolean;
  /** Calls that the guard would block, which teach nothing, and by which rule. */
  blocked: number;
  blockedBy: string;
  last: LocalTime;
}

/** What one extension does with one block of numbers. */
export interface Habit extends Group {
  site: string;
  ext: string;
  region: string;
  block: string;
  class: RiskClass;
}

/** Adds to a counter by name. */
export const plus = (of: Map<string, number>, name: string, by: number): void =>
  void of.set(name, (of.get(name) ?? 0) + by);

/** Blocks of numbers that were called on two working days, and ordinary regions that the site calls often. */
export function lessonsOf(trusted: Habit[]): Lesson[] {
  const siteCalls = new Map<string, number>();
  const regions = new Map<string, Habit>();
  for (const habit of trusted) {
    const { site, ext, region } = habit;
    plus(siteCalls, `${site}|${region}`, habit.answered);
    const key = `${site}|${ext}|${region}`;
    const known = regions.get(key);
    const workingDays = new Set([...(known?.workingDays ?? []), ...habit.workingDays]);
    const last = known && known.to > habit.to ? known : habit;
    regions.set(key, { ...last, workingDays, block: '', calls: habit.calls + (known?.calls ?? 0) });
  }
  const isRisky = (h: Habit) => atLeast(h.class, 'elevated');
  const often = (h: Habit) => (siteCalls.get(`${h.site}|${h.region}`) ?? 0) >= OFTEN && !isRisky(h);
  const known = [
    ...trusted.filter(
      (h) => h.workingDays.size >= (isRisky(h) || h.longest < CONVERSATION_SECONDS ? RISKY_BLOCK_DAYS : 1),
    ),
    ...[...regions.values()].filter((h) => h.workingDays.size >= KNOWN_REGION_DAYS && often(h)),
  ];
  return known.map(({ site, ext, region, block, to, last, calls }) => ({
    site,
    ext,
    region,
    block,
    at: to,
    local: last,
    calls,
  }));
}

/** What the site calls often, and the most it spent honestly in a day. */
export function bookOf(trusted: Habit[]): Pick<Learned, 'regionDays' | 'busiest'> {
  const days = new Map<string, number>();
  const spent = { ext: new Map<string, Micros>(), site: new Map<string, Micros>() };
  for (const { site, ext, region, byDayAnswered, byDayCost } of trusted) {
    for (const [day, calls] of byDayAnswered) plus(days, JSON.stringify([site, region, day]), calls);
    for (const [day, cost] of byDayCost) {
      plus(spent.ext, JSON.stringify([site, ext, day]), cost);
      plus(spent.site, JSON.stringify([site, day]), cost);
    }
  }
  const busiest: Learned['busiest'] = new Map();
  const most = (of: Map<string, Micros>, which: 'extension' | 'site') => {
    for (const [key, cost] of of) {
      const [site] = JSON.parse(key) as [string];
      const known = busiest.get(site) ?? { extension: 0, site: 0 };
      busiest.set(site, { ...known, [which]: Math.max(known[which], cost) });
    }
  };
  most(spent.ext, 'extension');
  most(spent.site, 'site');
  const regionDays = [...days].map(([key, calls]) => {
    const [site, region, day] = JSON.parse(key) as [string, string, string];
    return { site, region, day, calls };
  });
  return { regionDays, busiest };
}

/** How many of its busiest honest days a site may lose in one. */
const DAYS_TO_LOSE = 3;

/**
 * What the store keeps of what was learned, and the ceilings that follow for each site: the owner's, or three times the
 * busiest honest day (in whole units of money) where that is more.
 */
export function learnedRows({ lessons, regionDays, busiest }: Learned, policyOf: (site: string) => Policy) {
  const habits = lessons.map(({ site, ext, region, block, at, local }) => {
    const working = isWorkingDay(policyOf(site).businessHours, local);
    return { site, ext, region, block, at, day: local.day, working, until: at + LEARNED_MS };
  });
  const least = (busy: Micros) => micros(Math.ceil((DAYS_TO_LOSE * busy) / micros(1)));
  const ceilings = new Map(
    [...busiest].map(([site, { extension, site: whole }]) => {
      const { ceilingExtension, ceilingSite } = policyOf(site);
      const said = { ceilingExtension: Math.max(ceilingExtension, least(extension)) };
      return [site, { ...said, ceilingSite: Math.max(ceilingSite, least(whole)) }];
    }),
  );
  return { habits, days: regionDays, ceilings };
}
