import type { Attempt, CallEnd, DialAttempt } from '../core/attempt.ts';
import { decide } from '../core/decide.ts';
import type { Destination } from '../core/destination.ts';
import type { Facts } from '../core/facts.ts';
import type { Reading } from '../core/numbering/reading.ts';
import type { Policy } from '../core/policy.ts';
import { refuse } from '../core/refuse.ts';
import type { Decision } from '../core/verdict.ts';
import { readSafely, understand } from './attempts.ts';
import { QUESTIONS, tokenBuckets } from './flood.ts';
import { lateVerdicts } from './late-verdicts.ts';
import type { Log } from './log.ts';
import type { Outcome, Question } from './outcome.ts';
import { allowed, blocked, outcomeOf, unavailable } from './outcomes.ts';
import type { CallGuard } from './port-call-guard.ts';
import { type Answer, type Ledger, LedgerUnavailable, type Recorded } from './ports.ts';
import { questioner } from './questions.ts';
import type { Settings } from './settings.ts';
import { type Undecided, undecidedCalls } from './undecided.ts';
import { unlistedCalls } from './unlisted.ts';

/** Tries a caller has to press the right key; then the call ends. */
const TRIES = 2;
/** Ends the store could not take, kept to be told again. */
const ENDS_KEPT = 10_000;
interface Asked {
  attempt: Attempt;
  since: number;
}

/** An outcome, and the recorded decision behind it where there is one. */
interface Settled {
  outcome: Outcome;
  decision?: Decision;
}

export interface GuardParts {
  ledger: Ledger;
  settings: () => Settings;
  /** What a reading is worth: the risk table, and what the owner made of it. */
  classify: (reading: Reading) => Destination;
  /** Milliseconds since 1970, UTC. */
  now: () => number;
  /** A random whole number from 0 to `below` - 1. */
  random: (below: number) => number;
  log: Log;
  /** Told of every verdict, for metrics. */
  onVerdict?: (outcome: Outcome, ms: number) => void;
  /** Told, every few seconds, of calls without a verdict that the store still cannot take. */
  onUnwritten?: (calls: number) => void;
}

/** A verdict that was not recorded, with how it came about. */
export interface Checked {
  attempt: Attempt;
  path: string[];
  decision: Decision;
}

export interface Guard extends CallGuard {
  /** The verdict on an attempt, recorded nowhere. */
  check(attempt: DialAttempt): Promise<Checked>;
  bypassed: Undecided['bypassed'];
  /** Closes what nobody ended and tells the store what it missed. To be called every few seconds. */
  sweep(): Promise<void>;
}

export function createGuard(parts: GuardParts): Guard {
  const { ledger, settings, now, log } = parts;
  const questions = tokenBuckets(QUESTIONS);
  const unlisted = unlistedCalls(ledger, log);
  const missed: CallEnd[] = [];
  const question = questioner(parts.random);
  const inTime = lateVerdicts(takeBack);
  const undecided = undecidedCalls(ledger, now, log, parts.onUnwritten);

  const judge =
    (attempt: Attempt, policy: Policy) =>
    (facts: Facts): Decision =>
      decide(attempt, settings().mode === 'observe' ? { ...facts, mode: 'observe' } : facts, policy);

  function finish({ attempt, since }: Asked, { outcome, decision }: Settled): Outcome {
    const { action: verdict, reason, incident, maxSeconds, e164 } = outcome;
    const { uniqueid, site, ext, pbx } = attempt;
    const dialled = attempt.dialled.slice(0, 64);
    const reasons = decision ? decision.verdict.reasons.map(({ code }) => code) : [reason];
    const would = decision?.verdict.would;
    const ms = now() - since;
    log.info('verdict', { pbx, uniqueid, site, ext, dialled, e164, verdict, would, reasons, incident, maxSeconds, ms });
    parts.onVerdict?.(outcome, ms);
    return outcome;
  }

  function toOutcome(attempt: Attempt, recorded: Recorded, tries: number): Outcome {
    const outcome = outcomeOf(attempt, recorded, settings().announce);
    if (outcome.action !== 'warn') return outcome;
    return { ...outcome, question: question(attempt, recorded, tries, settings().digit) };
  }

  /** A lease that nobody heard of. Where the store cannot close it, it expires: later, the call may have been given it. */
  function takeBack({ pbx, uniqueid, destination }: Attempt): void {
    const e164 = 'e164' in destination ? destination.e164 : null;
    const end = { pbx, uniqueid, at: now(), e164, seconds: [], answered: false, cause: null, trunkUp: false, age: 0 };
    ledger.callEnded(end).catch((error) => {
      log.error('late verdict not taken back', { uniqueid, error: String((error as Error).message ?? error) });
    });
  }

  async function settle(attempt: Attempt, pending: Promise<Recorded>, tries: number): Promise<Settled> {
    try {
      const recorded = await inTime(attempt, pending, settings().deadlineMs);
      if (recorded) return { outcome: toOutcome(attempt, recorded, tries), decision: recorded.decision };
      log.error('ledger too slow', { uniqueid: attempt.uniqueid, deadlineMs: settings().deadlineMs });
    } catch (error) {
      const event = error instanceof LedgerUnavailable ? 'ledger unavailable' : 'ledger failed';
      log.error(event, { uniqueid: attempt.uniqueid, error: String((error as Error).message ?? error) });
    }
    undecided.leave(attempt.uniqueid, `extension ${attempt.ext ?? '(none)'} dialled ${attempt.dialled.slice(0, 64)}`);
    return { outcome: unavailable(attempt) };
  }

  async function ask(dialled: DialAttempt): Promise<Outcome> {
    const since = now();
    const { attempt, policy } = understand(dialled, settings(), parts.classify);
    const asked = { attempt, since };
    if (attempt.destination.kind === 'emergency') {
      record(attempt, policy);
      return finish(asked, { outcome: allowed(attempt, 'emergency') });
    }
    const caller = `${attempt.site}/${attempt.ext ?? dialled.payer.endpoint ?? ''}`;
    if (!questions.take(caller, since)) return finish(asked, { outcome: unlisted.block(caller, attempt, 'flood') });
    const decide = judge(attempt, policy);
    const known = await unlisted.judge(caller, attempt, decide);
    const settled = known ?? (await settle(attempt, ledger.admit(attempt, decide), 1));
    const { action, reason } = settled.outcome;
    if (!known && action === 'block') unlisted.listed(caller, attempt, reason);
    return finish(asked, settled);
  }

  /** Emergency calls are answered before the store is asked; the record follows, and its failure changes nothing. */
  function record(attempt: Attempt, policy: Policy): void {
    ledger.admit(attempt, judge(attempt, policy)).catch((error) => {
      log.error('emergency call not recorded', { uniqueid: attempt.uniqueid, error: String(error) });
    });
  }

  async function answered(open: Question, answer: Answer): Promise<Outcome> {
    const since = now();
    const attempt = { ...open.attempt, at: since };
    const asked = { attempt, since };
    const policy = settings().sites.find((s) => s.policy.site === attempt.site)?.policy;
    if (!policy) return finish(asked, { outcome: blocked(attempt, 'site_removed') });
    const again = answer !== 'hangup' && open.try < TRIES;
    const next = (facts: Facts): Decision => {
      const decision = judge(attempt, policy)(facts);
      const stands = answer === 'confirmed' || (again && decision.verdict.action === 'warn');
      return stands ? decision : refuse(decision, answer);
    };
    const settled = await settle(attempt, ledger.answered(open.call, attempt, answer, next), open.try + 1);
    // A call whose question was asked is never left to the fallback.
    if (settled.outcome.action === 'unavailable') settled.outcome = blocked(attempt, 'unavailable');
    return finish(asked, settled);
  }

  async function ended(end: CallEnd): Promise<void> {
    try {
      await ledger.callEnded(end);
    } catch (error) {
      log.error('end of call not recorded yet', {
        uniqueid: end.uniqueid,
        error: String((error as Error).message ?? error),
      });
      if (missed.length < ENDS_KEPT) missed.push(end);
    }
  }

  async function check(asked: DialAttempt): Promise<Checked> {
    const { attempt, policy, path } = understand(asked, settings(), parts.classify);
    const decision = await ledger.preview(attempt, judge(attempt, policy));
    const { destination = attempt.destination } = decision;
    return { attempt: { ...attempt, destination }, path, decision };
  }

  async function sweep(): Promise<void> {
    for (const end of missed.splice(0)) await ended(end);
    await undecided.admit();
    await unlisted.tell(now());
    try {
      const expired = await ledger.sweep(now());
      if (expired > 0) log.warn('leases expired, charged in full', { expired });
    } catch (error) {
      log.error('sweep failed', { error: String((error as Error).message ?? error) });
    }
  }

  // The first call does not wait until tables are built.
  for (const { policy } of settings().sites) parts.classify(readSafely('+442079460000', null, policy));
  return { ask, answered, ended, settings, check, sweep, bypassed: undecided.bypassed };
}
