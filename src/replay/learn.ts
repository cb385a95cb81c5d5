import { isNearlyOpen, isWorkingDay, type Week } from '../core/hours.ts';
import { type LocalTime, localTime } from '../core/local-time.ts';
import type { Policy } from '../core/policy.ts';
import { isMoney } from '../core/spend.ts';
import type { Replayed } from './driver.ts';
import { bookOf, type Doubt, type Group, type Habit, type Learned, lessonsOf, plus } from './lessons.ts';

/** Called on so few days, and on each so often, is a burst: no habit shows, and pumping looks like it. */
const BURST_DAYS = 3;
const BURST_CALLS_A_DAY = 5;
/** The same for all extensions of a site together, where an attack is spread over them. */
const SITE_BURST_CALLS_A_DAY = 15;
/** The same for one block of numbers: what many people of an office call, they call on more than three days. */
const SITE_BLOCK_BURST_CALLS_A_DAY = 6;

function newGroup(at: number, local: LocalTime): Group {
  const maps = { byDay: new Map(), byDayCost: new Map(), byDayAnswered: new Map(), workingDays: new Set<string>() };
  return {
    ...maps,
    calls: 0,
    answered: 0,
    from: at,
    to: at,
    cost: 0,
    longest: 0,
    byDaylight: false,
    blocked: 0,
    blockedBy: '',
    last: local,
  };
}

function note(group: Group, { call, cost, verdict, reasons }: Replayed, local: LocalTime, week: Week): void {
  group.calls++;
  group.to = call.at;
  group.last = local;
  group.cost += cost;
  group.byDaylight ||= isNearlyOpen(week, local);
  plus(group.byDay, local.day, 1);
  if (verdict === 'block') {
    group.blocked++;
    group.blockedBy = reasons[0] ?? 'block';
    return;
  }
  plus(group.byDayCost, local.day, cost);
  if (!call.answered) return;
  group.answered++;
  group.longest = Math.max(group.longest, call.billsec);
  plus(group.byDayAnswered, local.day, 1);
  if (isWorkingDay(week, local)) group.workingDays.add(local.day);
}

const isBurst = ({ calls, byDay }: Group, callsADay: number): boolean =>
  byDay.size <= BURST_DAYS && calls >= callsADay * byDay.size;

export interface Learner {
  /** One call, in order of time, as the guard without ceilings judged it. */
  hear(replayed: Replayed): void;
  result(): Learned;
}

/** Draws from past calls who calls what by habit. `policyOf` gives the policy of a site by its name. */
export function createLearner(policyOf: (site: string) => Policy): Learner {
  const habits = new Map<string, Habit>();
  const wider = new Map<string, Group>();
  const keys = ({ site, ext, region, block }: Pick<Habit, 'site' | 'ext' | 'region' | 'block'>) => ({
    regionOfExt: `${site}|${ext}|${region}`,
    region: `${site}||${region}`,
    block: `${site}||${region}|${block}`,
  });

  function hear(replayed: Replayed): void {
    const { destination: d, call, site, e164 } = replayed;
    if (!d || !isMoney(d) || !('e164' in d) || e164 === null) return;
    const policy = policyOf(site);
    const local = localTime(call.at, policy.timezone);
    const who = { site, ext: call.ext, region: d.region, block: e164.slice(0, -2) };
    const key = `${keys(who).regionOfExt}|${who.block}`;
    const habit = habits.get(key) ?? { ...newGroup(call.at, local), ...who, class: d.class };
    habits.set(key, habit);
    note(habit, replayed, local, policy.businessHours);
    for (const name of Object.values(keys(who))) {
      const group = wider.get(name) ?? newGroup(call.at, local);
      wider.set(name, group);
      note(group, replayed, local, policy.businessHours);
    }
  }

  /** Why a habit is not to be trusted, in words; null when it is. */
  function doubt(habit: Habit): string | null {
    const name = keys(habit);
    if (2 * habit.blocked >= habit.calls) return `the guard would block it: ${habit.blockedBy}`;
    if (!habit.byDaylight) return 'called only outside business hours';
    if (isBurst(habit, BURST_CALLS_A_DAY)) return 'called only in a burst';
    if (isBurst(wider.get(name.regionOfExt)!, BURST_CALLS_A_DAY))
      return 'this extension called the country only in a burst';
    if (isBurst(wider.get(name.region)!, SITE_BURST_CALLS_A_DAY)) return 'the site called the country only in a burst';
    if (isBurst(wider.get(name.block)!, SITE_BLOCK_BURST_CALLS_A_DAY))
      return 'the site called these numbers only in a burst';
    return null;
  }

  function result(): Learned {
    const doubts: Doubt[] = [];
    const trusted: Habit[] = [];
    for (const habit of habits.values()) {
      const why = doubt(habit);
      const { site, ext, region, block, calls, cost, from, to } = habit;
      if (why === null) trusted.push(habit);
      else doubts.push({ site, ext, region, block, calls, cost, from, to, why });
    }
    doubts.sort((a, b) => b.cost - a.cost || a.from - b.from);
    return { lessons: lessonsOf(trusted), doubts, ...bookOf(trusted) };
  }

  return { hear, result };
}
