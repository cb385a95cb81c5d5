/**
 * Derives `src/core/addresses/data/places.json` from the time zone database's zone.tab (public domain): the principal place
 * of every time zone of a country. Run it with `npm run derive:places [zone.tab]`.
 */
import { readFileSync, writeFileSync } from 'node:fs';

const out = new URL('../core/addresses/data/places.json', import.meta.url);
const file = process.argv[2] ?? '/usr/share/zoneinfo/zone.tab';

/** `+5230` or `-0731003` (degrees, minutes, seconds; ISO 6709) as degrees, exact to 10 km. */
function degrees(text: string): number {
  const digits = text.slice(1);
  const whole = digits.length % 2 === 0 ? 2 : 3;
  const [minutes = 0, seconds = 0] = (digits.slice(whole).match(/../g) ?? []).map(Number);
  const value = Number(digits.slice(0, whole)) + minutes / 60 + seconds / 3600;
  return Number((text.startsWith('-') ? -value : value).toFixed(1));
}

// Kosovo has no ISO 3166 code of its own and stands in no zone of its own; Pristina is a place like any other.
const places: Record<string, [number, number][]> = { XK: [[42.7, 21.2]] };
for (const line of readFileSync(file, 'utf8').split('\n')) {
  const [, country, latitude, longitude] = /^([A-Z]{2})\t([+-]\d+)([+-]\d+)\t/.exec(line) ?? [];
  if (country) places[country] = [...(places[country] ?? []), [degrees(latitude!), degrees(longitude!)]];
}
const rows = Object.keys(places)
  .sort()
  .map((country) => `"${country}": ${JSON.stringify(places[country])}`);
const source = 'zone.tab of the IANA time zone database (public domain): latitude and longitude in degrees';
writeFileSync(out, `{\n"source": ${JSON.stringify(source)},\n"places": {\n${rows.join(',\n')}\n}}\n`);
console.log(`${out.pathname}: ${rows.length} countries`);
