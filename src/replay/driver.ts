import type { Attempt, CallEnd, DialAttempt } from '../core/attempt.ts';
import type { Destination } from '../core/destination.ts';
import { charge, type Micros } from '../core/money.ts';
import type { Reading } from '../core/numbering/reading.ts';
import { tariffOf } from '../core/risk/price.ts';
import { isMoney } from '../core/spend.ts';
import type { Action } from '../core/verdict.ts';
import { type Checked, createGuard } from '../guard/guard.ts';
import type { Outcome, Question } from '../guard/outcome.ts';
import type { Ledger, Recorded } from '../guard/ports.ts';
import type { Settings } from '../guard/settings.ts';
import type { CdrCall } from './cdr.ts';
import { createAgenda } from './heap.ts';

/** What became of one call. */
export interface Replayed<C extends CdrCall = CdrCall> {
  call: C;
  /** The guard's first word, before anybody answered a warning. */
  verdict: Action;
  /** Codes of the rules that spoke, the one that decided first. */
  reasons: string[];
  /** How the verdict came about; null where the guard was flooded. */
  checked: Checked | null;
  /** null for emergency calls, of which no rule is asked. */
  destination: Destination | null;
  site: string;
  /** With its `+`; null where the destination has none. */
  e164: string | null;
  /** It went to the trunk: allowed, or warned and confirmed. */
  went: boolean;
  /** Seconds it was connected: no more than its cap. */
  seconds: number;
  /** It was ended by its cap. */
  cut: boolean;
  /** What the CDR's seconds cost by the guard's own price, if all of it had happened; 0 for what never costs. */
  cost: Micros;
  /** What of it was spent all the same. */
  spent: Micros;
  question: Question | null;
}

/** What a caller does when warned: the keys he presses, or null when he hangs up. */
export type Caller<C extends CdrCall> = (call: C, question: Question) => string | null;

export interface DriverParts<C extends CdrCall> {
  /** A scratch ledger: it is filled with the replayed calls. */
  ledger: Ledger;
  settings: Settings;
  classify: (reading: Reading) => Destination;
  /** A random whole number from 0 to `below` - 1, for the digits of warnings. */
  random: (below: number) => number;
  caller: Caller<C>;
}

export interface Driver<C extends CdrCall> {
  /** Puts one call to the guard at its own time; calls have to come in order of time. */
  dial(call: C): Promise<Replayed<C>>;
}

/** Nobody waits for an answer in a replay, however slow the machine is. */
const PATIENT_MS = 60_000;
const SILENT = { info: () => {}, warn: () => {}, error: () => {} };

const attemptOf = (call: CdrCall): DialAttempt => ({
  pbx: call.pbx,
  uniqueid: call.uniqueid,
  at: call.at,
  digits: call.dialled,
  // A CDR has what was typed, and not what the trunk got.
  dialled: null,
  payer: {
    endpoint: call.machine ? null : call.ext || null,
    transferer: null,
    inherited: call.machine ? call.ext || null : null,
    accountcode: null,
    redirecting: null,
  },
  listener: !call.machine,
  realm: call.context || null,
  addr: null,
  userAgent: null,
});

/** The ledger, with an ear on what is decided: outcomes carry one reason, a replay shows all. */
function overheard(ledger: Ledger): { ledger: Ledger; last: () => { attempt: Attempt; recorded: Recorded } | null } {
  let last: { attempt: Attempt; recorded: Recorded } | null = null;
  const admit: Ledger['admit'] = async (attempt, decide) => {
    const recorded = await ledger.admit(attempt, decide);
    last = { attempt, recorded };
    return recorded;
  };
  return { ledger: { ...ledger, admit }, last: () => last };
}

/**
 * Drives the guard with calls that are over, on a virtual clock: every call is asked about when it was dialled, and its
 * end is told when it ended, at its cap at the latest. Always in enforce mode: the question is what the guard would do.
 */
export function createDriver<C extends CdrCall>({ caller, ...parts }: DriverParts<C>): Driver<C> {
  let clock = 0;
  const ear = overheard(parts.ledger);
  const settings: Settings = { ...parts.settings, mode: 'enforce', deadlineMs: PATIENT_MS };
  const { random } = parts;
  const paths = new WeakMap<Destination, string[]>();
  const classify = (reading: Reading): Destination => {
    const destination = parts.classify(reading);
    paths.set(destination, reading.path);
    return destination;
  };
  const guard = createGuard({
    ledger: ear.ledger,
    settings: () => settings,
    classify,
    random,
    now: () => clock,
    log: SILENT,
  });
  const ends = createAgenda<CallEnd>();
  const perUsd = new Map(settings.sites.map(({ policy }) => [policy.site, policy.perUsd]));

  async function endCallsUntil(at: number): Promise<void> {
    const told: Promise<void>[] = [];
    for (let end = ends.due(at); end; end = ends.due(at)) {
      clock = end.at;
      told.push(guard.ended(end.what));
    }
    await Promise.all(told);
  }

  async function answer(call: C, asked: Outcome): Promise<Outcome> {
    let outcome = asked;
    while (outcome.action === 'warn' && outcome.question) {
      const keys = caller(call, outcome.question);
      const said = keys === null ? 'hangup' : keys === outcome.question.digits ? 'confirmed' : 'wrong';
      outcome = await guard.answered(outcome.question, said);
    }
    return outcome;
  }

  /** What so many seconds of a decided call cost. */
  function pricer(heard: { attempt: Attempt; recorded: Recorded } | null): (seconds: number) => Micros {
    if (!heard || !isMoney(heard.attempt.destination)) return () => 0;
    const { attempt, recorded } = heard;
    const tariff =
      recorded.decision.lease?.tariff ?? tariffOf(attempt.destination, null, perUsd.get(attempt.site) ?? 1);
    return (seconds) => (tariff && seconds > 0 ? charge(tariff, seconds) : 0);
  }

  /** A recorded decision as `check` tells it. */
  function explained({ attempt, recorded: { decision } }: { attempt: Attempt; recorded: Recorded }): Checked {
    const { destination = attempt.destination } = decision;
    return { attempt: { ...attempt, destination }, path: paths.get(attempt.destination) ?? [], decision };
  }

  async function dial(call: C): Promise<Replayed<C>> {
    await endCallsUntil(call.at);
    clock = call.at;
    const asked = attemptOf(call);
    const first = await guard.ask(asked);
    const heard = first.reason === 'emergency' ? null : ear.last();
    const mine = heard && heard.attempt.uniqueid === call.uniqueid && heard.attempt.at === call.at ? heard : null;
    const final = await answer(call, first);
    const went = final.action === 'allow';
    const cap = final.maxSeconds ?? Number.POSITIVE_INFINITY;
    const seconds = went ? Math.min(call.billsec, cap) : 0;
    if (went && first.reason !== 'emergency') schedule(call, final, seconds);
    const destination = mine?.attempt.destination ?? null;
    const checked = first.reason === 'emergency' ? await guard.check(asked) : mine && explained(mine);
    const price = pricer(mine);
    return {
      call,
      verdict: first.action === 'unavailable' ? 'block' : first.action,
      reasons: mine ? mine.recorded.decision.verdict.reasons.map((r) => r.code) : [first.reason],
      checked,
      destination,
      site: mine?.attempt.site ?? '',
      e164: first.e164 || null,
      went,
      seconds,
      cut: went && call.billsec > cap,
      cost: price(call.billsec),
      spent: price(seconds),
      question: first.question,
    };
  }

  function schedule(call: C, { e164 }: Outcome, seconds: number): void {
    const { pbx, uniqueid, answered, duration, billsec } = call;
    const at = call.at + (duration - billsec + seconds) * 1000;
    const end = { pbx, uniqueid, at, e164: e164 || null, seconds: [seconds], answered, cause: null, trunkUp: false };
    ends.add(at, end);
  }

  return { dial };
}
