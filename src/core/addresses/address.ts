/** An IP address as 16 bytes, IPv4 as IPv4-mapped IPv6 (RFC 4291, 2.5.5.2): one order and one comparison for both. */
export type Address = Uint8Array;

export const BYTES = 16;
/** Bits in front of the 32 of an IPv4 address. */
export const MAPPED_BITS = 96;
/** Longer than any way to write an address. */
const LONGEST = 64;
const DECIMAL = /^(0|[1-9]\d{0,2})$/;
const GROUP = /^[0-9a-f]{1,4}$/i;

/**
 * Reads an address as a person or a PBX writes it: `203.0.113.7`, `2001:db8::1`, `[2001:db8::1]`, `fe80::1%eth0`. Null for
 * all else; also for `010.1.2.3`, which some programs read as octal.
 */
export function parseAddress(text: string): Address | null {
  if (text.length > LONGEST) return null;
  const bytes = new Uint8Array(BYTES);
  if (!text.includes(':')) {
    bytes.fill(0xff, 10, 12);
    return fillV4(bytes, text, 12) ? bytes : null;
  }
  const bare = text.replace(/^\[(.*)\]$/, '$1').replace(/%[-\w.]+$/, '');
  return fillV6(bytes, bare) ? bytes : null;
}

function fillV4(bytes: Uint8Array, text: string, at: number): boolean {
  const parts = text.split('.');
  if (parts.length !== 4) return false;
  for (let i = 0; i < 4; i++) {
    const part = parts[i]!;
    const value = Number(part);
    if (value > 255 || !DECIMAL.test(part)) return false;
    bytes[at + i] = value;
  }
  return true;
}

function fillV6(bytes: Uint8Array, text: string): boolean {
  const [front = '', back, ...more] = text.split('::');
  if (more.length > 0) return false;
  const head = groups(front);
  const tail = back === undefined ? [] : groups(back);
  const count = (head?.length ?? 99) + (tail?.length ?? 99);
  if (!head || !tail || (back === undefined ? count !== 8 : count > 7)) return false;
  for (const [i, group] of [...head, ...Array<number>(8 - count).fill(0), ...tail].entries()) {
    bytes[2 * i] = group >> 8;
    bytes[2 * i + 1] = group & 0xff;
  }
  return true;
}

/** The 16-bit groups of one side of `::`; an IPv4 address at the end stands for two. */
function groups(text: string): number[] | null {
  if (text === '') return [];
  const parts = text.split(':');
  const last = parts.at(-1)!;
  if (last.includes('.')) {
    const v4 = new Uint8Array(4);
    if (!fillV4(v4, last, 0)) return null;
    parts.splice(-1, 1, ((v4[0]! << 8) | v4[1]!).toString(16), ((v4[2]! << 8) | v4[3]!).toString(16));
  }
  return parts.every((part) => GROUP.test(part)) ? parts.map((part) => Number.parseInt(part, 16)) : null;
}

/** Whether it is an IPv4 address, however it was written. */
export function isV4(address: Address): boolean {
  if (address[10] !== 0xff || address[11] !== 0xff) return false;
  for (let i = 0; i < 10; i++) if (address[i] !== 0) return false;
  return true;
}

/** The one way to write it (RFC 5952): `203.0.113.7`, `2001:db8::1`. */
export function formatAddress(address: Address): string {
  if (isV4(address)) return address.subarray(12).join('.');
  const hex = Array.from({ length: 8 }, (_, i) => ((address[2 * i]! << 8) | address[2 * i + 1]!).toString(16)).join(
    ':',
  );
  const runs = [...hex.matchAll(/(?<![^:])0(:0)+(?![^:])/g)];
  const longest = runs.reduce<RegExpMatchArray | null>((a, run) => (a && a[0].length >= run[0].length ? a : run), null);
  if (!longest) return hex;
  const [before, after] = [hex.slice(0, longest.index), hex.slice(longest.index! + longest[0].length)];
  return `${before.replace(/:$/, '')}::${after.replace(/^:/, '')}`;
}

/** Negative where the address sorts before the one that stands at `at` in `other`, 0 where they are the same. */
export function compare(address: Address, other: Uint8Array, at = 0): number {
  let i = 0;
  while (i < BYTES && address[i] === other[at + i]) i++;
  return i === BYTES ? 0 : address[i]! - other[at + i]!;
}
