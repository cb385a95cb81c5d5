import { BlockList, isIP } from 'node:net';

const family = (address: string): 'ipv4' | 'ipv6' => (isIP(address) === 6 ? 'ipv6' : 'ipv4');

/** An address as everybody writes it: without a zone, an IPv4 address in IPv6 form as IPv4. Null for what is none. */
export function plainAddress(text: string): string | null {
  const bare = text
    .trim()
    .replace(/^\[(.*)\]$/, '$1')
    .replace(/%.*$/, '')
    .replace(/^::ffff:(?=\d+\.)/i, '');
  if (isIP(bare) !== 6) return isIP(bare) === 4 ? bare : null;
  return new URL(`http://[${bare}]`).hostname.slice(1, -1);
}

/** Whom an address belongs to: itself, and in IPv6 its /64, of which one customer has all addresses. */
export function ownerOf(address: string): string {
  if (isIP(address) !== 6) return address;
  const [front = '', back] = address.split('::');
  const groups = front === '' ? [] : front.split(':');
  const rest = back ? back.split(':') : [];
  const filled =
    back === undefined ? groups : [...groups, ...Array(8 - groups.length - rest.length).fill('0'), ...rest];
  return `${filled.slice(0, 4).join(':')}::/64`;
}

/**
 * A test for addresses and networks (`203.0.113.7`, `10.0.0.0/8`, `198.51.100.0/255.255.255.0`). What is neither is
 * passed to `onBad`.
 */
export function addressTest(
  entries: Iterable<string>,
  onBad: (entry: string) => void = () => {},
): (address: string) => boolean {
  const list = new BlockList();
  for (const entry of entries) {
    const [text = '', mask] = entry.split('/');
    const address = plainAddress(text);
    const bits = mask === undefined ? null : prefixLength(mask);
    if (address === null || Number.isNaN(bits) || (bits ?? 0) > (isIP(address) === 6 ? 128 : 32)) onBad(entry);
    else if (bits === null) list.addAddress(address, family(address));
    else list.addSubnet(address, bits, family(address));
  }
  return (address) => isIP(address) !== 0 && list.check(address, family(address));
}

/** Bits of `24` or `255.255.255.0`; NaN for neither. */
function prefixLength(mask: string): number {
  if (/^\d{1,3}$/.test(mask)) return Number(mask);
  if (isIP(mask) !== 4) return plainAddress(mask) === null ? Number.NaN : v6Bits(mask);
  const bits = mask
    .split('.')
    .map((part) => Number(part).toString(2).padStart(8, '0'))
    .join('');
  return /^1*0*$/.test(bits) ? bits.replace(/0/g, '').length : Number.NaN;
}

const v6Bits = (mask: string): number => (mask.match(/[0-9a-f]/gi) ?? []).join('').replace(/0+$/, '').length * 4;
