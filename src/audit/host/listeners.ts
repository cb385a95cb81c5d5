import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import type { Family } from './ruleset.ts';

/** A socket that takes what others send. */
export interface Listener {
  protocol: 'tcp' | 'udp';
  /** `0.0.0.0`, `127.0.0.1`, `[::]`. */
  address: string;
  port: number;
  /** Name of the process; null where it may not be seen. */
  process: string | null;
}

/** States in /proc/net (include/net/tcp_states.h): a listening TCP socket, an unconnected UDP socket. */
const OPEN = { tcp: '0A', udp: '07' };

/** IPv4 and the words of IPv6 are stored in the byte order of the machine: little-endian wherever a PBX runs. */
const bytes = (hex: string): number[] => hex.match(/../g)!.map((b) => Number.parseInt(b, 16));

function addressOf(hex: string): string {
  const words = hex.match(/.{8}/g)!.map((word) => bytes(word).reverse());
  if (words.length === 1) return words[0]!.join('.');
  const all = words.flat();
  const mapped = all.slice(0, 10).every((b) => b === 0) && all[10] === 255 && all[11] === 255;
  if (mapped) return all.slice(12).join('.');
  const groups = Array.from({ length: 8 }, (_, i) => (all[2 * i]! * 256 + all[2 * i + 1]!).toString(16));
  return `[${groups.join(':').replace(/(^|:)0(:0)+(:|$)/, '::')}]`;
}

function* sockets(
  proc: string,
  protocol: 'tcp' | 'udp',
  six: '' | '6',
): Generator<Omit<Listener, 'process'> & { inode: string }> {
  let text: string;
  try {
    text = readFileSync(join(proc, `net/${protocol}${six}`), 'utf8');
  } catch {
    return;
  }
  for (const line of text.split('\n').slice(1)) {
    const [, local = '', , state, , , , , , inode = ''] = line.trim().split(/\s+/);
    const [, hex, port] = /^([0-9A-F]{8}|[0-9A-F]{32}):([0-9A-F]{4})$/.exec(local) ?? [];
    if (hex && port && state === OPEN[protocol]) {
      yield { protocol, address: addressOf(hex), port: Number.parseInt(port, 16), inode };
    }
  }
}

const attempt = <T>(read: () => T, otherwise: T): T => {
  try {
    return read();
  } catch {
    return otherwise;
  }
};

/** Process names by the inode of their sockets, as far as they may be seen. */
function owners(proc: string): Map<string, string> {
  const found = new Map<string, string>();
  for (const pid of attempt(() => readdirSync(proc), []).filter((name) => /^\d+$/.test(name))) {
    for (const fd of attempt(() => readdirSync(join(proc, pid, 'fd')), [])) {
      const link = attempt(() => readlinkSync(join(proc, pid, 'fd', fd)), '');
      const inode = /^socket:\[(\d+)\]$/.exec(link)?.[1];
      if (inode)
        found.set(
          inode,
          attempt(() => readFileSync(join(proc, pid, 'comm'), 'utf8').trim(), ''),
        );
    }
  }
  return found;
}

/** Everything that listens, each address and port once. */
export function listeners(proc: string): Listener[] {
  const names = owners(proc);
  const found = new Map<string, Listener>();
  for (const protocol of ['tcp', 'udp'] as const) {
    for (const six of ['', '6'] as const) {
      for (const { inode, ...socket } of sockets(proc, protocol, six)) {
        found.set(`${protocol} ${socket.address}:${socket.port}`, { ...socket, process: names.get(inode) || null });
      }
    }
  }
  return [...found.values()];
}

/** The IP versions by which a socket is reached: `[::]` takes IPv4 too (ipv6(7), IPV6_V6ONLY), unless another socket does. */
export function familiesOf({ protocol, address, port }: Listener, all: readonly Listener[]): readonly Family[] {
  if (address !== '[::]') return address.startsWith('[') ? [6] : [4];
  const beside = all.some((l) => l.protocol === protocol && l.port === port && l.address === '0.0.0.0');
  return beside ? [6] : [4, 6];
}
