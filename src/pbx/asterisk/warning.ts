import type { Question } from '../../guard/outcome.ts';
import type { Answer } from '../../guard/ports.ts';
import type { Sounds } from '../../guard/speech.ts';
import { nextKey, play, playForKey, SoundMissing } from './player.ts';
import { coreWarning, type Step, type WarningStep, warningPrompt } from './prompts.ts';
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
export async function hearWarning(
  session: Session,
  question: Question,
  sounds: Sounds | undefined,
  prepare: () => Promise<void>,
): Promise<Answer> {
  try {
    await prepare();
    return await listen(session, question, warningPrompt(question, sounds));
  } catch (error) {
    if (error instanceof SessionOver) return 'hangup';
    throw error;
  }
}

async function listen(session: Session, question: Question, prompt: WarningStep[]): Promise<Answer> {
  if ((await nextKey(session, SETTLE_MS)) !== null) return 'early';
  try {
    for (const step of prompt) {
      if ('code' in step) return await hearCode(session, question.digits, step.code);
      if ((await play(session, step)) !== null) return 'early';
    }
    return 'silent';
  } catch (error) {
    if (error instanceof SoundMissing) return listen(session, question, coreWarning(question));
    throw error;
  }
}

/** Speaks the code and collects as many keys. Keys before its last digit was heard are guesses. */
async function hearCode(session: Session, code: string, steps: Step[]): Promise<Answer> {
  for (const step of steps.slice(0, -1)) if ((await play(session, step)) !== null) return 'early';
  const last = steps.at(-1)!;
  const spoken = performance.now();
  let key = await ('play' in last ? playForKey(session, last.play, THINK_MS) : play(session, last));
  if (key !== null && performance.now() - spoken < HEARD_MS) return 'early';
  if (key === null && 'play' in last) return 'silent';
  let pressed = key ?? '';
  while (pressed.length < code.length) {
    key = await nextKey(session, THINK_MS);
    if (key === null) return 'silent';
    pressed += key;
  }
  return pressed === code ? 'confirmed' : 'wrong';
}
