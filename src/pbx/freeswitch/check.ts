import type { DialAttempt } from '../../core/attempt.ts';
import type { Outcome, Question } from '../../guard/outcome.ts';
import type { CallGuard } from '../../guard/port-call-guard.ts';
import { answer, playback, preAnswer, reject } from './apps.ts';
import { readChannel } from './channel.ts';
import { blockPrompt } from './prompts.ts';
import { type Session, SessionOver } from './session.ts';
import { verdictApps } from './verdict.ts';
import { hearWarning } from './warning.ts';

/** FreeSWITCH answers `connect` in a few milliseconds. */
const CONNECT_MS = 2000;
/** The guard keeps `deadlineMs` itself; this much later the adapter no longer believes it. */
const GRACE_MS = 100;
const ANSWER_MS = 10_000;
const ANNOUNCE_MS = 60_000;

export interface CheckContext {
  guard: CallGuard;
  /** Whether there are connections to spare for telling a caller that he is blocked. */
  canAnnounce(): boolean;
}

/** Answers one call. Throws BadRequest or SessionOver; the guard has heard of every hangup by then. */
export async function check(session: Session, { guard, canAnnounce }: CheckContext): Promise<void> {
  const attempt = readChannel(await session.connect(CONNECT_MS), Date.now());
  let outcome = await withinDeadline(guard.ask(attempt), guard.settings().deadlineMs + GRACE_MS);
  try {
    if (outcome.question) outcome = await warn(session, outcome, outcome.question, guard, attempt);
    if (session.over) throw new SessionOver(session.over);
    await deliver(session, outcome, attempt, outcome.announce && attempt.listener && canAnnounce());
  } catch (error) {
    if (outcome.action === 'allow') await release(guard, attempt, outcome);
    throw error;
  }
}

/** Asks the caller until the guard has made up its mind. The verdict is `block` before the first sound is heard. */
async function warn(
  session: Session,
  first: Outcome,
  question: Question,
  guard: CallGuard,
  attempt: DialAttempt,
): Promise<Outcome> {
  const open = guard.settings().answerFirst ? answer() : preAnswer();
  // A caller who leaves meanwhile is heard of by `hearWarning`.
  await session.run([...verdictApps(first, attempt), open], { ms: ANSWER_MS }).catch(() => null);
  let outcome = first;
  let asked: Question | null = question;
  while (asked) {
    outcome = await guard.answered(asked, await hearWarning(session, asked));
    asked = outcome.question;
  }
  return outcome;
}

/** Tells the dialplan; a refused call is ended here, since a dialplan may go on to its next gateway. */
async function deliver(session: Session, outcome: Outcome, attempt: DialAttempt, announced: boolean): Promise<void> {
  const apps = verdictApps(outcome, attempt);
  if (outcome.action === 'allow' || outcome.action === 'unavailable')
    return void (await session.run(apps, { last: true }));
  const said = announced ? [preAnswer(), playback(blockPrompt(outcome))] : [];
  await session.run([...apps, ...said, reject()], { ms: ANNOUNCE_MS, last: true });
}

/** An allowed call that was never dialled, since the caller hung up before he was told: nothing stays reserved. */
async function release(guard: CallGuard, { pbx, uniqueid }: DialAttempt, { e164 }: Outcome): Promise<void> {
  const end = { seconds: [0], answered: false, cause: null, trunkUp: false };
  await guard.ended({ pbx, uniqueid, at: Date.now(), e164: e164 || null, ...end });
}

async function withinDeadline(asked: Promise<Outcome>, ms: number): Promise<Outcome> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<Outcome>((resolve) => {
    timer = setTimeout(() => resolve(UNAVAILABLE), ms);
  });
  try {
    return await Promise.race([asked.catch(() => UNAVAILABLE), late]);
  } finally {
    clearTimeout(timer);
  }
}

const UNAVAILABLE: Outcome = {
  action: 'unavailable',
  reason: 'unavailable',
  incident: null,
  maxSeconds: null,
  e164: '',
  question: null,
  announce: false,
};
