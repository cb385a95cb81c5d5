import type { Destination, RiskClass } from '../../src/core/destination.ts';
import { atLeast } from '../../src/core/destination.ts';
import { localTime } from '../../src/core/local-time.ts';
import { readDialled } from '../../src/core/numbering/read.ts';
import { classify } from '../../src/core/risk/classify.ts';
import { isMoney } from '../../src/core/spend.ts';
import type { Action } from '../../src/core/verdict.ts';
import type { Contender, Judge, Keys } from './judge.ts';
import { type Office, policyOf } from './offices.ts';
import type { Labelled } from './traffic.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** What a simple policy says to a call; it may remember what it is asked. */
type Say = (call: Labelled, destination: Destination) => Action;
/** Makes the policy's memory after learning. */
type Learn = (
  office: Office,
  past: { call: Labelled; destination: Destination }[],
) => () => { say: Say; confirmed?: Say };

const destinationIn = (office: Office): ((dialled: string) => Destination) => {
  const { plan } = policyOf(office);
  const known = new Map<string, Destination>();
  return (dialled) => {
    const found = known.get(dialled) ?? classify(readDialled(dialled, plan));
    known.set(dialled, found);
    return found;
  };
};

/** A contender of a few lines. Prompts give two tries, as dialwarden's do. */
function rival(name: string, learn: Learn): Contender {
  return {
    name,
    async train(office, past) {
      const meant = destinationIn(office);
      const make = learn(
        office,
        past.map((call) => ({ call, destination: meant(call.dialled) })),
      );
      return async (keys) => simpleJudge(make(), meant, keys);
    },
  };
}

function simpleJudge(
  { say, confirmed }: ReturnType<ReturnType<Learn>>,
  meant: (dialled: string) => Destination,
  keys: Keys,
): Judge {
  let digit = 0;
  const passes = (call: Labelled): boolean => {
    for (let tries = 0; tries < 2; tries++) {
      digit = (digit + 7) % 10;
      const pressed = keys(call, String(digit));
      if (pressed === null) return false;
      if (pressed === String(digit)) return true;
    }
    return false;
  };
  return {
    async dial(call) {
      const destination = meant(call.dialled);
      const verdict = destination.kind === 'emergency' ? 'allow' : say(call, destination);
      const went = verdict === 'allow' || (verdict === 'warn' && passes(call));
      if (went && verdict === 'warn') confirmed?.(call, destination);
      return { verdict, went, seconds: went ? call.billsec : 0 };
    },
    close: () => {},
  };
}

/**
 * OpenSIPS' fraud_detection with the thresholds of its tutorial (opensips.org, Tutorials-FraudDetection-2-3), its rules on
 * all international calls of a user. Critical values reject the call; counters start anew with every rule and day.
 */
const TUTORIAL = {
  day: { cpm: 5, total: 35, concurrent: 5, sequential: 20 },
  evening: { cpm: 5, total: 35, concurrent: 5, sequential: 26 },
  night: { cpm: 4, total: 20, concurrent: 4, sequential: 15 },
  weekend: { cpm: 5, total: 40, concurrent: 5, sequential: 30 },
};

function ruleAt(at: number, timezone: string): { name: string } & (typeof TUTORIAL)['day'] {
  const { day, weekday, minute } = localTime(at, timezone);
  const which =
    weekday === 0 || weekday === 6 ? 'weekend' : minute < 540 ? 'night' : minute <= 1020 ? 'day' : 'evening';
  return { name: `${day} ${which}`, ...TUTORIAL[which] };
}

const opensips = rival('OpenSIPS fraud_detection', ({ timezone }) => () => {
  const users = new Map<
    string,
    { rule: string; minute: number[]; total: number; open: number[]; last: string; sequential: number }
  >();
  const say: Say = (call, d) => {
    if (d.kind !== 'international') return 'allow';
    const rule = ruleAt(call.at, timezone);
    let u = users.get(call.ext);
    if (u?.rule !== rule.name)
      u = { rule: rule.name, minute: u?.minute ?? [], total: 0, open: [], last: '', sequential: 0 };
    users.set(call.ext, u);
    u.minute = [...u.minute.filter((at) => at > call.at - MINUTE), call.at];
    u.open = u.open.filter((end) => end > call.at);
    u.total++;
    u.sequential = u.last === d.e164 ? u.sequential + 1 : 1;
    u.last = d.e164;
    if (
      u.minute.length >= rule.cpm ||
      u.total >= rule.total ||
      u.open.length + 1 >= rule.concurrent ||
      u.sequential >= rule.sequential
    )
      return 'block';
    u.open.push(call.at + call.duration * 1000);
    return 'allow';
  };
  return { say };
});

const DENIED: RiskClass = 'high';
const blockList = rival('country block list', () => () => ({
  say: (_call, d) =>
    (d.kind === 'international' || d.kind === 'national') && atLeast(d.class, DENIED) ? 'block' : 'allow',
}));

/** Yeastar's default: five outbound calls a minute lock the extension until somebody unlocks it, here at nine on the next working day. */
const fiveAMinute = rival('5 calls a minute lock', ({ timezone }) => () => {
  const recent = new Map<string, number[]>();
  const locked = new Map<string, number>();
  const nextMorning = (at: number): number => {
    let when = at - (at % HOUR) + HOUR;
    for (;;) {
      const { weekday, minute } = localTime(when, timezone);
      if (weekday > 0 && weekday < 6 && minute >= 540 && minute < 600) return when;
      when += HOUR;
    }
  };
  const say: Say = (call) => {
    if ((locked.get(call.ext) ?? 0) > call.at) return 'block';
    const calls = [...(recent.get(call.ext) ?? []).filter((at) => at > call.at - MINUTE), call.at];
    recent.set(call.ext, calls);
    if (calls.length <= 5) return 'allow';
    locked.set(call.ext, nextMorning(call.at));
    return 'block';
  };
  return { say };
});

/** More than ten countries in an hour that the extension never called before. */
const newCountries = rival('10 new countries an hour', (_office, past) => {
  const learned = past.flatMap(({ call, destination: d }) =>
    d.kind === 'international' ? [`${call.ext} ${d.region}`] : [],
  );
  return () => {
    const known = new Set(learned);
    const fresh = new Map<string, { at: number; region: string }[]>();
    const say: Say = (call, d) => {
      if (d.kind !== 'international' || known.has(`${call.ext} ${d.region}`)) return 'allow';
      const lately = [
        ...(fresh.get(call.ext) ?? []).filter((f) => f.at > call.at - HOUR),
        { at: call.at, region: d.region },
      ];
      fresh.set(call.ext, lately);
      if (new Set(lately.map((f) => f.region)).size > 10) return 'block';
      known.add(`${call.ext} ${d.region}`);
      return 'allow';
    };
    return { say };
  };
});

/** A prompt for every number that costs money and that this extension has not confirmed yet; one confirmation is for good. */
const warnOnAll = rival('warn on all unconfirmed', (_office, past) => {
  const key = (call: Labelled, d: Destination) => `${call.ext} ${'e164' in d ? d.e164 : call.dialled}`;
  const learned = past
    .filter(({ destination }) => isMoney(destination))
    .map(({ call, destination }) => key(call, destination));
  return () => {
    const known = new Set(learned);
    return {
      say: (call, d) => (d.kind === 'malformed' ? 'block' : !isMoney(d) || known.has(key(call, d)) ? 'allow' : 'warn'),
      confirmed: (call, d) => {
        known.add(key(call, d));
        return 'allow';
      },
    };
  };
});

export const RIVALS: Contender[] = [opensips, blockList, fiveAMinute, newCountries, warnOnAll];
