import { BlockList, isIP } from 'node:net';

/**
 * Who may connect. `allow` holds addresses or CIDR blocks; empty means this machine only. Throws a RangeError that
 * names an entry which is neither.
 */
export function peerFilter(allow: string[]): (address: string) => boolean {
  const list = new BlockList();
  for (const entry of allow.length > 0 ? allow : ['127.0.0.0/8', '::1']) {
    const [address = '', bits, ...more] = entry.split('/');
    const family = isIP(address);
    const max = family === 6 ? 128 : 32;
    const prefix = bits === undefined ? max : /^\d{1,3}$/.test(bits) ? Number(bits) : Number.NaN;
    if (family === 0 || more.length > 0 || !(prefix <= max)) {
      throw new RangeError(`"${entry}" is no address and no CIDR block`);
    }
    list.addSubnet(address, prefix, family === 6 ? 'ipv6' : 'ipv4');
  }
  return (address) => list.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4');
}

/** An IPv4 peer on a dual-stack socket shows as `::ffff:192.0.2.1`; this gives `192.0.2.1`. */
export const plainAddress = (address: string | undefined): string => (address ?? '').replace(/^::ffff:(?=\d+\.)/i, '');
