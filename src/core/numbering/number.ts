import { FOREIGN_IDD, type Found, malformed, NO_IDD } from './found.ts';
import { countryCode, ownerOf, type Plan } from './plan.ts';
import type { Site } from './site.ts';

const LONGEST_IDD = 8;
/** A number abroad has at least these digits (ITU-T E.164 names no least; Ascension and Niue have eight and less). */
const SHORTEST_E164 = 8;
/** Local numbers, without the area code, are shorter. */
export const LONGER_THAN_LOCAL = 10;
const FOREIGN_IDDS = ['0011', '011', '00'] as const;

/** What may be left of `digits` once `plan`'s trunk prefix, and a carrier code behind it, are cut off. */
function withoutTrunk(plan: Plan, digits: string): { nsn: string; note: string }[] {
  const cut = plan.cut?.exec(digits);
  if (!plan.cut || !cut?.[0]) return [];
  const left = [];
  // libphonenumber transforms when the rule's last group caught something: Argentina's 15, Brazil's carrier.
  if (plan.put !== null && cut.length > 1 && cut.at(-1) !== undefined)
    left.push({ nsn: digits.replace(plan.cut, plan.put), note: `trunk prefix with ${cut[0]}` });
  const trunk = plan.trunk && digits.startsWith(plan.trunk) ? plan.trunk : cut[0];
  // Belarus: 8 and 80 (of the trunk prefix 8 and the 0 before area codes).
  for (const prefix of new Set([trunk, cut[0]]))
    left.push({ nsn: digits.slice(prefix.length), note: `trunk prefix ${prefix}` });
  // A trunk prefix alone is no number.
  return left.filter(({ nsn }) => nsn !== '');
}

function subscriber(site: Site, code: string, nsn: string, rank: 1 | 2, path: string[]): Found {
  const { plan, valid } = ownerOf(code, nsn, site.region);
  const kind = site.plan?.home.includes(plan.region) ? 'national' : 'international';
  return { reading: { kind, e164: `+${code}${nsn}`, region: plan.region, valid, path }, rank: valid ? rank : 0 };
}

const invalid = ({ reading }: Found, why: string): Found => ({
  reading: 'valid' in reading ? { ...reading, valid: false, path: [why] } : reading,
  rank: 0,
});

/** Reads what follows `+` or an international prefix. */
export function readInternational(site: Site, digits: string, path: string[]): Found {
  if (digits === '') return malformed('An international prefix was dialled, and no number after it.', path);
  const code = countryCode(digits);
  if (code === null) {
    const why = [...path, 'no country has this code'];
    return { reading: { kind: 'international', e164: `+${digits}`, region: 'ZZ', valid: false, path: why }, rank: 0 };
  }
  const nsn = digits.slice(code.length);
  const here = [...path, `country code ${code}`];
  const literal = subscriber(site, code, nsn, 2, here);
  if (literal.rank > 0) return literal;
  // The 1 before area codes is the country code itself: +1 1 is nothing.
  for (const left of code === '1' ? [] : withoutTrunk(ownerOf(code, nsn, site.region).plan, nsn)) {
    const found = subscriber(site, code, left.nsn, 2, [...here, `${left.note} left out`]);
    if (found.rank > 0) return found;
  }
  return literal;
}

/** All ways to split an international prefix of the plan off `digits`, the longest prefix first. */
export function readAfterIdd(site: Site, digits: string): Found[] {
  const idd = site.plan?.idd;
  if (!idd?.test(digits)) return [];
  const found: Found[] = [];
  for (let length = Math.min(LONGEST_IDD, digits.length); length > 0; length--) {
    const prefix = digits.slice(0, length);
    if (idd.exec(prefix)?.[0] === prefix)
      found.push(readInternational(site, digits.slice(length), [`international prefix ${prefix}`]));
  }
  return found;
}

/**
 * Digits that are a whole number of some country, or of a satellite or international network in any range, only without
 * its prefix: a trunk that wants none rings it, and where the PBX takes the prefix off it is as good a number as with it.
 */
export function readWithoutPrefix(site: Site, digits: string): Found | null {
  if (digits.length < SHORTEST_E164) return null;
  const found = readInternational(site, digits, []);
  const network = 'region' in found.reading && found.reading.region === '001';
  return found.rank > 0 || network ? { reading: { ...found.reading, path: [NO_IDD] }, rank: 0 } : null;
}

/** National readings: without the trunk prefix, as it stands, and last as a local number with the site's area code. */
export function readNational(site: Site, plan: Plan, digits: string): Found[] {
  const found = withoutTrunk(plan, digits).map(({ nsn, note }) => subscriber(site, plan.code, nsn, 2, [note]));
  const complete = plan.trunk === null || plan.code === '1';
  const bare = subscriber(site, plan.code, digits, complete ? 2 : 1, [
    complete ? 'national number' : 'no trunk prefix',
  ]);
  const elsewhere = readWithoutPrefix(site, digits) !== null;
  // An open plan would take 252615550100 for a local number, and a trunk that wants no prefix would ring Somalia.
  found.push(elsewhere && plan.open && !complete ? invalid(bare, 'no trunk prefix') : bare);
  const local = site.areaCode && !(plan.trunk && digits.startsWith(plan.trunk));
  if (local && !(elsewhere && digits.length >= LONGER_THAN_LOCAL))
    found.push(subscriber(site, plan.code, site.areaCode + digits, 1, [`area code ${site.areaCode}`]));
  return found;
}

/** Dialled like home, and yet another country: French overseas departments, Northern Ireland from Ireland. */
export function readNeighbour(site: Site, plan: Plan, digits: string): Found | null {
  const neighbour = plan.neighbours.find(({ cut }) => cut.test(digits));
  if (!neighbour) return null;
  return readInternational(site, digits.replace(neighbour.cut, neighbour.put.slice(1)), [
    'neighbour dialled like home',
  ]);
}

/** The site's own country code without an international prefix. */
export function readOwnCode(site: Site, plan: Plan, digits: string): Found | null {
  if (!digits.startsWith(plan.code)) return null;
  const found = subscriber(site, plan.code, digits.slice(plan.code.length), 1, [`own country code ${plan.code}`]);
  return found.rank > 0 ? found : null;
}

/**
 * International prefixes of other countries, which many SIP trunks take as well: 0011 and 00 always, since no national
 * number begins so; 011 where a valid number follows.
 */
export function readForeignIdd(site: Site, digits: string): Found | null {
  const all = FOREIGN_IDDS.filter((idd) => digits.startsWith(idd)).map((prefix) =>
    readInternational(site, digits.slice(prefix.length), [`international prefix ${prefix}, ${FOREIGN_IDD}`]),
  );
  const valid = all.find((found) => found.rank > 0);
  if (valid) return { ...valid, rank: 1 };
  return /^00[1-9]/.test(digits) ? all[0]! : null;
}
