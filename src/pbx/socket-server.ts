import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { addressTest } from '../guard/addresses.ts';
import type { Log } from '../guard/log.ts';

/** Where a PBX asks, and who may. */
export interface Listen {
  host: string;
  /** 0 takes a free one. */
  port: number;
  /** Addresses or CIDR blocks that may connect; empty: this machine only. */
  allow: string[];
  /** Sessions at once, in all and for one address. */
  maxConnections?: number;
  maxPerPeer?: number;
  log: Log;
}

export interface SocketServer {
  /** `host:port` as bound. */
  address: string;
  connections(): number;
  /** Whether half of the room is still free: what is not a verdict waits for that. */
  spare(): boolean;
  /** Takes no new sessions, waits up to `ms` for those in hand, then cuts them off; their callers are blocked. */
  drain(ms: number): Promise<void>;
}

/**
 * A server for a PBX that asks: only known addresses, a bounded number of sessions, one `handle` a socket. `service` names
 * it in messages. Rejects with a
 * one-line Error when the address cannot be had, with a RangeError when `allow` holds what is no address.
 */
export async function serveSockets(
  service: string,
  options: Listen,
  handle: (socket: Socket, peer: string) => Promise<void>,
): Promise<SocketServer> {
  const { host, port, log, maxConnections = 1024, maxPerPeer = 512 } = options;
  const admits = peerFilter(options.allow);
  const sessions = new Map<Socket, Promise<void>>();
  const peers = new Map<string, number>();
  const refusal = (peer: string): string | null => {
    if (!admits(peer)) return 'address';
    if (sessions.size >= maxConnections) return 'connections';
    return (peers.get(peer) ?? 0) >= maxPerPeer ? 'connections_of_peer' : null;
  };
  const refuse = refuser(service, log);
  const server = createServer({ allowHalfOpen: true, noDelay: true }, (socket) => {
    const peer = plainAddress(socket.remoteAddress);
    const why = refusal(peer);
    if (why !== null) return refuse(socket, peer, why);
    peers.set(peer, (peers.get(peer) ?? 0) + 1);
    const work = handle(socket, peer).finally(() => {
      sessions.delete(socket);
      const left = (peers.get(peer) ?? 1) - 1;
      if (left > 0) peers.set(peer, left);
      else peers.delete(peer);
    });
    sessions.set(socket, work);
  });
  await listen(server, service, host, port);
  server.on('error', (error) => log.error('pbx_server', { service, error: error.message }));
  return {
    address: bound(server),
    connections: () => sessions.size,
    spare: () => sessions.size < Math.min(maxConnections, maxPerPeer) / 2,
    drain: async (ms) => {
      server.close();
      await Promise.race([Promise.all(sessions.values()), sleep(ms, undefined, { ref: false })]);
      for (const socket of sessions.keys()) socket.destroy();
      await Promise.all(sessions.values());
    },
  };
}

/** Who may connect. `allow` as in the options. */
function peerFilter(allow: string[]): (address: string) => boolean {
  const admits = addressTest(allow.length > 0 ? allow : ['127.0.0.0/8', '::1'], (entry) => {
    throw new RangeError(`"${entry}" is no address and no CIDR block`);
  });
  // A PBX connects for every call, always from the same address.
  let last = { address: '', admitted: false };
  return (address) => {
    if (address !== last.address) last = { address, admitted: admits(address) };
    return last.admitted;
  };
}

/** An IPv4 peer on a dual-stack socket shows as `::ffff:192.0.2.1`; this gives `192.0.2.1`. */
const plainAddress = (address: string | undefined): string => (address ?? '').replace(/^::ffff:(?=\d+\.)/i, '');

/** Closes connections that are not wanted; says so once a second at most, since whoever floods would fill the disk. */
function refuser(service: string, log: Log): (socket: Socket, peer: string, why: string) => void {
  let quietUntil = 0;
  let unsaid = 0;
  return (socket, peer, why) => {
    socket.on('error', () => {});
    socket.destroy();
    const now = performance.now();
    if (now < quietUntil) {
      unsaid++;
      return;
    }
    log.warn('pbx_connection_refused', { service, peer, why, before: unsaid });
    quietUntil = now + 1000;
    unsaid = 0;
  };
}

const PLAIN: Record<string, string> = {
  EADDRINUSE: 'the address is in use; is another guard running?',
  EADDRNOTAVAIL: 'this machine has no such address',
  EACCES: 'no permission to listen there',
};

async function listen(server: Server, service: string, host: string, port: number): Promise<void> {
  try {
    server.listen(port, host);
    await once(server, 'listening');
  } catch (error) {
    const { code = '', message } = error as NodeJS.ErrnoException;
    throw new Error(`${service} cannot listen on ${host}:${port}: ${PLAIN[code] ?? message}`);
  }
}

function bound(server: Server): string {
  const { address, port, family } = server.address() as AddressInfo;
  return family === 'IPv6' ? `[${address}]:${port}` : `${address}:${port}`;
}
