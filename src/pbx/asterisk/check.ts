import type { DialAttempt } from '../../core/attempt.ts';
import type { Log } from '../../guard/log.ts';
import type { Outcome, Question } from '../../guard/outcome.ts';
import type { CallGuard } from '../../guard/port-call-guard.ts';
import type { Answer } from '../../guard/ports.ts';
import { answer, evaluate, progress } from './commands.ts';
import type { Environment } from './environment.ts';
import { play } from './player.ts';
import { blockPrompt } from './prompts.ts';
import { type CheckRequest, readCheck, TRANSFERER, transferredBy } from './request-check.ts';
import { type Session, SessionOver } from './session.ts';
import { verdictVariables } from './verdict.ts';
import { hearWarning } from './warning.ts';

/** The guard keeps `deadlineMs` itself; this much later the adapter no longer believes it. */
const GRACE_MS = 100;
const ANSWER_MS = 10_000;

const UNAVAILABLE: Outcome = {
  action: 'unavailable',
  reason: 'unavailable',
  incident: null,
  maxSeconds: null,
  e164: '',
  question: null,
  announce: false,
};

export interface CheckContext {
  guard: CallGuard;
  log: Log;
  /** Whether there are connections to spare for telling a caller that he is blocked. */
  canAnnounce(): boolean;
}

/** Answers one `check`. Rejects with BadRequest, or with SessionOver once the guard has heard of it. */
export async function check(session: Session, environment: Environment, context: CheckContext): Promise<void> {
  const { guard } = context;
  const attempt = await withTransferer(session, readCheck(environment, Date.now()));
  if (session.over) throw new SessionOver(session.over);
  const first = await withinDeadline(guard.ask(attempt), guard.settings().deadlineMs + GRACE_MS, context.log);
  const outcome = first.question ? await warn(session, first, first.question, guard) : first;
  const unheard = session.over !== null;
  try {
    await deliver(session, outcome, attempt.listener && outcome.announce && context.canAnnounce());
  } catch (error) {
    const never = unheard || session.over === 'hangup';
    if (never && outcome.action === 'allow') await release(guard, attempt, outcome);
    throw error;
  }
}

async function deliver(session: Session, outcome: Outcome, announce: boolean): Promise<void> {
  const variables = verdictVariables(outcome);
  if (outcome.action !== 'block' || !announce) {
    await session.finish(variables);
    return;
  }
  for (const variable of variables) await session.command(variable);
  await session.command(progress());
  for (const step of blockPrompt(outcome)) await play(session, step);
}

/** A call whose dialplan did not say who transferred it: one more round trip finds out. */
async function withTransferer(session: Session, { attempt, askTransfer }: CheckRequest): Promise<DialAttempt> {
  if (!askTransfer) return attempt;
  const { value } = await session.command(evaluate(TRANSFERER));
  return transferredBy(attempt, value ?? '');
}

async function withinDeadline(asked: Promise<Outcome>, ms: number, log: Log): Promise<Outcome> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<Outcome>((resolve) => {
    timer = setTimeout(() => resolve(UNAVAILABLE), ms);
  });
  const failed = (error: unknown) => {
    log.error('agi_ask_failed', { error: String(error) });
    return UNAVAILABLE;
  };
  return Promise.race([asked.catch(failed), late]).finally(() => clearTimeout(timer));
}

/** Asks the caller until the guard has made up its mind. Once asked, a call is never left to the fallback. */
async function warn(session: Session, first: Outcome, question: Question, guard: CallGuard): Promise<Outcome> {
  let outcome = first;
  let open: Question | null = question;
  let ready = false;
  while (open) {
    const heard: Answer = await hearWarning(session, open, async () => {
      if (!ready) await openVoice(session, first, guard.settings().answerFirst);
      ready = true;
    });
    outcome = await guard.answered(open, heard);
    open = heard === 'hangup' ? null : outcome.question;
  }
  return outcome.action === 'unavailable' ? { ...outcome, action: 'block' } : outcome;
}

/** The verdict is `block` before the first sound is heard: a guard that dies in the prompt lets nothing through. */
async function openVoice(session: Session, outcome: Outcome, answerFirst: boolean): Promise<void> {
  for (const variable of verdictVariables(outcome)) await session.command(variable);
  await session.command(answerFirst ? answer() : progress(), ANSWER_MS);
}

/** An allowed call that was never dialled, since its dialplan did not hear of it: nothing stays reserved. */
async function release(guard: CallGuard, { pbx, uniqueid }: DialAttempt, { e164 }: Outcome): Promise<void> {
  const end = { seconds: [0], answered: false, cause: null, trunkUp: false };
  await guard.ended({ pbx, uniqueid, at: Date.now(), e164: e164 || null, ...end });
}
