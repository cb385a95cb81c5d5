import { readFileSync, statSync } from 'node:fs';
import { type CityResponse, Reader } from 'mmdb-lib';

/** The owner's file that tells in which country an address is. */
export interface CountryFile {
  /** ISO 3166 code of an address; null where the file has none, or cannot be read there. */
  countryOf(address: string): string | null;
  /** What the file calls itself: `GeoLite2-Country`. */
  type: string;
  /** When it was made, milliseconds since 1970. */
  built: number;
}

/** Far more than a file of the whole internet by city. */
const LARGEST = 1_073_741_824;
const CACHED = 1_000;
/** Stands before what a file says of itself. */
const MARKER = Buffer.from('\xab\xcd\xefMaxMind.com', 'latin1');
/** What every file is tried with before it is believed: each byte of IPv4's first, and IPv6 as it is handed out. */
const PROBES = [
  ...Array.from({ length: 223 }, (_, i) => `${i + 1}.1.1.1`),
  ...['2001:500::1', '2400:cb00::1', '2600::1', '2800::1', '2a00:1450::1', '2c0f::1'],
];

/** Providers of such files name the country differently: MaxMind and DB-IP, then IPinfo and others. */
type Row = Partial<CityResponse> & { country_code?: unknown };

function codeIn(row: Row | null): string | null {
  const { country, registered_country: registered, country_code: plain } = row ?? {};
  const found = [country?.iso_code, registered?.iso_code, plain, country].find((code) => typeof code === 'string');
  return typeof found === 'string' && /^[A-Z]{2}$/i.test(found) ? found.toUpperCase() : null;
}

/** Opens a file in MaxMind's format (https://maxmind.github.io/MaxMind-DB/), read whole. Throws a one-line Error that says what is wrong with it. */
export function openCountryFile(file: string): CountryFile {
  const reader = read(file);
  const { databaseType, buildEpoch } = reader.metadata;
  const countryOf = (address: string): string | null => {
    try {
      return codeIn(reader.get(address) as Row | null);
    } catch {
      return null;
    }
  };
  return { countryOf, type: String(databaseType).slice(0, 64), built: Number(buildEpoch) || 0 };
}

function read(file: string): Reader<CityResponse> {
  let bytes: Buffer;
  try {
    const { size } = statSync(file);
    if (size === 0 || size > LARGEST) throw Object.assign(new Error(), { code: size === 0 ? 'empty' : 'too large' });
    bytes = readFileSync(file);
  } catch (error) {
    throw new Error(`${file}: cannot be read (${(error as NodeJS.ErrnoException).code})`);
  }
  try {
    return tried(bytes);
  } catch (error) {
    const why = error instanceof Broken ? error.message : 'it is damaged or no such file';
    throw new Error(`${file}: is no file in MaxMind's format: ${why}`);
  }
}

/** Records that others point to: read once, so that a file of pointers to pointers costs no more than its size. */
function boundedCache() {
  const kept = new Map<string | number, object>();
  return {
    get: (key: string | number) => kept.get(key),
    set(key: string | number, value: unknown) {
      if (kept.size >= CACHED) kept.clear();
      kept.set(key, value as object);
    },
  };
}

class Broken extends Error {}

function tried(bytes: Buffer): Reader<CityResponse> {
  if (!bytes.includes(MARKER)) throw new Broken('it is cut off, or something else');
  const reader = new Reader<CityResponse>(bytes, { cache: boundedCache() });
  const { nodeCount, recordSize, ipVersion, searchTreeSize } = reader.metadata;
  if (![24, 28, 32].includes(recordSize) || ![4, 6].includes(ipVersion) || !(nodeCount > 0))
    throw new Broken('its description of itself makes no sense');
  if (searchTreeSize + 16 > bytes.length) throw new Broken('it is cut off');
  const probes = PROBES.filter((address) => ipVersion === 6 || !address.includes(':'));
  const rows = probes.map((address) => reader.get(address) as Row | null).filter((row) => row !== null);
  if (rows.length > 0 && rows.every((row) => codeIn(row) === null)) throw new Broken('it tells no countries');
  return reader;
}
