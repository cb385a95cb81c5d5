import { type Address, formatAddress, isV4, parseAddress } from '../core/addresses/address.ts';
import { contains, type Network, parseNetwork } from '../core/addresses/network.ts';

/** An address in the one way to write it: without a zone, an IPv4 address in IPv6 form as IPv4. Null for what is none. */
export function plainAddress(text: string): string | null {
  const address = parseAddress(text.trim());
  return address && formatAddress(address);
}

/** Whom an address belongs to: itself, and in IPv6 its /64, of which one customer has all addresses. */
export function ownerOf(text: string): string {
  const address = parseAddress(text);
  if (!address || isV4(address)) return text;
  const groups = Array.from({ length: 4 }, (_, i) => ((address[2 * i]! << 8) | address[2 * i + 1]!).toString(16));
  return `${groups.join(':')}::/64`;
}

/**
 * A test for addresses and networks (`203.0.113.7`, `10.0.0.0/8`, `198.51.100.0/255.255.255.0`). What is neither is
 * passed to `onBad`.
 */
export function addressTest(
  entries: Iterable<string>,
  onBad: (entry: string) => void = () => {},
): (address: string) => boolean {
  const networks: Network[] = [];
  for (const entry of entries) {
    const network = parseNetwork(withLength(entry));
    if (network) networks.push(network);
    else onBad(entry);
  }
  return (text) => {
    const address = parseAddress(text);
    return address !== null && networks.some((network) => contains(network, address));
  };
}

/** A network with a netmask, as Asterisk's ACLs have it, with the length of its prefix; all else as it is. */
function withLength(entry: string): string {
  const [front, mask = ''] = entry.split('/');
  const bytes = parseAddress(mask);
  return bytes ? `${front}/${prefixLength(bytes)}` : entry;
}

/** Bits of `255.255.255.0`; NaN for what is no netmask. */
function prefixLength(mask: Address): number {
  const bits = [...mask.subarray(isV4(mask) ? 12 : 0)].map((byte) => byte.toString(2).padStart(8, '0')).join('');
  return /^1*0*$/.test(bits) ? bits.replace(/0/g, '').length : Number.NaN;
}
