import { channelStatus, sayDigits, sayNumber, streamFile, waitForDigit } from './commands.ts';
import type { Step } from './prompts.ts';
import { type Session, SessionOver } from './session.ts';
import type { Reply } from './wire.ts';

/** No prompt lasts longer; a peer silent for that long is gone. */
const PLAY_MS = 30_000;

/** Plays one step to its end or to the first key. Answers the key, or null. Rejects with SessionOver on hangup. */
export async function play(session: Session, step: Step): Promise<string | null> {
  if ('play' in step) return key(session, await session.command(streamFile(step.play), PLAY_MS));
  if ('number' in step) return key(session, await session.command(sayNumber(step.number), PLAY_MS));
  if (step.digits === '') return null;
  return key(session, await session.command(sayDigits(step.digits), PLAY_MS));
}

/** The next key within `ms` milliseconds, or null. Rejects with SessionOver on hangup. */
export async function nextKey(session: Session, ms: number): Promise<string | null> {
  return key(session, await session.command(waitForDigit(ms), ms + PLAY_MS));
}

/** `result` is the key's ASCII code, 0 for none, -1 for a hangup, but also for a sound file that is not there. */
async function key(session: Session, { code, result }: Reply): Promise<string | null> {
  const value = Number.parseInt(result, 10);
  const dead = code === 511 || (value === -1 && (await session.command(channelStatus())).code === 511);
  if (dead) {
    session.hungUp();
    throw new SessionOver('hangup');
  }
  return value > 0 ? String.fromCharCode(value) : null;
}
