import { type Address, BYTES, compare, formatAddress, isV4, MAPPED_BITS, parseAddress } from './address.ts';

/** Addresses from the first to the last. */
export interface Range {
  from: Address;
  to: Address;
}

/** A range that a prefix describes. */
export interface Network extends Range {
  /** Bits of the 128; those of an IPv4 prefix are 96 more than it says. */
  bits: number;
}

/** The network of `bits` (of 128) that an address lies in. */
function around(address: Address, bits: number): Network {
  if (bits === 128) return { from: address, to: address, bits };
  const from = address.slice();
  const to = address.slice();
  for (let i = 0; i < BYTES; i++) {
    const kept = Math.min(Math.max(bits - 8 * i, 0), 8);
    const mask = 0xff & (0xff << (8 - kept));
    from[i] = from[i]! & mask;
    to[i] = to[i]! | (0xff & ~mask);
  }
  return { from, to, bits };
}

/** Reads `10.0.0.0/8`, `2001:db8::/32` or a single address; bits behind the prefix do not count. Null for what is neither. */
export function parseNetwork(text: string): Network | null {
  const [front = '', length, ...more] = text.trim().split('/');
  const address = parseAddress(front);
  if (!address || more.length > 0 || (length !== undefined && !/^\d{1,3}$/.test(length))) return null;
  const unused = isV4(address) && !front.includes(':') ? MAPPED_BITS : 0;
  const bits = length === undefined ? 128 : unused + Number(length);
  return bits > 128 ? null : around(address, bits);
}

/** The one way to write it; a single address without a prefix. */
export function formatNetwork({ from, bits }: Network): string {
  if (bits === 128) return formatAddress(from);
  return `${formatAddress(from)}/${isV4(from) && bits >= MAPPED_BITS ? bits - MAPPED_BITS : bits}`;
}

/** `::/0` is all of IPv6 and none of IPv4, though it holds the bytes of both. */
export const contains = ({ from, to }: Range, address: Address): boolean =>
  compare(address, from) >= 0 && compare(address, to) <= 0 && isV4(from) === isV4(address);

/**
 * What an extension is remembered by: a /24 of IPv4, of which a provider hands out one address after the other, and a /48 of
 * IPv6, which is one customer's site (RFC 6177).
 */
export const surroundings = (address: Address): Network => around(address, isV4(address) ? MAPPED_BITS + 24 : 48);

/** What no stranger on the internet has: the IANA special-purpose registries (RFC 6890), as far as a phone can be there. */
const IN_HOUSE = [
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.168.0.0/16',
  '::/127',
  'fc00::/7',
  'fe80::/10',
].map((text) => parseNetwork(text)!);

/** Whether an address lies in a private network: it has no country, and reaches the PBX from within or over a VPN. */
export const isInHouse = (address: Address): boolean => IN_HOUSE.some((network) => contains(network, address));
