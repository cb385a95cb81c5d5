import countries from 'countries-and-timezones';

/** Whether Intl knows the zone. */
export function isTimeZone(zone: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: zone });
    return true;
  } catch {
    return false;
  }
}

/** The machine's IANA time zone: `TZ` where it names one, else the system's. */
export function machineZone(env: NodeJS.ProcessEnv): string {
  const named = env.TZ?.replace(/^:/, '');
  return named && isTimeZone(named) ? named : Intl.DateTimeFormat().resolvedOptions().timeZone;
}

export const isCountry = (code: string): boolean => countries.getCountry(code) !== null;

/** Every ISO 3166-1 alpha-2 code. */
export const countryCodes = (): string[] => Object.keys(countries.getAllCountries());

/**
 * A country's time zone: the machine's where it lies in that country, else the country's only one. Null where the
 * country has several that keep different times.
 */
export function zoneOf(country: string, machine: string): string | null {
  const zones = countries.getTimezonesForCountry(country) ?? [];
  const own = zones.find((z) => z.name === machine);
  if (own) return own.name;
  const first = zones.find((z) => !z.aliasOf) ?? zones[0];
  const same = zones.every((z) => z.utcOffset === first?.utcOffset && z.dstOffset === first?.dstOffset);
  return first && same ? first.name : null;
}
