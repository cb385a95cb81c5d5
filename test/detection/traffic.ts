import type { CdrCall } from '../../src/replay/cdr.ts';
import { momentsOf, parseStamp } from '../../src/replay/wall-time.ts';
import type { Subscriber } from './numbers.ts';
import type { Office } from './offices.ts';

/** A simulated call that carries what it truly is. */
export interface Labelled extends CdrCall {
  label: 'honest' | 'misdial' | 'fraud' | 'emergency';
  /** The habit, slip or attack it belongs to. */
  family: string;
  /** Number of the attack; 0 for none. */
  attack: number;
  /** Whom it truly reaches; null for emergency calls and slips that reach nobody. */
  to: Subscriber | null;
}

/** Five weeks from a Monday; summer time ends in Europe on day 20 and in North America on day 27. */
const FIRST_DAY = '2026-10-05';
export const DAYS = 35;
/** Days from which a new installation learns. */
export const LEARNED_DAYS = 14;

/** Moment of a wall time: day 0 is the first Monday, `minute` counts from midnight and may pass it. */
export function moment(office: Office, day: number, minute: number): number {
  const wall = parseStamp(`${FIRST_DAY} 00:00:00`) + day * 86_400_000 + Math.round(minute * 60_000);
  return momentsOf(wall, office.timezone)[0];
}

export const byTime = (a: Labelled, b: Labelled): number => a.at - b.at;

export const isWeekend = (day: number): boolean => day % 7 >= 5;

let serial = 0;

/** A call with what every call has; `seconds` 0 is unanswered. */
export function call(
  at: number,
  ext: string,
  dialled: string,
  seconds: number,
  what: Pick<Labelled, 'label' | 'family' | 'to'> & { attack?: number; machine?: boolean },
): Labelled {
  serial++;
  return {
    uniqueid: `${Math.floor(at / 1000)}.${serial}`,
    at,
    ext,
    dialled,
    billsec: seconds,
    duration: seconds + (seconds > 0 ? 8 : 25),
    answered: seconds > 0,
    disposition: seconds > 0 ? 'ANSWERED' : 'NO ANSWER',
    context: 'from-internal',
    pbx: 'asterisk',
    attack: 0,
    machine: false,
    ...what,
  };
}
