import { parseAddress as parseIp } from '../core/addresses/address.ts';
import { addressTest } from '../guard/addresses.ts';

/** A TCP address to listen on or to connect to. Port 0 takes any free one. */
export interface Address {
  host: string;
  port: number;
}

/** Reads `127.0.0.1:4573`, `[::1]:4573`, `4573` or `pbx.example`, missing parts taken from `base`. Throws an Error. */
export function parseAddress(text: string | number, base: Address): Address {
  const value = String(text).trim();
  const m =
    /^(?:\[([0-9a-fA-F:.]+)\]|([A-Za-z0-9._-]*[A-Za-z._-][A-Za-z0-9._-]*|\d+\.\d+\.\d+\.\d+))?(?::?(\d{1,5}))?$/.exec(
      value,
    );
  const port = m?.[3] === undefined ? base.port : Number(m[3]);
  if (!m || value === '' || port > 65_535) {
    throw new Error(`"${value}" is no address such as ${formatAddress(base)}`);
  }
  return { host: m[1] ?? m[2] ?? base.host, port };
}

export function formatAddress({ host, port }: Address): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}

/** Addresses and networks as they were given. Complains of each entry that is neither. */
export function addressList(entries: string[], complain: (what: string) => void): string[] {
  addressTest(entries, (entry) =>
    complain(`"${entry}" is no address or network such as "203.0.113.7" or "10.0.0.0/8"`),
  );
  return entries;
}

/** Names of hosts as a browser sends them, without a port. Complains of each that is none. */
export function hostList(entries: string[], complain: (what: string) => void): string[] {
  for (const entry of entries)
    if (!/^[A-Za-z0-9._-]+$/.test(entry) && !parseIp(entry))
      complain(`"${entry}" is no host name such as "guard.example.org" (without a port)`);
  return entries;
}
