/**
 * What a call can cost where no rate deck says so: an upper bound of retail carrier rates, in USD.
 *
 * A bound that is too low breaks the loss ceiling, one that is too high only makes it bind earlier; so each figure
 * stands above what published retail decks ask, and is no estimate of what a call will cost. An imported deck replaces it.
 */
import type { Destination, LineType, RiskClass, Service, Subscriber } from '../destination.ts';
import { micros, type Tariff } from '../money.ts';

/** USD a minute, and USD once at answer. */
interface Price {
  perMinute: number;
  connectFee: number;
}

/** A price and what decided it, for a person. */
export interface Bound extends Price {
  because: string;
}

const perMinute = (usd: number, connectFee = 0): Price => ({ perMinute: usd, connectFee });

/** Landline, and mobile or not to be told apart. */
type Pair = readonly [landline: number, mobile: number];

/** Calls at home: what flat-rate tariffs charge outside the flat rate. */
const NATIONAL: Pair = [0.05, 0.3];

/** Landline and mobile cost the same 1-2 cents to reach. */
const NORTH_AMERICA: Pair = [0.05, 0.05];
const NORTH_AMERICAN = new Set(['US', 'CA']);

/**
 * Big markets with regulated or competing termination: wholesale well under 0.05 to landlines and 0.20 to mobiles, with
 * room for the surcharge on calls that begin outside the EU. (Inside it Regulation 2018/1971 caps retail at EUR 0.19.)
 */
const COMPETITIVE: Pair = [0.1, 0.35];
const COMPETITIVE_REGIONS = new Set(
  (
    'AR AT AU BE BR CH CL CN CO CY CZ DE DK ES FI FR GB GG GR HK HU IE IL IM IN IS IT JE JP KR LU MX MY NL NO NZ PE PL ' +
    'PT RO SE SG SK TH TR TW ZA'
  ).split(' '),
);

/** One carrier, one cable or satellite: published rates of 1 to 3 whatever the class. */
const REMOTE = 3;
const REMOTE_REGIONS = new Set(
  'AC AQ AS CK FK FM GL IO KI KP MH NC NF NR NU PF PG PM PN PW SB SH ST TA TD TK TL TO TV VU WF WS'.split(' '),
);

const BY_CLASS: Record<RiskClass, Pair> = {
  low: [0.1, 0.35],
  watch: [0.5, 0.8],
  elevated: [1, 1.2],
  high: [1.5, 2],
  critical: [2.5, 2.5],
};

/**
 * Where the kind of line, not the country, sets the price. Premium: the dearest regulated tariffs (3 a minute, and drop
 * charges up to 6). Satellite and international networks: 8, above Inmarsat's and Iridium's published rates. Shared
 * cost includes per-call tariffs such as the German 0137 (up to 1 a call).
 */
const BY_LINE_TYPE: Partial<Record<LineType, Price>> = {
  premium: perMinute(3, 6),
  satellite: perMinute(8),
  network: perMinute(8),
  personal: perMinute(1),
  'shared-cost': perMinute(0.5, 1),
  pager: perMinute(1.5),
  uan: perMinute(0.3),
};

/** International freephone (country code 800) is free for callers, but some carriers pass on the way there. */
const INTERNATIONAL_FREEPHONE = perMinute(0.1);

const SERVICES: Record<Service['cost'], Price> = {
  'toll-free': perMinute(0),
  standard: perMinute(0.3),
  premium: perMinute(3, 6),
  // Directory enquiries and the like, where the plan states no price.
  unknown: perMinute(2),
};

const isLandline = (type: LineType): boolean => type === 'fixed' || type === 'voip' || type === 'toll-free';

/** What a number is priced by. */
type Priced = Pick<Subscriber, 'kind' | 'region' | 'lineType' | 'class' | 'valid'>;

function byRegion({ kind, class: riskClass, region, lineType }: Priced): Bound {
  const side = isLandline(lineType) ? 0 : 1;
  const end = side === 0 ? 'landline' : 'mobile';
  const bound = (pair: Pair, because: string): Bound => ({ ...perMinute(pair[side]), because: `${end}, ${because}` });
  if (kind === 'national') return bound(NATIONAL, 'national');
  const tame = riskClass === 'low' || riskClass === 'watch';
  if (tame && NORTH_AMERICAN.has(region)) return bound(NORTH_AMERICA, 'North America');
  if (tame && COMPETITIVE_REGIONS.has(region)) return bound(COMPETITIVE, `${region} is a competitive market`);
  if (REMOTE_REGIONS.has(region) && BY_CLASS[riskClass][side] < REMOTE) {
    return { ...perMinute(REMOTE), because: `${region} is reached by one carrier` };
  }
  return bound(BY_CLASS[riskClass], `class ${riskClass}`);
}

/** The bound for a number: the dearer of what its country and its kind of line can cost. */
export function priceOf(number: Priced): Bound {
  const { kind, region, lineType, valid } = number;
  if (lineType === 'toll-free' && kind === 'national' && valid)
    return { ...perMinute(0), because: 'national freephone' };
  if (lineType === 'toll-free' && region === '001')
    return { ...INTERNATIONAL_FREEPHONE, because: 'international freephone' };
  const country = byRegion(number);
  const line = BY_LINE_TYPE[lineType];
  if (!line) return country;
  if (line.perMinute >= country.perMinute) return { ...line, because: `line type ${lineType}` };
  return { ...country, connectFee: line.connectFee };
}

/**
 * What a call to `destination` is charged: the owner's rate-deck row where there is one, else the built-in bound, in
 * whole minutes (60/60).
 * @param deck the row of the owner's rate deck, in the site's currency; null for none.
 * @param usd units of the site's currency that one US dollar is worth.
 * @returns null for what never goes over a priced trunk: emergency, internal and malformed.
 */
export function tariffOf(destination: Destination, deck: Tariff | null, usd: number): Tariff | null {
  if (destination.kind === 'emergency' || destination.kind === 'internal' || destination.kind === 'malformed')
    return null;
  if (deck !== null) return deck;
  const price = destination.kind === 'service' ? SERVICES[destination.cost] : priceOf(destination);
  return {
    perMinute: micros(price.perMinute * usd),
    connectFee: micros(price.connectFee * usd),
    first: 60,
    next: 60,
    source: 'world table',
  };
}
