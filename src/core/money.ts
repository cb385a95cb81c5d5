/**
 * Money is counted in whole micro-units of the site's currency (1 USD = 1,000,000), time in whole seconds:
 * no floating point is added up anywhere.
 */

export type Micros = number;

/** What a minute to a destination costs, as a carrier's rate deck states it. */
export interface Tariff {
  /** Micro-units a minute. */
  perMinute: Micros;
  /** Micro-units once, when the call is answered. */
  connectFee: Micros;
  /** First billing increment in seconds: the least that is billed. */
  first: number;
  /** Every further increment in seconds. */
  next: number;
  /** Where the price comes from, for a person: `world table`, `deck carrier-2026`. */
  source: string;
}

export const micros = (units: number): Micros => Math.round(units * 1_000_000);

/** Micro-units as a decimal with two to four places: `25.00`, `0.0150`. */
export function formatMicros(value: Micros): string {
  const places = value % 10_000 === 0 ? 2 : 4;
  return (value / 1_000_000).toFixed(places);
}

/** Seconds a carrier bills for `seconds` of an answered call: the first increment, then whole further ones. */
export function billedSeconds(tariff: Tariff, seconds: number): number {
  if (seconds <= tariff.first) return tariff.first;
  return tariff.first + Math.ceil((seconds - tariff.first) / tariff.next) * tariff.next;
}

/** What an answered call of `seconds` costs, rounded up to a whole micro-unit. */
export function charge(tariff: Tariff, seconds: number): Micros {
  return tariff.connectFee + Math.ceil((billedSeconds(tariff, seconds) * tariff.perMinute) / 60);
}
