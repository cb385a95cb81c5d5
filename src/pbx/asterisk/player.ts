import { channelStatus, getOption, sayDigits, sayNumber, streamFile, waitForDigit } from './commands.ts';
import type { Step } from './prompts.ts';
import { type Session, SessionOver } from './session.ts';
import type { Reply } from './wire.ts';

/** No prompt lasts longer; a peer silent for that long is gone. */
const PLAY_MS = 30_000;

/** Asterisk cannot read a voice file: it runs on another machine, or its user may not. */
export class SoundMissing extends Error {
  override name = 'SoundMissing';
}

/**
 * Plays one step to its end or to the first key. Answers the key, or null. Rejects with SessionOver on hangup, and with
 * SoundMissing for a voice file; a core sound that is missing is passed over.
 */
export async function play(session: Session, step: Step): Promise<string | null> {
  if ('play' in step) {
    const reply = await session.command(streamFile(step.play), PLAY_MS);
    const heard = await key(session, reply);
    if (Number.parseInt(reply.result, 10) === -1 && step.play.startsWith('/')) throw new SoundMissing(step.play);
    return heard;
  }
  if ('number' in step) return key(session, await session.command(sayNumber(step.number), PLAY_MS));
  if (step.digits === '') return null;
  return key(session, await session.command(sayDigits(step.digits), PLAY_MS));
}

/**
 * Plays a voice file and waits up to `ms` milliseconds for a key, in one command: a key that comes between two, Asterisk
 * throws away (run_agi in its res_agi.c). Errors as `play`.
 */
export async function playForKey(session: Session, file: string, ms: number): Promise<string | null> {
  const begun = performance.now();
  const heard = await key(session, await session.command(getOption(file, ms), ms + PLAY_MS));
  if (heard === null && performance.now() - begun < ms) throw new SoundMissing(file);
  return heard;
}

/** Plays `steps`, or `instead` where Asterisk cannot read one of them. */
export async function announce(session: Session, steps: Step[], instead: Step[]): Promise<void> {
  try {
    for (const step of steps) await play(session, step);
  } catch (error) {
    if (!(error instanceof SoundMissing)) throw error;
    for (const step of instead) await play(session, step);
  }
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
