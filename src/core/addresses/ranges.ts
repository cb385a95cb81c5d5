import { type Address, BYTES, compare, isV4, parseAddress } from './address.ts';
import { parseNetwork, type Range } from './network.ts';

/** Ranges that are sorted and do not touch: first and last address of each, one behind the other. */
export type Ranges = Uint8Array;

/** Bytes a range. */
export const ROW = 2 * BYTES;

export const countOf = (ranges: Ranges): number => ranges.length / ROW;

const V4 = parseNetwork('0.0.0.0/0')!;
const BEHIND_V4 = parseAddress('::1:0:0:0')!;

/**
 * A range of IPv6 around all of IPv4, as lists of what is not in use name `::/8`, begins behind it: else it would hold every
 * IPv4 address. What lies before is no phone's (RFC 4291, 2.5).
 */
const withoutV4 = ({ from, to }: Range): Range =>
  compare(from, V4.from) < 0 && compare(to, V4.to) > 0 ? { from: BEHIND_V4, to } : { from, to };

/** Sorts ranges and joins those that overlap or touch. */
export function pack(ranges: Range[]): Ranges {
  const sorted = ranges.map(withoutV4).sort((a, b) => compare(a.from, b.from));
  const packed = new Uint8Array(sorted.length * ROW);
  let end = 0;
  for (const { from, to } of sorted) {
    if (end > 0 && (compare(from, packed, end - BYTES) <= 0 || follows(from, packed, end - BYTES))) {
      if (compare(to, packed, end - BYTES) > 0) packed.set(to, end - BYTES);
      continue;
    }
    packed.set(from, end);
    packed.set(to, end + BYTES);
    end += ROW;
  }
  return packed.slice(0, end);
}

/** Whether an address is the one behind that which stands at `at`. */
function follows(address: Address, other: Uint8Array, at: number): boolean {
  let i = BYTES - 1;
  while (i >= 0 && other[at + i] === 0xff && address[i] === 0) i--;
  if (i < 0 || address[i] !== other[at + i]! + 1) return false;
  while (--i >= 0) if (address[i] !== other[at + i]) return false;
  return true;
}

/** Whether an address lies in one of the ranges: a binary search. */
export function includes(ranges: Ranges, address: Address): boolean {
  let low = 0;
  let high = countOf(ranges);
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (compare(address, ranges, middle * ROW) < 0) high = middle;
    else low = middle + 1;
  }
  return low > 0 && compare(address, ranges, (low - 1) * ROW + BYTES) <= 0;
}

/**
 * Reads one line of an address list: an address, a network (CIDR) or `first-last`. Null for an empty line and for a comment
 * (`#` or `;`, also behind an entry, as FireHOL's netsets and Spamhaus's lists have them); undefined for what is none of these.
 */
export function readLine(line: string): Range | null | undefined {
  const text = line.split(/[#;]/, 1)[0]!.trim();
  if (text === '') return null;
  const network = parseNetwork(text);
  if (network) return network;
  const [from, to, ...more] = text.split(/\s*-\s*/).map(parseAddress);
  if (!from || !to || more.length > 0 || compare(from, to) > 0 || isV4(from) !== isV4(to)) return undefined;
  return { from, to };
}
