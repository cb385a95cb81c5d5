import type { FeatureCode } from '../../guard/feature-code.ts';
import type { CallGuard } from '../../guard/port-call-guard.ts';
import { type Listen, type SocketServer, serveSockets } from '../socket-server.ts';
import { handle } from './handler.ts';
import { Session } from './session.ts';

const ENVIRONMENT_MS = 2000;

export interface FastAgiOptions extends Listen {
  /** Shared secret expected as `key=` in every request; null: none. */
  key: string | null;
  /** Lifting blocks by telephone (`agi://HOST/unblock`); null: nobody may. */
  code?: FeatureCode | null;
}

/** Starts the FastAGI server. Rejects with a one-line Error when the address cannot be had. */
export async function serveFastAgi(guard: CallGuard, options: FastAgiOptions): Promise<SocketServer> {
  const { key, code = null, log } = options;
  const context = { guard, log, key, code, canAnnounce: () => server.spare() };
  const server = await serveSockets('FastAGI', options, (socket, peer) =>
    handle(new Session(socket, ENVIRONMENT_MS), peer, context),
  );
  return server;
}
