import { type App, KEY, PLAY_MS } from './apps.ts';
import { type Session, SessionOver } from './session.ts';

/** Runs applications of which the last collects keys into KEY, and answers those. Rejects with SessionOver, on hangup too. */
export async function keysPressed(session: Session, apps: App[]): Promise<string> {
  const done = await session.run(apps, { ms: PLAY_MS, watched: true });
  if (done?.header('Answer-State') === 'hangup') throw new SessionOver('closed');
  return done?.header(`variable_${KEY}`) ?? '';
}
