/** A writer of small files in MaxMind's format (https://maxmind.github.io/MaxMind-DB/), for addresses of both families. */

type Value = string | number | { [key: string]: Value };

/** Type and size stand in one byte: sizes from 29 on in one more. Types above 7 stand behind it. */
function head(type: number, size: number): number[] {
  const small = Math.min(size, 29);
  const first = type < 8 ? [(type << 5) | small] : [small, type - 7];
  return size < 29 ? first : [...first, size - 29];
}

function encode(value: Value): number[] {
  if (typeof value === 'string') return [...head(2, value.length), ...Buffer.from(value, 'latin1')];
  if (typeof value === 'number') {
    const hex = value === 0 ? '' : value.toString(16);
    const bytes = [...Buffer.from(hex.length % 2 === 0 ? hex : `0${hex}`, 'hex')];
    return [...head(bytes.length > 4 ? 9 : 6, bytes.length), ...bytes];
  }
  return [
    ...head(7, Object.keys(value).length),
    ...Object.entries(value).flatMap(([k, v]) => [...encode(k), ...encode(v)]),
  ];
}

/** The bits of `203.0.113.0/24` or `2a00::/16` in a tree of IPv6: IPv4 stands below 96 zeros. */
function bitsOf(network: string): number[] {
  const [address = '', length = ''] = network.split('/');
  const v4 = !address.includes(':');
  const [front = '', back = ''] = address.split('::');
  const groups = (text: string) => (text === '' ? [] : text.split(':'));
  const hex = v4
    ? ['0'.repeat(24), ...address.split('.').map((part) => Number(part).toString(16).padStart(2, '0'))].join('')
    : [...groups(front), ...Array(8 - groups(front).length - groups(back).length).fill('0'), ...groups(back)]
        .map((group) => group.padStart(4, '0'))
        .join('');
  const bits = [...hex].flatMap((digit) => [...Number.parseInt(digit, 16).toString(2).padStart(4, '0')].map(Number));
  return bits.slice(0, Number(length) + (v4 ? 96 : 0));
}

interface Node {
  to: [Node | number | null, Node | number | null];
  at: number;
}

/** A tree in which every network leads to the row of its number; a narrower one has to come behind a wider one. */
function treeOf(networks: string[]): Node[] {
  const root: Node = { to: [null, null], at: 0 };
  const nodes = [root];
  for (const [row, network] of networks.entries()) {
    const bits = bitsOf(network);
    let node = root;
    for (const bit of bits.slice(0, -1)) {
      const below = node.to[bit] ?? null;
      if (below !== null && typeof below === 'object') {
        node = below;
        continue;
      }
      // What the wider network says holds in both halves.
      const next: Node = { to: [below, below], at: nodes.length };
      node.to[bit] = next;
      nodes.push(next);
      node = next;
    }
    node.to[bits.at(-1)!] = row;
  }
  return nodes;
}

/** A file in which each network has its data; `built` in seconds since 1970. */
export function mmdb(rows: Record<string, Value>, built = 1_795_000_000): Buffer {
  const nodes = treeOf(Object.keys(rows));
  const data = Object.values(rows).map(encode);
  const offsets = data.map((_, i) => data.slice(0, i).reduce((sum, bytes) => sum + bytes.length, 0));
  const record = (to: Node['to'][0]) =>
    to === null ? nodes.length : typeof to === 'object' ? to.at : nodes.length + 16 + offsets[to]!;
  const tree = nodes.flatMap(({ to }) => to.map(record).flatMap((n) => [n >> 16, (n >> 8) & 255, n & 255]));
  const meta = encode({
    node_count: nodes.length,
    ...{ record_size: 24, ip_version: 6, database_type: 'Test-Country', build_epoch: built },
    ...{ binary_format_major_version: 2, binary_format_minor_version: 0 },
  });
  const marker = Buffer.from('\xab\xcd\xefMaxMind.com', 'latin1');
  return Buffer.concat([Buffer.from(tree), Buffer.alloc(16), Buffer.from(data.flat()), marker, Buffer.from(meta)]);
}

/** A row as MaxMind writes it. */
export const country = (code: string): Value => ({ country: { iso_code: code } });
