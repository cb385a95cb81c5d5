import { diversion, type Found, malformed, NO_IDD } from './found.ts';
import {
  readAfterIdd,
  readForeignIdd,
  readInternational,
  readNational,
  readNeighbour,
  readOwnCode,
  readWithoutPrefix,
} from './number.ts';
import type { Plan } from './plan.ts';
import type { Site } from './site.ts';

/** Reads what a code carries; null beyond the depth that a real procedure reaches. */
export type ReadRest = (rest: string, note: string) => Found | null;

const COMMON_IDDS = ['0011', '011', '010', '00'] as const;
/** The dialled form of an extension where the site names no pattern of its own. */
const DEFAULT_EXTENSION = /^[1-9]\d{1,3}$/;
/** Codes of up to three digits are public ones (police, health, the operator, repairs): no plan sells them. */
const PUBLIC = /^\d{1,3}$|^116\d{3}$/;

function readService(plan: Plan, digits: string): Found | null {
  const { short } = plan;
  if (!short?.all.test(digits) || short.never.test(digits)) return null;
  const priced = [
    ['premium', short.premium],
    ['toll-free', short.free],
    ['standard', short.standard],
  ] as const;
  const known = priced.find(([, pattern]) => pattern.test(digits))?.[0];
  const cost = known ?? (PUBLIC.test(digits) ? 'standard' : 'unknown');
  // Longer codes from 2 to 8 without a price are single mobile networks' codes.
  if (cost === 'unknown' && /^[2-8]\d{3}/.test(digits)) return null;
  return { reading: { kind: 'service', code: digits, region: plan.region, cost, path: ['short code'] }, rank: 2 };
}

interface Carried {
  firm: Found | null;
  loose: Found | null;
}

function readCodes(site: Site, digits: string, readRest: ReadRest): Carried {
  let loose: Found | null = null;
  for (const { pattern, what, kind } of site.digitCodes) {
    const rest = pattern.exec(digits)?.groups?.rest;
    if (!rest) continue;
    if (kind === 'diversion') return { firm: diversion(digits), loose };
    const found = readRest(rest, `${what} ${digits.slice(0, digits.length - rest.length)}`);
    if (!found || found.reading.kind === 'internal' || found.reading.kind === 'malformed') continue;
    if (found.rank === 2) return { firm: found, loose };
    loose ??= found;
  }
  return { firm: null, loose };
}

const internal = (ext: string): Found => ({ reading: { kind: 'internal', ext, path: ['extension'] }, rank: 2 });

const isDefaultExtension = (site: Site, digits: string): boolean =>
  site.internal.length === 0 && DEFAULT_EXTENSION.test(digits);

function readKnownCountry(site: Site, plan: Plan, digits: string, inner: boolean, readRest: ReadRest): Found {
  const service = readService(plan, digits);
  if (service) return service;
  const neighbour = readNeighbour(site, plan, digits);
  if (neighbour && neighbour.rank > 0) return neighbour;
  const abroad = readAfterIdd(site, digits);
  const national = readNational(site, plan, digits);
  const firm = [...abroad, ...national].find((found) => found.rank === 2);
  if (firm) return firm;
  const codes = readCodes(site, digits, readRest);
  if (codes.firm) return codes.firm;
  if (!inner && isDefaultExtension(site, digits)) return internal(digits);
  const foreign = readForeignIdd(site, digits);
  // Behind a carrier's code digits without prefix are the last guess: 00 1 472... from Japan is the United States, not 001 47 2...
  const guessed = codes.loose?.reading.path.at(-1) === NO_IDD && foreign?.rank === 1;
  if (codes.loose?.reading.kind === 'international' && !guessed) return codes.loose;
  return (
    national.findLast((found) => found.rank === 1) ??
    abroad[0] ??
    foreign ??
    readOwnCode(site, plan, digits) ??
    readWithoutPrefix(site, digits) ??
    codes.loose ??
    national[0]!
  );
}

/** Country unknown: the common international prefixes are read as such, all else is a national number nobody can check. */
function readUnknownCountry(site: Site, digits: string, inner: boolean): Found {
  const prefixes = COMMON_IDDS.filter((prefix) => digits.startsWith(prefix));
  const abroad = prefixes.map((prefix) =>
    readInternational(site, digits.slice(prefix.length), [`international prefix ${prefix}`]),
  );
  const found = abroad.find(({ rank }) => rank > 0) ?? abroad[0];
  if (found) return found;
  if (!inner && isDefaultExtension(site, digits)) return internal(digits);
  const valid = digits.length >= 3 && digits.length <= 15;
  const path = ['country unknown'];
  // No country code begins with 0: `+0` keeps these apart from every real E.164 number.
  return { reading: { kind: 'national', e164: `+0${digits}`, region: 'ZZ', valid, path }, rank: valid ? 1 : 0 };
}

/** Reads digits alone. `inner`: they follow a code or the outside line, so they cannot be an extension. */
export function readDigits(site: Site, digits: string, inner: boolean, readRest: ReadRest): Found {
  if (!/^\d+$/.test(digits)) return malformed('What was dialled is no number and no exactly known code.', []);
  return site.plan
    ? readKnownCountry(site, site.plan, digits, inner, readRest)
    : readUnknownCountry(site, digits, inner);
}
