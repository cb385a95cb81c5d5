import { type Network, parseNetwork } from '../core/addresses/network.ts';
import { parseWeek } from '../core/hours.ts';
import { micros } from '../core/money.ts';
import { internalMatcher } from '../core/numbering/internal.ts';
import type { Policy } from '../core/policy.ts';
import type { SiteMatch } from '../guard/settings.ts';
import { perUsd } from './currency.ts';
import { countryCodes, isCountry, isTimeZone, zoneOf } from './place.ts';
import { nearest } from './problems.ts';
import type { SiteKeys } from './schema.ts';

/** In US dollars; turned into the site's currency. What an owner loses at worst before he has configured anything. */
const CEILING_EXTENSION_USD = 25;
const CEILING_SITE_USD = 100;
const BUSINESS_HOURS = 'Mon-Fri 08:00-18:00';

export interface Machine {
  zone: string;
  /** Country of that zone; null for UTC. */
  country: string | null;
}

/** Reports a key that is well-formed but makes no sense. */
export type Complain = (key: string, what: string) => void;

/** A site's keys as the policy that the guard works by. Complaints are collected, so that all are told at once. */
export function sitePolicy(site: string, keys: SiteKeys, machine: Machine, complain: Complain): Policy {
  const { currency, factor } = money(keys, complain);
  const extension = keys.loss_ceiling_per_extension_day ?? CEILING_EXTENSION_USD * factor;
  const whole = keys.loss_ceiling_per_day ?? Math.max(CEILING_SITE_USD * factor, extension);
  if (keys.loss_ceiling_per_extension_day !== undefined && extension > whole) {
    complain('loss_ceiling_per_extension_day', `is more than loss_ceiling_per_day (${whole}), which is the site's own`);
  }
  const country = countryOf(keys, machine, complain);
  return {
    site,
    plan: {
      country,
      outsideLine: keys.outside_line || null,
      areaCode: keys.area_code || null,
      internal: extensions('internal', keys.internal ?? [], complain),
      emergency: keys.emergency ?? [],
    },
    timezone: zone(keys, country, machine, complain),
    businessHours: week(keys.business_hours ?? BUSINESS_HOURS, complain),
    currency,
    perUsd: factor,
    trunkChannels: keys.trunk_channels ?? null,
    ceilingExtension: micros(extension),
    ceilingSite: micros(whole),
    ceilingsByOwner: (keys.loss_ceiling_per_extension_day ?? keys.loss_ceiling_per_day) !== undefined,
    networks: networks(keys.networks ?? [], complain),
    phones: extensions('phones', keys.phones ?? [], complain),
  };
}

function countryOf(keys: SiteKeys, machine: Machine, complain: Complain): string | null {
  const { country } = keys;
  if (country === undefined) return machine.country;
  if (!isCountry(country)) {
    const near = country === 'UK' ? 'GB' : nearest(country, countryCodes());
    complain('country', `"${country}" is no ISO 3166 country code; did you mean "${near}"?`);
  }
  return country;
}

function zone(keys: SiteKeys, country: string | null, machine: Machine, complain: Complain): string {
  if (keys.timezone !== undefined) {
    if (isTimeZone(keys.timezone)) return keys.timezone;
    complain('timezone', `"${keys.timezone}" is no IANA time zone such as "Europe/Berlin"`);
  }
  return (country && zoneOf(country, machine.zone)) || machine.zone;
}

function networks(entries: readonly string[], complain: Complain): Network[] {
  return entries.flatMap((entry) => {
    const network = parseNetwork(entry);
    if (!network) complain('networks', `"${entry}" is no address or network such as "203.0.113.7" or "10.0.0.0/8"`);
    return network ?? [];
  });
}

function week(text: string, complain: Complain) {
  try {
    return parseWeek(text);
  } catch (error) {
    complain('business_hours', (error as Error).message);
    return parseWeek(BUSINESS_HOURS);
  }
}

function money(keys: SiteKeys, complain: Complain): { currency: string; factor: number } {
  const currency = keys.currency ?? 'USD';
  const factor = keys.per_usd ?? perUsd(currency);
  if (factor === null) {
    complain('currency', `"${currency}" needs per_usd = UNITS beside it: how many ${currency} a US dollar is`);
  }
  return { currency, factor: factor ?? 1 };
}

/** Entries that tell extensions. Complains of each in no notation. */
function extensions(key: string, entries: string[], complain: Complain): string[] {
  for (const entry of entries)
    if (!internalMatcher(entry))
      complain(
        key,
        `"${entry}" is neither a pattern ("1XX"), a range ("100-199") nor a regular expression ("^desk-[0-9]+")`,
      );
  return entries;
}

/** `200-299`, `2XX` and `_2XX` are extensions, all else is a PBX context or domain. */
export function siteMatch(entries: readonly string[], complain: Complain): SiteMatch {
  const isExtension = (e: string) => /^(\d+(-\d+)?|_[\dXZN.![\]-]+|\d*[XZN]+[\dXZN]*)$/.test(e);
  return {
    realms: entries.filter((e) => !isExtension(e)),
    extensions: extensions('match', entries.filter(isExtension), complain),
  };
}
