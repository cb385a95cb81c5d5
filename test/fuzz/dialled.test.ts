import { readdirSync, readFileSync } from 'node:fs';
import * as assert from 'uvu/assert';
import type { DialAttempt } from '../../src/core/attempt.ts';
import { decide } from '../../src/core/decide.ts';
import type { Destination } from '../../src/core/destination.ts';
import type { Facts } from '../../src/core/facts.ts';
import plans from '../../src/core/numbering/data/plans.json' with { type: 'json' };
import { isEmergency } from '../../src/core/numbering/emergency.ts';
import { EMERGENCY_ANYWHERE, EXTRAS } from '../../src/core/numbering/extras.ts';
import { misdialCandidates } from '../../src/core/numbering/misdial.ts';
import { readDialled } from '../../src/core/numbering/read.ts';
import type { SitePlan } from '../../src/core/numbering/reading.ts';
import { readTrunkDigits } from '../../src/core/numbering/trunk.ts';
import type { Policy } from '../../src/core/policy.ts';
import { classify } from '../../src/core/risk/classify.ts';
import type { Decision } from '../../src/core/verdict.ts';
import { understand } from '../../src/guard/attempts.ts';
import type { Settings } from '../../src/guard/settings.ts';
import type { Random } from '../detection/random.ts';
import { facts, policy, TUESDAY } from '../support/facts.ts';
import { dialAttempt } from '../support/guard-bench.ts';
import { suite } from '../support/suite.ts';
import { fuzz, type Make, mutate, PATIENCE } from './engine.ts';

const test = suite('fuzz: what is dialled', { timeout: PATIENCE });
const CASES = 350_000;

const folder = new URL('../vectors/', import.meta.url);
const REAL: string[] = readdirSync(folder)
  .filter((name) => /^numbering-/.test(name))
  .flatMap((name) => {
    const file = JSON.parse(readFileSync(new URL(name, folder), 'utf8'));
    return (Array.isArray(file) ? file : file.cases).map((c: { dialled: string }) => c.dialled);
  });
const WORDS = [
  '00',
  '011',
  '0011',
  '+',
  '*31#',
  '*67',
  '141',
  '01033',
  '9',
  '0',
  '252',
  '870',
  '112',
  '911',
  '(0)',
  ' ',
];
const PREFIXES = ['', '', '0', '00', '9', '+', '011', '0011', '*72', '*21*', '#31#', '010', '1010288', '900', '112'];
const COUNTRIES = [
  'US',
  'GB',
  'DE',
  'IT',
  'BR',
  'AR',
  'AU',
  'JP',
  'SG',
  'FI',
  'RU',
  'CN',
  'MX',
  'KR',
  'FR',
  'IE',
  null,
];

const plan = (country: string | null, outsideLine: string | null, rest: Partial<SitePlan> = {}): SitePlan => ({
  country,
  outsideLine,
  areaCode: null,
  internal: [],
  emergency: [],
  ...rest,
});
/** Plans are compiled once, so there is a fixed number of them. */
const POLICIES: Policy[] = COUNTRIES.flatMap((country) => [
  policy({ plan: plan(country, null) }),
  policy({ plan: plan(country, '9', { areaCode: '212', emergency: ['5555'] }) }),
  policy({ plan: plan(country, '0', { areaCode: '40', internal: ['1XX', '200-299'] }) }),
]);

interface Case {
  asked: DialAttempt;
  policy: Policy;
  facts: Facts;
}

function dialled(random: Random): string {
  const made = random.chance(0.5)
    ? random.pick(REAL)
    : random.pick(PREFIXES) + random.pick(PREFIXES) + random.digits(random.int(0, 17));
  return random.chance(0.3) ? made : mutate(random, made, WORDS, REAL);
}

const make: Make<Case> = (random) => {
  const digits = dialled(random);
  const money = () => (random.chance(0.7) ? 0 : random.int(0, 120_000_000));
  const block = { id: 1, what: random.pick(['international', 'all'] as const), reason: 'fraud', incident: null };
  const owner = { prefix: '25', action: random.pick(['allow', 'deny'] as const), class: null, note: '' };
  return {
    asked: dialAttempt(digits, TUESDAY, {
      dialled: random.chance(0.3) ? dialled(random) : null,
      listener: random.chance(0.8),
      realm: null,
    }),
    policy: random.pick(POLICIES),
    facts: facts({
      blocks: random.chance(0.1) ? [block] : [],
      override: random.chance(0.2) ? owner : null,
      spent: { extension: money(), site: money() },
      confirmed: { ...facts().confirmed, vouched: random.chance(0.5), blockDays: random.int(0, 3) },
      machine: random.chance(0.1),
    }),
  };
};

/** Codes of the own line behind which an emergency call is one still: caller ID, text relay, call waiting. */
const LINE_CODES = [
  ...['', '*31#', '*31*', '#31#', '*67', '*67#', '*82', '*70', '1167', '1182', '1170', '1831', '1832', '141', '1470'],
  ...['18001', '18002', '142', '184', '186', '3651', '067', '068', '0196', '0197', '133'],
];

const regions = plans.regions as unknown as Record<string, { emergency: string[] }>;

/** Written anew, and not as the reader does it: whether the digits are an emergency number and nothing else. */
function isEmergencyNumber(digits: string, { country, outsideLine, emergency }: SitePlan): boolean {
  const own = country ? [...regions[country]!.emergency, ...(EXTRAS[country]?.emergency ?? [])] : EMERGENCY_ANYWHERE;
  const lines = outsideLine ? ['', outsideLine] : [''];
  return [...own, ...emergency].some((number) =>
    lines.some((line) => LINE_CODES.some((code) => digits === line + code + number)),
  );
}

/** The digits that `destination` would ring stand in what goes to the trunk, at the end of a run of digits. */
function rings(destination: Destination, sent: string): boolean {
  const said = sent.split(/[*#+]/);
  // In Argentina a 15 stands between area code and subscriber, and goes as a 9 behind the country code.
  const argentine = 'region' in destination && destination.region === 'AR';
  const runs = argentine ? [...said, ...said.map((run) => run.replace(/15(?=\d*$)/, ''))] : said;
  const ends = (digits: string) => runs.some((run) => run.endsWith(digits));
  if (destination.kind === 'service') return ends(destination.code);
  if (destination.kind === 'internal') return sent === destination.ext;
  if (!('e164' in destination)) return false;
  if (destination.region === 'ZZ' && destination.e164.startsWith('+0')) return ends(destination.e164.slice(2));
  // Codes and prefixes stand in front, and an area code may have been put before.
  const last = (run: string) =>
    run.slice(-Math.min(3, Math.max(1, destination.e164.length - 4), Math.max(1, run.length - 5)));
  return ends(destination.e164.slice(-5)) || runs.some((run) => run !== '' && destination.e164.endsWith(last(run)));
}

function allowIsUnderstood({ asked: { digits }, policy: { plan: site } }: Case, destination: Destination): void {
  assert.match(digits, /^[0-9*#+ ()./-]+$/, 'only what every trunk can dial');
  const sent = digits.replace(/[ ()./-]/g, '');
  if (destination.kind === 'emergency') {
    assert.ok(isEmergencyNumber(sent, site), 'an emergency number exactly');
    return;
  }
  assert.ok(rings(destination, sent), `${JSON.stringify(destination)} is what is dialled`);
  if (!('valid' in destination) || !destination.valid || destination.region === 'ZZ') return;
  const again = readTrunkDigits(destination.e164, null, site);
  assert.equal('e164' in again && [again.kind, again.e164], [destination.kind, destination.e164]);
}

function decisionIsSound({ facts: known, policy: site }: Case, { action, verdict, lease }: Decision): void {
  assert.is(verdict.action, action);
  assert.ok(verdict.reasons.length > 0 && verdict.reasons.every(({ code, text }) => code && text));
  if (action !== 'allow') assert.is(lease, null);
  if (action !== 'allow') return;
  assert.not(known.blocks.some(({ what }) => what === 'all') && verdict.reasons[0]!.code !== 'emergency');
  if (!lease?.money) return;
  assert.ok(lease.reserved >= 0 && known.spent.extension + lease.reserved <= site.ceilingExtension);
  assert.ok(known.spent.site + lease.reserved <= site.ceilingSite);
}

function check(one: Case): void {
  const { asked, policy: site } = one;
  const reading = readTrunkDigits(asked.digits, asked.dialled, site.plan);
  assert.ok(reading.path.length <= 24, 'read in few steps');
  assert.ok(misdialCandidates(asked.dialled ?? asked.digits, reading, site.plan).length <= 24);
  assert.is(isEmergency(asked.digits, site.plan), readDialled(asked.digits, site.plan).kind === 'emergency');
  const settings = { sites: [{ policy: site, match: { realms: [], extensions: [] } }] } as unknown as Settings;
  const { attempt } = understand(asked, settings, classify);
  const decision = decide(attempt, one.facts, site);
  decisionIsSound(one, decision);
  if (decision.action === 'allow') allowIsUnderstood(one, attempt.destination);
  const watched = decide(attempt, { ...one.facts, mode: 'observe' }, site);
  assert.is(watched.verdict.would ?? 'allow', decision.action, 'observing tells what enforcing does');
}

test('no string crashes the reader, and none is allowed that is not the number it says', () =>
  fuzz('dialled', CASES, make, check));

test.run();
