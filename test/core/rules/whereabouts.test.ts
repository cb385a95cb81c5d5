import * as assert from 'uvu/assert';
import type { KnownNetwork, Whereabouts } from '../../../src/core/addresses/whereabouts.ts';
import { decide } from '../../../src/core/decide.ts';
import type { Facts } from '../../../src/core/facts.ts';
import { attempt, cleared, facts, hamburg, policy, somalia, TUESDAY } from '../../support/facts.ts';
import { suite } from '../../support/suite.ts';

const test = suite('where phones are');
const MINUTE = 60_000;
const DAY = 1_440 * MINUTE;

const known = (network: string, country: string | null, more: Partial<KnownNetwork> = {}): KnownNetwork => ({
  ...{ network, country, inHouse: false, first: TUESDAY - 30 * DAY, last: TUESDAY - DAY },
  ...more,
});
const OFFICE = known('10.0.0.0/24', 'DE', { inHouse: true });
const HOME = known('203.0.113.0/24', 'DE');

const at = (more: Partial<Whereabouts> = {}): Whereabouts => ({
  ...{ address: '198.51.100.7', network: '198.51.100.0/24', country: 'PS', inHouse: false },
  ...{ owner: null, list: null, confined: false, known: [OFFICE] },
  ...more,
});

/** The verdict and what was said, of a call to a destination that the extension knows. */
function judged(whereabouts: Whereabouts | null, more: Partial<Facts> = {}): string {
  const base = facts();
  const trusted = { ...base.confirmed, vouched: true };
  const { verdict } = decide(attempt(somalia), { ...base, confirmed: trusted, whereabouts, ...more }, policy());
  return [verdict.action, ...verdict.reasons.map(({ code }) => code)].join(' ');
}

const CASES: [what: string, where: Whereabouts | null, said: string][] = [
  ['the PBX tells no address', null, 'allow known_destination'],
  ['nothing on record: the first is taken as known', at({ known: [] }), 'allow known_destination'],
  ['its own network', at({ known: [known('198.51.100.0/24', 'PS')] }), 'allow known_destination'],
  ['another country than ever', at(), 'warn country_new'],
  ['another network of a known country', at({ country: 'DE', known: [HOME] }), 'warn network_new'],
  ['no file of countries', at({ country: null, known: [known('203.0.113.0/24', null)] }), 'warn network_new'],
  ['a country is told for the first time', at({ known: [known('203.0.113.0/24', null)] }), 'warn network_new'],
  ['in the house', at({ inHouse: true, country: 'DE', network: '192.168.7.0/24' }), 'allow known_destination'],
  [
    'a provider that changes addresses daily',
    at({ country: 'DE', known: [1, 2, 3, 4, 5].map((n) => known(`203.0.${n}.0/24`, 'DE')) }),
    'allow known_destination',
  ],
  [
    'many networks in the house are no moving about',
    at({ country: 'DE', known: [1, 2, 3, 4, 5].map((n) => known(`10.0.${n}.0/24`, 'DE', { inHouse: true })) }),
    'warn network_new',
  ],
  [
    'allowed by the owner',
    at({ owner: { action: 'allow', network: '198.51.100.0/24', note: '' }, confined: true }),
    'allow known_destination',
  ],
  ['outside the networks that the owner named', at({ confined: true, known: [] }), 'block network_outside'],
  ['on a list', at({ list: 'firehol', known: [] }), 'block network_denied'],
  [
    'denied by the owner, also in the house',
    at({ owner: { action: 'deny', network: '127.0.0.0/8', note: 'test' }, inHouse: true }),
    'block network_denied',
  ],
];

test('what is said of an address', () => {
  for (const [what, where, said] of CASES) assert.is(judged(where), said, what);
});

test('an answer to this call speaks for its address, an allowed prefix does not, and neither lifts a denial', () => {
  const answered = { previous: cleared };
  const prefix = { override: { prefix: '252', action: 'allow', class: null, note: '' } } as const;
  assert.match(judged(at(), answered), /^allow/);
  assert.match(judged(at(), prefix), /^warn country_new/);
  for (const more of [answered, prefix]) {
    assert.match(judged(at({ list: 'firehol' }), more), /^block network_denied/);
    assert.match(judged(at({ confined: true }), more), /^block network_outside/);
  }
});

test('ordinary calls are not concerned: their facts hold no address', () => {
  assert.is(decide(attempt(hamburg), facts(), policy()).verdict.action, 'allow');
});

const lately = (k: KnownNetwork, minutes: number) => ({ ...k, last: TUESDAY - minutes * MINUTE });
const FAR: [what: string, where: Whereabouts, speaks: boolean][] = [
  ['office, then Palestine', at({ known: [lately(OFFICE, 10)] }), true],
  ['an hour and more', at({ known: [lately(OFFICE, 61)] }), false],
  ['a neighbouring country', at({ country: 'FR', known: [lately(OFFICE, 10)] }), false],
  ['the same country', at({ country: 'DE', known: [lately(OFFICE, 10)] }), false],
  ['a country that nobody knows', at({ country: 'XX', known: [lately(OFFICE, 10)] }), false],
  ['both networks its own for long: a VPN', at({ known: [lately(OFFICE, 10), known('198.51.100.0/24', 'PS')] }), false],
  [
    'back in the office, after the intruder confirmed',
    at({
      ...{ inHouse: true, network: OFFICE.network, country: 'DE' },
      known: [OFFICE, lately(known('198.51.100.0/24', 'PS', { first: TUESDAY - 20 * MINUTE }), 10)],
    }),
    true,
  ],
  [
    'a network that the owner allowed',
    at({ known: [lately(OFFICE, 10)], owner: { action: 'allow', network: '198.51.100.0/24', note: 'VPN' } }),
    false,
  ],
];

test('two far-apart countries within an hour are an incident', () => {
  for (const [what, whereabouts, speaks] of FAR) {
    const { findings, verdict } = decide(attempt(somalia), facts({ whereabouts }), policy());
    const found = findings.find(({ code }) => code === 'far_apart');
    assert.is(found !== undefined, speaks, what);
    if (!found) continue;
    assert.equal(found.incident, { kind: 'pattern', severity: 'warning' });
    assert.ok(Number(found.evidence.km) > 1_000 && found.evidence.minutes === 10, JSON.stringify(found.evidence));
    assert.is(verdict.action, 'warn');
  }
});

test.run();
