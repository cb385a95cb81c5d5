import { atLeast, type Destination, type RiskClass } from './destination.ts';
import type { Scope } from './limits.ts';
import { charge, type Micros, type Tariff } from './money.ts';

/** Longest call to a destination that this extension knows, in seconds. */
export const CAP_KNOWN = 3600;
/** Longest call to one that was confirmed for the first time. */
export const CAP_NEW = 1200;
/** Seconds by which a PBX may end a capped call late: they are reserved, so that the carrier's rounding cannot pass the ceiling. */
export const LATE_CUT = 1;
/** A call shorter than this is of no use to anybody: refused rather than cut. */
export const SHORTEST = 30;
/** How long a call may ring before the far end answers, in seconds. Carriers give up earlier. */
const RINGING = 300;
/** A lease without a cap holds concurrency only; after this it is taken for lost. */
const UNCAPPED = 4 * 3600;

const classOf = (d: Destination): RiskClass => ('class' in d ? d.class : 'low');

/** Of class elevated or above: where calls are dear, or fraud goes. */
export const isElevated = (d: Destination): boolean => atLeast(classOf(d), 'elevated');

/**
 * Whether a call can cost real money: international, premium, of class elevated and above, or a national number
 * that the plan does not know. National geographic, mobile and freephone calls never reserve.
 */
export function isMoney(d: Destination): boolean {
  if (d.kind === 'international') return true;
  if (d.kind === 'national') return !d.valid || isElevated(d);
  return d.kind === 'service' && isElevated(d);
}

/** Which columns of the limits a call counts in. */
export function scopesOf(d: Destination): Scope[] {
  const scopes: Scope[] = ['all'];
  if (d.kind === 'international') scopes.push('international');
  if (isElevated(d)) scopes.push('elevated');
  return scopes;
}

/**
 * The longest call, in seconds, whose charge stays within `left` even when it is cut `late` seconds late:
 * at most `wanted`, in whole billing increments. 0 when not even `SHORTEST` fits.
 */
export function affordable(tariff: Tariff, left: Micros, wanted: number, late = LATE_CUT): number {
  const { first, next, perMinute, connectFee } = tariff;
  const budget = left - connectFee;
  if (budget < 0) return 0;
  const paid = perMinute > 0 ? Math.floor((budget * 60) / perMinute) : Number.POSITIVE_INFINITY;
  const whole = (seconds: number) => (seconds < first ? 0 : first + Math.floor((seconds - first) / next) * next);
  let seconds = whole(wanted);
  if (seconds === 0 && wanted + late <= first) seconds = wanted;
  if (charge(tariff, seconds + late) > left) seconds = whole(paid - late);
  while (seconds > 0 && charge(tariff, seconds + late) > left) seconds = seconds > first ? seconds - next : 0;
  return seconds >= SHORTEST ? seconds : 0;
}

/** What a call capped at `seconds` can cost at most. */
export const reserveFor = (tariff: Tariff, seconds: number): Micros => charge(tariff, seconds + LATE_CUT);

/** Milliseconds after which a lease nobody ended is closed. */
export const lifetimeMs = (maxSeconds: number | null): number => ((maxSeconds ?? UNCAPPED) + RINGING) * 1000;
