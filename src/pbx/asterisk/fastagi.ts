import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { FeatureCode } from '../../guard/feature-code.ts';
import type { Log } from '../../guard/log.ts';
import type { CallGuard } from '../../guard/port-call-guard.ts';
import { handle } from './handler.ts';
import { peerFilter, plainAddress } from './peers.ts';
import { Session } from './session.ts';

const ENVIRONMENT_MS = 2000;

export interface FastAgiOptions {
  host: string;
  /** 0 takes a free one. */
  port: number;
  /** Addresses or CIDR blocks that may connect; empty: this machine only. */
  allow: string[];
  /** Shared secret expected as `key=` in every request; null: none. */
  key: string | null;
  /** Lifting blocks by telephone (`agi://HOST/unblock`); null: nobody may. */
  code?: FeatureCode | null;
  /** Sessions at once, in all and for one address. */
  maxConnections?: number;
  maxPerPeer?: number;
  log: Log;
}

export interface FastAgi {
  /** `host:port` as bound. */
  address: string;
  connections(): number;
  /** Takes no new sessions, waits up to `ms` for those in hand, then cuts them off; their callers are blocked. */
  drain(ms: number): Promise<void>;
}

/** Starts the FastAGI server. Rejects with a one-line Error when the address cannot be had. */
export async function serveFastAgi(guard: CallGuard, options: FastAgiOptions): Promise<FastAgi> {
  const { host, port, key, code = null, log, maxConnections = 1024, maxPerPeer = 512 } = options;
  const admits = peerFilter(options.allow);
  const sessions = new Map<Socket, Promise<void>>();
  const peers = new Map<string, number>();
  // Half of the room is kept for verdicts: whoever provokes blocks by the hundred need not hear about each.
  const canAnnounce = () => sessions.size < Math.min(maxConnections, maxPerPeer) / 2;

  const refusal = (peer: string): string | null => {
    if (!peers.has(peer) && !admits(peer)) return 'address';
    if (sessions.size >= maxConnections) return 'connections';
    return (peers.get(peer) ?? 0) >= maxPerPeer ? 'connections_of_peer' : null;
  };
  const refuse = refuser(log);
  const accept = (socket: Socket) => {
    const peer = plainAddress(socket.remoteAddress);
    const why = refusal(peer);
    if (why !== null) return refuse(socket, peer, why);
    peers.set(peer, (peers.get(peer) ?? 0) + 1);
    const work = handle(new Session(socket, ENVIRONMENT_MS), peer, { guard, log, key, canAnnounce, code }).finally(
      () => {
        sessions.delete(socket);
        const left = (peers.get(peer) ?? 1) - 1;
        if (left > 0) peers.set(peer, left);
        else peers.delete(peer);
      },
    );
    sessions.set(socket, work);
  };

  const server = createServer({ allowHalfOpen: true, noDelay: true }, accept);
  await listen(server, host, port);
  server.on('error', (error) => log.error('agi_server', { error: error.message }));
  return {
    address: bound(server),
    connections: () => sessions.size,
    drain: async (ms) => {
      server.close();
      await Promise.race([Promise.all(sessions.values()), sleep(ms, undefined, { ref: false })]);
      for (const socket of sessions.keys()) socket.destroy();
      await Promise.all(sessions.values());
    },
  };
}

/** Closes connections that are not wanted; says so once a second at most, since whoever floods would fill the disk. */
function refuser(log: Log): (socket: Socket, peer: string, why: string) => void {
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
    log.warn('agi_connection_refused', { peer, why, before: unsaid });
    quietUntil = now + 1000;
    unsaid = 0;
  };
}

const PLAIN: Record<string, string> = {
  EADDRINUSE: 'the address is in use; is another guard running?',
  EADDRNOTAVAIL: 'this machine has no such address',
  EACCES: 'no permission to listen there',
};

async function listen(server: Server, host: string, port: number): Promise<void> {
  try {
    server.listen(port, host);
    await once(server, 'listening');
  } catch (error) {
    const { code = '', message } = error as NodeJS.ErrnoException;
    throw new Error(`FastAGI cannot listen on ${host}:${port}: ${PLAIN[code] ?? message}`);
  }
}

function bound(server: Server): string {
  const { address, port, family } = server.address() as AddressInfo;
  return family === 'IPv6' ? `[${address}]:${port}` : `${address}:${port}`;
}
