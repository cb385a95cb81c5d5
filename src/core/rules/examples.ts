import type { Whereabouts } from '../addresses/whereabouts.ts';
import type { Attempt } from '../attempt.ts';
import { decide } from '../decide.ts';
import type { Subscriber } from '../destination.ts';
import type { Facts } from '../facts.ts';
import { isWaking } from '../habit.ts';
import { isOpen, parseWeek } from '../hours.ts';
import { everyMeasure } from '../limits.ts';
import type { LocalTime } from '../local-time.ts';
import type { Policy } from '../policy.ts';

/** What makes a rule speak, in place of an ordinary attempt and of the facts of a quiet extension. */
interface Means {
  attempt?: Partial<Attempt>;
  facts?: Partial<Facts>;
  /** The owner has set nothing that the rule could speak of. */
  unset?: string | false;
}

interface Example {
  /** What the rule says. */
  code: string;
  means: (facts: Facts, policy: Policy) => Means;
}

/** Whether a rule speaks to its example. `unset`: the owner has not set what it speaks of. */
export interface Trial {
  code: string;
  result: 'speaks' | 'silent' | 'unset';
  why: string;
}

/** A number that is dear and was never called. */
const DEAR: Subscriber = {
  kind: 'international',
  e164: '+252615550100',
  region: 'SO',
  lineType: 'mobile',
  class: 'critical',
  valid: true,
};
const CONFIRMED: Facts['previous'] = { action: 'warn', state: 'asking', cleared: true, maxSeconds: null };
const MANY = 1_000_000_000_000;

/** A phone in South Africa whose extension called from Germany a minute before. */
const abroad = (at: number, more: Partial<Whereabouts> = {}): Partial<Facts> => ({
  whereabouts: {
    address: '198.51.100.7',
    network: '198.51.100.0/24',
    country: 'ZA',
    inHouse: false,
    owner: null,
    list: null,
    confined: false,
    known: [{ network: '203.0.113.0/24', country: 'DE', inHouse: false, first: 0, last: at - 60_000 }],
    ...more,
  },
});

/** A time of the week for which `wanted` holds; as it is where there is none. */
function timeWhen(wanted: (time: LocalTime) => boolean, now: LocalTime): LocalTime {
  for (let step = 0; step < 7 * 48; step++) {
    const time = { ...now, weekday: step % 7, minute: 30 * Math.floor(step / 7) };
    if (wanted(time)) return time;
  }
  return now;
}

const always =
  (attempt: Partial<Attempt>, facts: Partial<Facts> = {}) =>
  (): Means => ({ attempt, facts });

const isUnlimited = ({ limits }: Facts): boolean =>
  Object.values(limits.numbers).every((scopes) => Object.values(scopes).every((limit) => limit === null));

/** One for each rule in the order of `RULES`, one for the question that nobody hears, one for the loss ceiling. */
export const EXAMPLES: readonly Example[] = [
  {
    code: 'toll_block',
    means: always({}, { blocks: [{ id: 0, what: 'international', reason: 'an example', incident: null }] }),
  },
  { code: 'call_ended', means: always({}, { endedAlready: true }) },
  { code: 'malformed', means: always({ destination: { kind: 'malformed', why: 'an example' } }) },
  { code: 'no_payer', means: always({ ext: null }) },
  { code: 'deny_prefix', means: always({}, { override: { prefix: '252', action: 'deny', class: null, note: '' } }) },
  { code: 'network_denied', means: ({ at }) => ({ facts: abroad(at, { list: 'an example' }) }) },
  { code: 'network_outside', means: ({ at }) => ({ facts: abroad(at, { confined: true }) }) },
  { code: 'premium', means: always({ destination: { ...DEAR, lineType: 'premium' } }) },
  {
    code: 'premium_service',
    means: always({ destination: { kind: 'service', code: '118', region: 'SO', class: 'elevated', cost: 'premium' } }),
  },
  {
    code: 'misdial',
    means: always({ meant: [{ edit: 'an example', e164: '+494012345678' }] }, { meantBefore: ['+494012345678'] }),
  },
  { code: 'probed_number', means: always({}, { probed: 1 }) },
  { code: 'new_destination', means: always({}) },
  { code: 'far_apart', means: ({ at }) => ({ attempt: { at }, facts: abroad(at) }) },
  { code: 'country_new', means: ({ at }) => ({ facts: abroad(at) }) },
  { code: 'network_new', means: ({ at }) => ({ facts: abroad(at, { country: null }) }) },
  {
    code: 'breaker',
    means: ({ confirmed, local }, { businessHours }) => ({
      attempt: { destination: { ...DEAR, class: 'low' } },
      facts: {
        hit: MANY,
        confirmed: { ...confirmed, regionLearned: true },
        local: timeWhen((time) => isOpen(businessHours, time), local),
      },
    }),
  },
  {
    code: 'limit_hours',
    means: ({ limits: { hours }, local }) => ({
      facts: { local: timeWhen((time) => hours !== null && !isOpen(parseWeek(hours), time), local) },
      unset: hours === null && 'nobody has hours (limits set "*" hours)',
    }),
  },
  {
    code: 'limit_region',
    means: ({ limits: { allowedRegions, deniedRegions } }) => ({
      attempt: { destination: { ...DEAR, region: deniedRegions[0] ?? '001' } },
      unset:
        allowedRegions.length + deniedRegions.length === 0 && 'no regions are listed (limits set "*" denied_regions)',
    }),
  },
  {
    code: 'limit_calls_per_minute',
    means: (facts) => ({ facts: { usage: everyMeasure(() => MANY) }, unset: isUnlimited(facts) && 'no limit is set' }),
  },
  {
    code: 'limit_trunk_lines',
    means: (_facts, { trunkChannels }) => ({
      facts: { moneyCalls: MANY },
      unset: trunkChannels === null && 'the lines are not known ([site] trunk_channels)',
    }),
  },
  { code: 'question_open', means: always({}, { questionOpen: true }) },
  { code: 'insisting', means: always({}, { stopped: MANY }) },
  { code: 'persisting', means: always({}, { stoppedWeek: MANY }) },
  { code: 'parallel', means: ({ newCalls }) => ({ facts: { newCalls: { ...newCalls, open: 1 } } }) },
  { code: 'spreading', means: ({ newCalls }) => ({ facts: { newCalls: { ...newCalls, riskyBlocks: MANY } } }) },
  { code: 'probing', means: always({}, { prefixesTried: MANY }) },
  {
    code: 'pumping',
    means: ({ newCalls }) => ({ facts: { newCalls: { ...newCalls, minutes: MANY }, previous: CONFIRMED } }),
  },
  {
    code: 'waking',
    means: ({ local }, { businessHours }) => {
      const habit = { active: 0, near: 0 };
      const isNight = (time: LocalTime) => isWaking(habit, time, businessHours);
      const night = timeWhen(isNight, local);
      return {
        facts: { habit, local: night, previous: CONFIRMED },
        unset: !isNight(night) && 'the business hours leave no night ([site] business_hours)',
      };
    },
  },
  { code: 'no_listener', means: always({ listener: false }) },
  { code: 'ceiling_extension', means: always({}, { spent: { extension: MANY, site: 0 } }) },
];

/** An ordinary attempt: a person at an extension dials a dear number that nobody called before. */
export const ordinary = (site: string, at: number): Attempt => ({
  pbx: 'example',
  uniqueid: 'example',
  at,
  site,
  ext: 'example',
  dialled: DEAR.e164,
  listener: true,
  destination: DEAR,
  meant: [],
  addr: null,
});

/** Runs every example through the owner's policy and limits. `facts`: of `asked`, an ordinary attempt. */
export function tryRules(asked: Attempt, facts: Facts, policy: Policy): Trial[] {
  return EXAMPLES.map(({ code, means }) => {
    const { attempt, facts: more, unset } = means(facts, policy);
    if (unset) return { code, result: 'unset', why: unset };
    const { findings } = decide({ ...asked, ...attempt }, { ...facts, ...more }, policy);
    const said = findings.map((finding) => finding.code);
    return said.some((word) => sameKind(word, code))
      ? { code, result: 'speaks', why: '' }
      : { code, result: 'silent', why: said.join(', ') };
  });
}

/** Of limits the first that is passed speaks. */
const isCounted = (code: string): boolean => /^limit_(calls|concurrent|minutes|money)/.test(code);
const sameKind = (a: string, b: string): boolean => a === b || (isCounted(a) && isCounted(b));
