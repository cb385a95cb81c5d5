import { getTimezone } from 'countries-and-timezones';

/**
 * The country a machine in the IANA time zone `zone` stands in (the first of those that share it, in tzdata's order),
 * as ISO 3166-1 alpha-2; null for UTC, fixed offsets and unknown names.
 */
export function countryForTimeZone(zone: string): string | null {
  if (!zone.includes('/') || zone.startsWith('Etc/')) return null;
  return getTimezone(zone)?.countries[0] ?? null;
}
