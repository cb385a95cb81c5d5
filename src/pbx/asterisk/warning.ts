import type { Question } from '../../guard/outcome.ts';
import type { Answer } from '../../guard/ports.ts';
import { nextKey, play } from './player.ts';
import { warningPrompt } from './prompts.ts';
import { type Session, SessionOver } from './session.ts';

/** Silence before the prompt: phones cut the first moments after an answer. */
const SETTLE_MS = 400;
/** How long a caller may think about each digit. */
const THINK_MS = 5000;
/** Nobody has understood a spoken digit sooner. */
const HEARD_MS = 300;

/**
 * Plays a warning, after `prepare` has opened a voice path, and hears what the caller makes of it. A session that ends
 * at any point is a hangup.
 */
export async function hearWarning(session: Session, question: Question, prepare: () => Promise<void>): Promise<Answer> {
  try {
    await prepare();
    return await listen(session, question);
  } catch (error) {
    if (error instanceof SessionOver) return 'hangup';
    throw error;
  }
}

async function listen(session: Session, question: Question): Promise<Answer> {
  if ((await nextKey(session, SETTLE_MS)) !== null) return 'early';
  for (const step of warningPrompt(question)) {
    if ('code' in step) return hearCode(session, step.code);
    if ((await play(session, step)) !== null) return 'early';
  }
  return 'silent';
}

/** Speaks the code and collects as many keys. Keys before its last digit was heard are guesses. */
async function hearCode(session: Session, code: string): Promise<Answer> {
  if ((await play(session, { digits: code.slice(0, -1) })) !== null) return 'early';
  const spoken = performance.now();
  let key = await play(session, { digits: code.slice(-1) });
  if (key !== null && performance.now() - spoken < HEARD_MS) return 'early';
  let pressed = key ?? '';
  while (pressed.length < code.length) {
    key = await nextKey(session, THINK_MS);
    if (key === null) return 'silent';
    pressed += key;
  }
  return pressed === code ? 'confirmed' : 'wrong';
}
