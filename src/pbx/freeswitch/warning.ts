import type { Question } from '../../guard/outcome.ts';
import type { Answer } from '../../guard/ports.ts';
import { playAndGetDigits } from './apps.ts';
import { keysPressed } from './keys.ts';
import type { Warning } from './prompts.ts';
import { type Session, SessionOver } from './session.ts';

/** How long a caller may think about each digit. */
const THINK_MS = 5000;
/** Nobody has understood a spoken digit sooner. */
const HEARD_MS = 300;

/** Plays a warning and hears what the caller makes of it. A session that ends is a hangup. */
export async function hearWarning(session: Session, { digits }: Question, warning: Warning): Promise<Answer> {
  try {
    return await listen(session, digits, warning);
  } catch (error) {
    if (error instanceof SessionOver) return 'hangup';
    throw error;
  }
}

/** Keys before the last of the digits is spoken are guesses. */
async function listen(session: Session, digits: string, { before, code }: Warning): Promise<Answer> {
  if ((await keys(session, [...before, ...code.slice(0, -1)], 1, 1)) !== '') return 'early';
  const spoken = performance.now();
  const pressed = await keys(session, code.slice(-1), digits.length, THINK_MS);
  if (pressed !== '' && performance.now() - spoken < HEARD_MS) return 'early';
  if (pressed.length < digits.length) return 'silent';
  return pressed === digits ? 'confirmed' : 'wrong';
}

const keys = (session: Session, files: string[], count: number, ms: number): Promise<string> =>
  keysPressed(session, [playAndGetDigits(files, count, ms)]);
