import type { Question } from '../../guard/outcome.ts';
import type { Answer } from '../../guard/ports.ts';
import { playAndGetDigits } from './apps.ts';
import type { Warning } from './prompts.ts';
import { type Session, SessionOver } from './session.ts';

/** How long a caller may think about each digit. */
const THINK_MS = 5000;
/** Nobody has understood a spoken digit sooner. */
const HEARD_MS = 300;
/** No prompt lasts longer; a peer silent for that long is gone. */
const PLAY_MS = 60_000;
/** The variable that gets what was pressed. */
export const KEY = 'dw_key';

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

async function keys(session: Session, files: string[], count: number, ms: number): Promise<string> {
  const done = await session.run([playAndGetDigits(files, count, ms, KEY)], { ms: PLAY_MS, watched: true });
  if (done?.header('Answer-State') === 'hangup') throw new SessionOver('closed');
  return done?.header(`variable_${KEY}`) ?? '';
}
