import type { DialAttempt } from '../../core/attempt.ts';
import { askInTime, release } from '../../guard/in-time.ts';
import type { Log } from '../../guard/log.ts';
import type { Outcome } from '../../guard/outcome.ts';
import type { CallGuard } from '../../guard/port-call-guard.ts';
import type { Answer } from '../../guard/ports.ts';
import { ANSWER_MS, type App, answer, PLAY_MS, playback, preAnswer, reject } from './apps.ts';
import { readChannel } from './channel.ts';
import { blockPrompt, refusalPrompt, warningPrompt } from './prompts.ts';
import type { Session } from './session.ts';
import { verdictApps } from './verdict.ts';
import { hearWarning } from './warning.ts';
import type { Message } from './wire.ts';

export interface CheckContext {
  guard: CallGuard;
  log: Log;
  /** Whether there are connections to spare for telling a caller that he is blocked. */
  canAnnounce(): boolean;
}

/** Answers one call, of which `data` is what FreeSWITCH says. Throws BadRequest or SessionOver; the guard has heard of every hangup by then. */
export async function check(session: Session, data: Message, { guard, log, canAnnounce }: CheckContext): Promise<void> {
  const attempt = readChannel(data, Date.now());
  const first = await askInTime(guard, attempt, log);
  const { outcome, heard } = await warn(session, first, guard, attempt);
  const { sounds } = guard.settings();
  const announced = outcome.announce && attempt.listener && canAnnounce();
  const farewell = heard === null || heard === 'hangup' ? [] : refusalPrompt(heard, false, sounds);
  const untold = session.over !== null;
  try {
    await deliver(session, outcome, attempt, announced ? blockPrompt(outcome, sounds) : farewell);
  } catch (error) {
    // A verdict once sent may have been heard, however late its reply: the call may talk, and keeps what it reserved.
    if (untold && outcome.action === 'allow') await release(guard, attempt, outcome);
    throw error;
  }
}

/** Asks the caller until the guard has made up its mind. Once asked, a call is never left to the fallback. */
async function warn(
  session: Session,
  first: Outcome,
  guard: CallGuard,
  attempt: DialAttempt,
): Promise<{ outcome: Outcome; heard: Answer | null }> {
  const { sounds, answerFirst } = guard.settings();
  let outcome = first;
  let heard: Answer | null = null;
  while (outcome.question) {
    const { question } = outcome;
    const opening = heard ? [] : openVoice(outcome, attempt, answerFirst);
    const again = heard ? refusalPrompt(heard, true, sounds) : [];
    // A caller who leaves meanwhile is heard of by `hearWarning`.
    if (opening.length > 0) await session.run(opening, { ms: ANSWER_MS }).catch(() => null);
    const { before, code } = warningPrompt(question, sounds);
    heard = await hearWarning(session, question, { before: [...again, ...before], code });
    outcome = await guard.answered(question, heard);
    if (heard === 'hangup') break;
  }
  const undecided = heard !== null && outcome.action === 'unavailable';
  return { outcome: undecided ? { ...outcome, action: 'block' } : outcome, heard };
}

/** The verdict is `block` before the first sound is heard: a guard that dies in the prompt lets nothing through. */
const openVoice = (first: Outcome, attempt: DialAttempt, answerFirst: boolean): App[] => [
  ...verdictApps(first, attempt),
  answerFirst ? answer() : preAnswer(),
];

/** Tells the dialplan; a refused call is ended here, since a dialplan may go on to its next gateway. */
async function deliver(session: Session, outcome: Outcome, attempt: DialAttempt, said: string[]): Promise<void> {
  const apps = verdictApps(outcome, attempt);
  const refused = outcome.action !== 'allow' && outcome.action !== 'unavailable';
  if (!refused) return void (await session.run(apps, { last: true }));
  if (said.length > 0) {
    // One after the other: with `async`, FreeSWITCH would run what follows in the middle of the prompt.
    await session.run([...apps, preAnswer()]);
    await session.run([playback(said)], { ms: PLAY_MS });
  }
  await session.run(said.length > 0 ? [reject()] : [...apps, reject()], { last: true });
}
