import type { FeatureCode } from '../../guard/feature-code.ts';
import type { Log } from '../../guard/log.ts';
import type { CallGuard } from '../../guard/port-call-guard.ts';
import { isSameSecret } from '../../guard/same-secret.ts';
import { BadRequest } from './arguments.ts';
import { check } from './check.ts';
import type { Environment } from './environment.ts';
import { readEnd } from './request-end.ts';
import { unblockByPhone } from './request-unblock.ts';
import { type Session, SessionOver } from './session.ts';
import { strictVerdict } from './verdict.ts';

export interface HandlerContext {
  guard: CallGuard;
  log: Log;
  /** Shared secret that every request has to bring as `key=`; null: none. */
  key: string | null;
  canAnnounce(): boolean;
  /** Lifting blocks by telephone; null: nobody may. */
  code: FeatureCode | null;
}

const HERE = 'NOOP dialwarden';

/** Serves one session to its end. Never rejects. */
export async function handle(session: Session, peer: string, context: HandlerContext): Promise<void> {
  try {
    const environment = await session.environment;
    if (environment === null) throw new BadRequest('no AGI environment');
    if (!hasKey(environment, context.key)) {
      context.log.warn('agi_key_refused', { peer });
      return await session.close();
    }
    await serve(session, environment, context);
    await session.close();
  } catch (error) {
    await session.close(lastWords(error, session, peer, context.log));
  }
}

async function serve(session: Session, environment: Environment, context: HandlerContext): Promise<void> {
  const script = environment.headers.get('agi_network_script');
  if (script === 'check') return check(session, environment, context);
  // `dialwarden doctor` asks whether somebody is here.
  if (script === 'doctor') return session.close([HERE]);
  if (script === 'unblock') {
    const { sounds } = context.guard.settings();
    return unblockByPhone(session, environment, context.code, sounds, context.log);
  }
  if (script !== 'end') throw new BadRequest('unknown script');
  await context.guard.ended(readEnd(environment, Date.now()));
}

/** What a peer is told when its request came to nothing: strict, never silence, since silence picks the fallback. */
function lastWords(error: unknown, session: Session, peer: string, log: Log): string[] {
  if (error instanceof BadRequest) {
    if (session.over !== 'closed') log.warn('agi_refused', { peer, why: error.message, session: session.over });
    return strictVerdict('bad_request');
  }
  if (error instanceof SessionOver) {
    if (error.why !== 'hangup') log.warn('agi_session_lost', { peer, why: error.why });
    return strictVerdict(error.why === 'hangup' ? 'hangup' : 'session_lost');
  }
  log.error('agi_failed', { peer, error: error instanceof Error ? (error.stack ?? error.message) : String(error) });
  return strictVerdict('error');
}

function hasKey({ args }: Environment, key: string | null): boolean {
  if (key === null) return true;
  const given = args.find((arg) => arg.startsWith('key='))?.slice(4) ?? '';
  return isSameSecret(given, key);
}
