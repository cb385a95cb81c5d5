import type { Socket } from 'node:net';
import type { FeatureCode } from '../../guard/feature-code.ts';
import type { Log } from '../../guard/log.ts';
import type { CallGuard } from '../../guard/port-call-guard.ts';
import { type Listen, type SocketServer, serveSockets } from '../socket-server.ts';
import type { App } from './apps.ts';
import { BadRequest } from './channel.ts';
import { type CheckContext, check } from './check.ts';
import { Session, SessionOver } from './session.ts';
import { UNBLOCK, unblockByPhone } from './unblock.ts';
import { strictVerdict } from './verdict.ts';

/** FreeSWITCH answers `connect` in a few milliseconds. */
const CONNECT_MS = 2000;

export interface EslOutboundOptions extends Listen {
  /** Lifting blocks by telephone; null: nobody may. */
  code?: FeatureCode | null;
}

interface Context extends CheckContext {
  code: FeatureCode | null;
}

/**
 * Starts the server that the dialplan's `socket` application connects to, one connection a call. Rejects with a one-line
 * Error when the address cannot be had.
 */
export async function serveEslOutbound(guard: CallGuard, options: EslOutboundOptions): Promise<SocketServer> {
  const { code = null, log } = options;
  const context = { guard, log, code, canAnnounce: () => server.spare() };
  const server = await serveSockets('ESL', options, (socket, peer) => serve(socket, peer, context));
  return server;
}

/** Serves one session to its end. Never rejects. */
async function serve(socket: Socket, peer: string, context: Context): Promise<void> {
  const session = new Session(socket);
  try {
    const data = await session.connect(CONNECT_MS);
    if (data.header('variable_dw_request') === UNBLOCK)
      await unblockByPhone(session, data, context.code, context.guard.settings().sounds, context.log);
    else await check(session, data, context);
    await session.close();
  } catch (error) {
    await session.close(lastWords(error, peer, context.log));
  }
}

/** What a peer is told when its request came to nothing: strict, never silence, since silence picks the fallback. */
function lastWords(error: unknown, peer: string, log: Log): App[] {
  if (error instanceof BadRequest) {
    log.warn('esl_refused', { peer, why: error.message });
    return strictVerdict('bad_request');
  }
  if (error instanceof SessionOver) {
    if (error.why === 'closed') return strictVerdict('hangup');
    log.warn('esl_session_lost', { peer, why: error.why });
    return strictVerdict('session_lost');
  }
  log.error('esl_failed', { peer, error: error instanceof Error ? (error.stack ?? error.message) : String(error) });
  return strictVerdict('error');
}
