import type { Attempt } from '../../src/core/attempt.ts';
import type { Destination, Subscriber } from '../../src/core/destination.ts';
import type { Facts } from '../../src/core/facts.ts';
import { parseWeek } from '../../src/core/hours.ts';
import { DEFAULT_LIMITS, everyMeasure } from '../../src/core/limits.ts';
import { localTime } from '../../src/core/local-time.ts';
import { micros } from '../../src/core/money.ts';
import type { SitePlan } from '../../src/core/numbering/reading.ts';
import type { Policy } from '../../src/core/policy.ts';

/** A Tuesday, 10:00 UTC. */
export const TUESDAY = Date.UTC(2026, 10, 24, 10);

export const somalia: Subscriber = {
  kind: 'international',
  e164: '+252615550100',
  region: 'SO',
  lineType: 'mobile',
  class: 'critical',
  valid: true,
};

export const paris: Subscriber = { ...somalia, e164: '+33140000000', region: 'FR', lineType: 'fixed', class: 'low' };

export const hamburg: Subscriber = {
  kind: 'national',
  e164: '+494012345678',
  region: 'DE',
  lineType: 'fixed',
  class: 'low',
  valid: true,
};

export const attempt = (destination: Destination, more: Partial<Attempt> = {}): Attempt => ({
  pbx: 'asterisk',
  uniqueid: '1795350344.6',
  at: TUESDAY,
  site: 'main',
  ext: '214',
  dialled: 'e164' in destination ? destination.e164 : '12',
  listener: true,
  meant: [],
  addr: null,
  ...more,
  destination,
});

/** A site's dialling plan; nothing is set but the country and what is given. */
export const sitePlan = (country: string | null, own: Partial<SitePlan> = {}): SitePlan => ({
  country,
  outsideLine: null,
  areaCode: null,
  internal: [],
  emergency: [],
  ...own,
});

export const policy = (more: Partial<Policy> = {}): Policy => ({
  site: 'main',
  plan: sitePlan('DE'),
  timezone: 'Europe/Berlin',
  businessHours: parseWeek('Mon-Fri 08:00-18:00'),
  currency: 'USD',
  perUsd: 1,
  trunkChannels: null,
  ceilingExtension: micros(25),
  ceilingSite: micros(100),
  ceilingsByOwner: true,
  networks: [],
  phones: [],
  ...more,
});

/** A call whose question was answered. */
export const cleared = { action: 'warn', state: 'asking', cleared: true, maxSeconds: null } as const;

/** Facts of a quiet extension that never called abroad. */
export const facts = (more: Partial<Facts> = {}): Facts => ({
  at: TUESDAY,
  local: localTime(TUESDAY, 'Europe/Berlin'),
  mode: 'enforce',
  blocks: [],
  override: null,
  tariff: null,
  limits: DEFAULT_LIMITS,
  machine: false,
  usage: everyMeasure(() => 0),
  moneyCalls: 0,
  learnedCeilings: null,
  spent: { extension: 0, site: 0 },
  confirmed: {
    vouched: false,
    regionLearned: false,
    today: false,
    blockDays: 0,
    siteDays: 0,
    regionDays: 0,
    siteCalls: 0,
    blockSpent: 0,
  },
  newCalls: { open: 0, riskyBlocks: 0, calls: 0, minutes: 0, tests: 0, extension: 0, site: 0, block: 0 },
  prefixesTried: 0,
  habit: { active: 0, near: 0 },
  previous: null,
  questionOpen: false,
  wrongKeys: 0,
  refusedLately: 0,
  stopped: 0,
  stoppedWeek: 0,
  hit: 0,
  meantBefore: [],
  meantLearned: [],
  probed: 0,
  whereabouts: null,
  endedAlready: false,
  ...more,
});
