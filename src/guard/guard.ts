import type { Attempt, CallEnd, DialAttempt, Meant } from '../core/attempt.ts';
import { decide } from '../core/decide.ts';
import type { Destination } from '../core/destination.ts';
import type { Facts } from '../core/facts.ts';
import { misdialCandidates } from '../core/numbering/misdial.ts';
import { countryCode } from '../core/numbering/plan.ts';
import { readTrunkDigits } from '../core/numbering/read.ts';
import type { Reading } from '../core/numbering/reading.ts';
import type { Policy } from '../core/policy.ts';
import { refuse } from '../core/refuse.ts';
import type { Decision } from '../core/verdict.ts';
import { createFloodGate } from './flood.ts';
import type { Log } from './log.ts';
import type { Outcome, Question } from './outcome.ts';
import { allowed, blocked, outcomeOf, unavailable } from './outcomes.ts';
import type { CallGuard } from './port-call-guard.ts';
import { type Answer, type Ledger, LedgerUnavailable, type Recorded } from './ports.ts';
import type { Settings } from './settings.ts';
import { place } from './sites.ts';

/** Tries a caller has to press the right key; then the call ends. */
const TRIES = 2;
/** Ends the store could not take, kept to be told again. */
const ENDS_KEPT = 10_000;

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
  /** Closes what nobody ended and tells the store what it missed. To be called every few seconds. */
  sweep(): Promise<void>;
}

export function createGuard(parts: GuardParts): Guard {
  const { ledger, settings, now, log } = parts;
  const floods = createFloodGate();
  const missed: CallEnd[] = [];

  function read(asked: DialAttempt): { attempt: Attempt; policy: Policy; path: string[] } {
    const { policy, ext } = place(asked, settings());
    const reading = safely(asked.digits, asked.dialled, policy);
    const { pbx, uniqueid, at, listener, addr } = asked;
    const dialled = asked.dialled ?? asked.digits;
    const attempt = {
      pbx,
      uniqueid,
      at,
      site: policy.site,
      ext,
      dialled,
      listener,
      destination: parts.classify(reading),
      meant: slips(dialled, reading, policy),
      addr,
    };
    return { attempt, policy, path: reading.path };
  }

  const judge =
    (attempt: Attempt, policy: Policy) =>
    (facts: Facts): Decision =>
      decide(attempt, settings().mode === 'observe' ? { ...facts, mode: 'observe' } : facts, policy);

  function finish(attempt: Attempt, outcome: Outcome, since: number): Outcome {
    const ms = now() - since;
    const { action, reason, incident, maxSeconds, e164 } = outcome;
    const { uniqueid, site, ext, dialled, pbx } = attempt;
    log.info('verdict', {
      pbx,
      uniqueid,
      site,
      ext,
      dialled: dialled.slice(0, 64),
      verdict: action,
      reason,
      e164,
      incident,
      maxSeconds,
      ms,
    });
    parts.onVerdict?.(outcome, ms);
    return outcome;
  }

  function toOutcome(attempt: Attempt, recorded: Recorded, tries: number): Outcome {
    const outcome = outcomeOf(attempt, recorded, settings().announce);
    if (outcome.action !== 'warn') return outcome;
    return { ...outcome, question: question(attempt, recorded, tries) };
  }

  function question(attempt: Attempt, { call, decision }: Recorded, tries: number): Question {
    const d = attempt.destination;
    const region = 'region' in d ? d.region : 'ZZ';
    return {
      call,
      attempt,
      try: tries,
      digits: draw(decision.keys),
      region,
      countryCode: 'e164' in d ? (countryCode(d.e164.slice(1)) ?? '') : '',
    };
  }

  function draw(keys: number): string {
    const { digit } = settings();
    if (digit !== 'random' && keys === 1) return digit;
    return Array.from({ length: keys }, () => parts.random(10)).join('');
  }

  /** Waits for the store as long as the PBX may wait; a verdict that comes later is taken back. */
  async function inTime(attempt: Attempt, pending: Promise<Recorded>): Promise<Recorded | null> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<null>((resolve) => {
      timer = setTimeout(resolve, settings().deadlineMs, null);
    });
    try {
      const first = await Promise.race([pending, late]);
      if (first === null) pending.then((recorded) => takeBack(attempt, recorded)).catch(() => undefined);
      return first;
    } finally {
      clearTimeout(timer);
    }
  }

  async function takeBack(attempt: Attempt, { decision }: Recorded): Promise<void> {
    if (!decision.lease || decision.lease.money === false) return;
    const { pbx, uniqueid } = attempt;
    const e164 = 'e164' in attempt.destination ? attempt.destination.e164 : null;
    await ended({ pbx, uniqueid, at: now(), e164, seconds: [], answered: false, cause: null, trunkUp: false });
  }

  async function settle(attempt: Attempt, pending: Promise<Recorded>, tries: number): Promise<Outcome> {
    try {
      const recorded = await inTime(attempt, pending);
      if (recorded) return toOutcome(attempt, recorded, tries);
      log.error('ledger too slow', { uniqueid: attempt.uniqueid, deadlineMs: settings().deadlineMs });
    } catch (error) {
      const event = error instanceof LedgerUnavailable ? 'ledger unavailable' : 'ledger failed';
      log.error(event, { uniqueid: attempt.uniqueid, error: String((error as Error).message ?? error) });
    }
    return unavailable(attempt);
  }

  async function ask(asked: DialAttempt): Promise<Outcome> {
    const since = now();
    const { attempt, policy } = read(asked);
    if (attempt.destination.kind === 'emergency') {
      record(attempt, policy);
      return finish(attempt, allowed(attempt, 'emergency'), since);
    }
    if (floods(`${attempt.site}/${attempt.ext ?? asked.payer.endpoint ?? ''}`, since))
      return finish(attempt, blocked(attempt, 'flood'), since);
    return finish(attempt, await settle(attempt, ledger.admit(attempt, judge(attempt, policy)), 1), since);
  }

  /** Emergency calls are answered before the store is asked; the record follows, and its failure changes nothing. */
  function record(attempt: Attempt, policy: Policy): void {
    ledger.admit(attempt, judge(attempt, policy)).catch((error) => {
      log.error('emergency call not recorded', { uniqueid: attempt.uniqueid, error: String(error) });
    });
  }

  async function answered(asked: Question, answer: Answer): Promise<Outcome> {
    const since = now();
    const attempt = { ...asked.attempt, at: since };
    const policy = settings().sites.find((s) => s.policy.site === attempt.site)?.policy;
    if (!policy) return finish(attempt, blocked(attempt, 'site_removed'), since);
    const again = answer !== 'hangup' && asked.try < TRIES;
    const next = (facts: Facts): Decision => {
      const decision = judge(attempt, policy)(facts);
      return answer === 'confirmed' || (again && decision.verdict.action === 'warn')
        ? decision
        : refuse(decision, answer);
    };
    const outcome = await settle(attempt, ledger.answered(asked.call, attempt, answer, next), asked.try + 1);
    // A call whose question was asked is never left to the fallback.
    return finish(attempt, outcome.action === 'unavailable' ? blocked(attempt, 'unavailable') : outcome, since);
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
    const { attempt, policy, path } = read(asked);
    return { attempt, path, decision: await ledger.preview(attempt, judge(attempt, policy)) };
  }

  async function sweep(): Promise<void> {
    for (const end of missed.splice(0)) await ended(end);
    try {
      const expired = await ledger.sweep(now());
      if (expired > 0) log.warn('leases expired, charged in full', { expired });
    } catch (error) {
      log.error('sweep failed', { error: String((error as Error).message ?? error) });
    }
  }

  // The first call does not wait until tables are built.
  for (const { policy } of settings().sites) parts.classify(safely('+442079460000', null, policy));
  return { ask, answered, ended, settings, check, sweep };
}

/** Reads digits; a fault in the reader is a malformed number, never an open door. */
function safely(digits: string, dialled: string | null, policy: Policy): Reading {
  try {
    return readTrunkDigits(digits, dialled, policy.plan);
  } catch (error) {
    return { kind: 'malformed', why: `These digits cannot be read (${(error as Error).name})`, path: [] };
  }
}

/** What may have been meant. A fault in guessing costs the guess, never the call. */
function slips(dialled: string, reading: Reading, policy: Policy): Meant[] {
  try {
    return misdialCandidates(dialled, reading, policy.plan).map(({ edit, meant }) => ({ edit, e164: meant.e164 }));
  } catch {
    return [];
  }
}
