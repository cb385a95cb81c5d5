/**
 * Units of a currency for one US dollar, rounded up so that the built-in prices stay upper bounds. They only turn the
 * built-in table and the default ceilings into the site's money; whoever wants it exact sets `per_usd` or imports a
 * rate deck. From the monthly averages of 2025 of the Federal Reserve's H.10 and the ECB's reference rates.
 */
const PER_USD: Record<string, number> = {
  USD: 1,
  EUR: 1,
  GBP: 1,
  CHF: 1,
  AED: 3.7,
  AUD: 1.7,
  BRL: 6.3,
  CAD: 1.5,
  CNY: 7.4,
  CZK: 25,
  DKK: 7.3,
  HKD: 7.9,
  HUF: 410,
  ILS: 3.8,
  INR: 95,
  JPY: 160,
  KRW: 1500,
  MXN: 21,
  MYR: 4.6,
  NOK: 11.6,
  NZD: 1.8,
  PHP: 60,
  PLN: 4.2,
  RON: 4.8,
  SAR: 3.8,
  SEK: 11.3,
  SGD: 1.4,
  THB: 35,
  TWD: 33,
  ZAR: 19,
};

/** Units of `currency` for one US dollar; null where no rough figure is known. */
export const perUsd = (currency: string): number | null => PER_USD[currency] ?? null;
