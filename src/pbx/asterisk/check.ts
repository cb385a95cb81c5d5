import type { DialAttempt } from '../../core/attempt.ts';
import { askInTime, release } from '../../guard/in-time.ts';
import type { Log } from '../../guard/log.ts';
import type { Outcome } from '../../guard/outcome.ts';
import type { CallGuard } from '../../guard/port-call-guard.ts';
import type { Answer } from '../../guard/ports.ts';
import { refusalSpeech, type Sounds } from '../../guard/speech.ts';
import { answer, evaluate, progress } from './commands.ts';
import type { Environment } from './environment.ts';
import { withListener } from './phone.ts';
import { announce } from './player.ts';
import { blockPrompt, coreBlock, type Step, sentence } from './prompts.ts';
import { type CheckRequest, readCheck, TRANSFERER, transferredBy } from './request-check.ts';
import { type Session, SessionOver } from './session.ts';
import { verdictVariables } from './verdict.ts';
import { hearWarning } from './warning.ts';

const ANSWER_MS = 10_000;

export interface CheckContext {
  guard: CallGuard;
  log: Log;
  /** Whether there are connections to spare for telling a caller that he is blocked. */
  canAnnounce(): boolean;
}

/** Answers one `check`. Rejects with BadRequest, or with SessionOver once the guard has heard of it. */
export async function check(session: Session, environment: Environment, context: CheckContext): Promise<void> {
  const { guard } = context;
  const asked = await withTransferer(session, readCheck(environment, Date.now()));
  const attempt = await withListener(session, asked, environment.headers.get('agi_channel') ?? '', guard.settings());
  if (session.over) throw new SessionOver(session.over);
  const first = await askInTime(guard, attempt, context.log);
  const { outcome, heard } = await warn(session, first, guard);
  const { sounds } = guard.settings();
  const blocked = outcome.announce && attempt.listener && context.canAnnounce();
  const unheard = session.over !== null;
  try {
    if (blocked) await deliver(session, outcome, blockPrompt(outcome, sounds), coreBlock(outcome));
    else await deliver(session, outcome, farewell(outcome, heard, sounds), []);
  } catch (error) {
    const never = unheard || session.over === 'hangup';
    if (never && outcome.action === 'allow') await release(guard, attempt, outcome);
    throw error;
  }
}

/** The verdict, and what a refused caller still hears of it; `instead` where Asterisk cannot read the voice files. */
async function deliver(session: Session, outcome: Outcome, said: Step[], instead: Step[]): Promise<void> {
  const variables = verdictVariables(outcome);
  if (outcome.action !== 'block' || said.length === 0) {
    await session.finish(variables);
    return;
  }
  for (const variable of variables) await session.command(variable);
  await session.command(progress());
  await announce(session, said, instead);
}

/** Whoever did not press the right key is told that his call was not made. */
const farewell = ({ action }: Outcome, heard: Answer | null, sounds: Sounds | undefined): Step[] =>
  action === 'block' && heard && heard !== 'hangup' ? (sentence(refusalSpeech(heard, false), sounds) ?? []) : [];

/** A call whose dialplan did not say who transferred it: one more round trip finds out. */
async function withTransferer(session: Session, { attempt, askTransfer }: CheckRequest): Promise<DialAttempt> {
  if (!askTransfer) return attempt;
  const { value } = await session.command(evaluate(TRANSFERER));
  return transferredBy(attempt, value ?? '');
}

/** Asks the caller until the guard has made up its mind. Once asked, a call is never left to the fallback. */
async function warn(
  session: Session,
  first: Outcome,
  guard: CallGuard,
): Promise<{ outcome: Outcome; heard: Answer | null }> {
  const { sounds, answerFirst } = guard.settings();
  let outcome = first;
  let heard: Answer | null = null;
  while (outcome.question) {
    const before = heard;
    heard = await hearWarning(session, outcome.question, sounds, async () => {
      if (before) await announce(session, sentence(refusalSpeech(before, true), sounds) ?? [], []);
      else await openVoice(session, first, answerFirst);
    });
    outcome = await guard.answered(outcome.question, heard);
    if (heard === 'hangup') break;
  }
  const undecided = heard !== null && outcome.action === 'unavailable';
  return { outcome: undecided ? { ...outcome, action: 'block' } : outcome, heard };
}

/** The verdict is `block` before the first sound is heard: a guard that dies in the prompt lets nothing through. */
async function openVoice(session: Session, outcome: Outcome, answerFirst: boolean): Promise<void> {
  for (const variable of verdictVariables(outcome)) await session.command(variable);
  await session.command(answerFirst ? answer() : progress(), ANSWER_MS);
}
