/** Limits of one extension. Windows slide; nothing is reset by the calendar. */

export const MEASURES = [
  'calls_per_minute',
  'calls_per_hour',
  'calls_per_day',
  'concurrent',
  'minutes_per_day',
  'money_per_day',
] as const;
export type Measure = (typeof MEASURES)[number];

/** `all` outbound calls; `international` ones; those of class elevated and above (premium and satellite among them). */
export const SCOPES = ['all', 'international', 'elevated'] as const;
export type Scope = (typeof SCOPES)[number];

/** null: no limit. Money is in whole micro-units of the site's currency. */
export type Numbers = Record<Measure, Record<Scope, number | null>>;

export interface Limits {
  numbers: Numbers;
  /** When this extension may dial out, e.g. `Mon-Fri 07:00-20:00`; null: always. Emergency calls always may. */
  hours: string | null;
  /** ISO regions it may call abroad; empty: all. */
  allowedRegions: string[];
  deniedRegions: string[];
}

/** What an extension has used up in each window, this call not counted. Minutes and money hold what open calls may still use. */
export type Usage = Record<Measure, Record<Scope, number>>;

const none = { all: null, international: null, elevated: null };

/**
 * What a busy sales team does not notice: people dial at most a few numbers a minute and talk most of the time. National
 * calls at once are not counted out, so that a PBX which loses their ends still can call its own city. The international and elevated columns bound what a script can do before somebody looks; money is left to the loss ceiling.
 */
export const DEFAULT_LIMITS: Limits = {
  numbers: {
    calls_per_minute: { all: 60, international: 8, elevated: 4 },
    calls_per_hour: { all: 600, international: 60, elevated: 20 },
    calls_per_day: { all: 3000, international: 250, elevated: 60 },
    concurrent: { all: null, international: 4, elevated: 2 },
    minutes_per_day: { all: 1440, international: 480, elevated: 180 },
    money_per_day: none,
  },
  hours: null,
  allowedRegions: [],
  deniedRegions: [],
};

/** Profiles an extension can be given; `limits set` overrides one number at a time. */
export const PROFILES: Record<string, Limits> = {
  default: DEFAULT_LIMITS,
  /** A campaign dialler or a call centre seat: many short national calls. */
  dialler: {
    ...DEFAULT_LIMITS,
    numbers: {
      ...DEFAULT_LIMITS.numbers,
      calls_per_minute: { all: 300, international: 8, elevated: 2 },
      calls_per_hour: { all: 6000, international: 60, elevated: 10 },
      calls_per_day: { all: 50_000, international: 250, elevated: 20 },
      concurrent: { all: 60, international: 4, elevated: 1 },
      minutes_per_day: { all: null, international: 480, elevated: 60 },
    },
  },
  /** Lobby phones, door stations, faxes, alarm panels. */
  lobby: {
    ...DEFAULT_LIMITS,
    numbers: {
      calls_per_minute: { all: 4, international: 1, elevated: 0 },
      calls_per_hour: { all: 30, international: 2, elevated: 0 },
      calls_per_day: { all: 100, international: 5, elevated: 0 },
      concurrent: { all: 2, international: 1, elevated: 0 },
      minutes_per_day: { all: 240, international: 30, elevated: 0 },
      money_per_day: none,
    },
  },
};

const stricter = (a: number | null, b: number | null): number | null =>
  a === null || b === null ? (a ?? b) : Math.min(a, b);

/** A value for each measure and scope. */
export const everyMeasure = <T>(of: (measure: Measure, scope: Scope) => T): Record<Measure, Record<Scope, T>> =>
  Object.fromEntries(MEASURES.map((m) => [m, Object.fromEntries(SCOPES.map((s) => [s, of(m, s)]))])) as Record<
    Measure,
    Record<Scope, T>
  >;

/** Limits of an extension on probation: of its own and a lobby phone's the stricter one each. */
export function armed(limits: Limits): Limits {
  const lobby = PROFILES.lobby!.numbers;
  return { ...limits, numbers: everyMeasure((m, s) => stricter(limits.numbers[m][s], lobby[m][s])) };
}
