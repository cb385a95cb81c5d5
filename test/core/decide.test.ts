import * as assert from 'uvu/assert';
import type { Destination } from '../../src/core/destination.ts';
import type { Facts } from '../../src/core/facts.ts';
import { micros, type Tariff } from '../../src/core/money.ts';
import { reserveFor } from '../../src/core/spend.ts';
import type { Decision } from '../../src/core/verdict.ts';
import { cleared, facts, hamburg, policy, somalia } from '../support/facts.ts';
import { suite } from '../support/suite.ts';
import { confirmed, dollar, judge, said } from './support/verdicts.ts';

const test = suite('decide');

const block = (what: 'international' | 'all') => ({ id: 7, what, reason: 'stolen password', incident: 3 });

test('a national call is allowed, uncapped and reserves nothing', () => {
  const d = judge(hamburg);
  assert.is(said(d), 'allow national');
  assert.is(d.verdict.maxSeconds, null);
  assert.is(d.lease?.reserved, 0);
  assert.is(d.lease?.money, false);
});

test('a new destination is questioned, whatever its class, and holds nothing until it is confirmed', () => {
  const d = judge(somalia);
  assert.is(said(d), 'warn new_destination');
  assert.is(d.lease, null);
  assert.is(d.keys, 1);
});

test('confirmed on two working days it is known, on three where it is dear: an hour, up to the ceiling', () => {
  assert.is(judge(somalia, { confirmed: confirmed({ siteDays: 2 }) }).verdict.action, 'warn');
  const cheap: Tariff = { ...dollar, perMinute: micros(0.1) };
  const known = judge(somalia, { confirmed: confirmed({ siteDays: 3 }), tariff: cheap });
  assert.is(said(known), 'allow known_destination');
  assert.is(known.verdict.maxSeconds, 3600);
  const ordinary = { ...somalia, class: 'low' } as const;
  assert.is(judge(ordinary, { confirmed: confirmed({ siteDays: 1 }) }).verdict.action, 'warn');
  assert.is(judge(ordinary, { confirmed: confirmed({ siteDays: 2 }) }).verdict.action, 'allow');
  assert.is(judge({ ...ordinary, valid: false }, { confirmed: confirmed({ siteDays: 2 }) }).verdict.action, 'warn');
  assert.is(
    said(judge(somalia, { confirmed: confirmed({ regionDays: 3, siteCalls: 20 }) })),
    'allow known_destination',
  );
  assert.is(judge(somalia, { confirmed: confirmed({ regionDays: 3, siteCalls: 3 }) }).verdict.action, 'warn');
});

test('emergency passes everything', () => {
  const d = judge(
    { kind: 'emergency', code: '112' },
    { blocks: [block('all')], endedAlready: true },
    { ext: null, listener: false },
  );
  assert.is(said(d), 'allow emergency');
});

test('a toll block stops what costs money and leaves national calls alone', () => {
  assert.is(said(judge(somalia, { blocks: [block('international')], previous: cleared })), 'block toll_block');
  assert.is(judge(somalia, { blocks: [block('international')] }).findings[0]?.incident?.joins, 3);
  assert.is(said(judge(hamburg, { blocks: [block('international')] })), 'allow national');
  assert.is(said(judge({ kind: 'internal', ext: '215' }, { blocks: [block('international')] })), 'allow internal');
  assert.is(said(judge(hamburg, { blocks: [block('all')] })), 'block toll_block');
});

test('a confirmed call says that it was confirmed, and what it was asked about', () => {
  const codes = (d: Decision) => d.verdict.reasons.map(({ code }) => code);
  const d = judge(somalia, { previous: cleared, mode: 'enforce' });
  assert.equal([d.verdict.action, codes(d)], ['allow', ['cleared', 'new_destination']]);
  assert.match(d.verdict.reasons[0]!.text, /confirmed/);
  assert.not(
    d.findings.some(({ incident, tollBlock }) => incident || tollBlock),
    'what was answered is no news',
  );
  const stopped = judge(somalia, { previous: cleared, blocks: [block('international')] });
  assert.equal(codes(stopped), ['toll_block', 'cleared', 'new_destination']);
  assert.equal(codes(judge(hamburg, { previous: { ...cleared, action: 'allow' } })), ['cleared']);
});

test('an allow prefix lifts the question and the premium block, never toll block, limit or ceiling', () => {
  const override = { prefix: '252', action: 'allow', class: null, note: '' } as const;
  assert.is(said(judge(somalia, { override })), 'allow allow_prefix');
  assert.is(judge({ ...somalia, lineType: 'premium' }, { override }).verdict.action, 'allow');
  assert.is(said(judge(somalia, { override, blocks: [block('international')] })), 'block toll_block');
  assert.is(said(judge(somalia, { override, spent: { extension: micros(25), site: 0 } })), 'block ceiling_extension');
});

test('a deny prefix always blocks; an owner’s class replaces the table’s', () => {
  const deny = { prefix: '4940', action: 'deny', class: null, note: 'competitor' } as const;
  assert.is(said(judge(hamburg, { override: deny, previous: cleared })), 'block deny_prefix');
  const elevated = { prefix: '4940', action: 'class', class: 'elevated', note: '' } as const;
  assert.is(said(judge(hamburg, { override: elevated })), 'warn new_destination');
});

test('premium and satellite numbers are blocked until somebody vouches for them', () => {
  assert.is(said(judge({ ...hamburg, lineType: 'premium', class: 'critical' })), 'block premium');
  assert.is(said(judge({ ...somalia, lineType: 'satellite' })), 'block satellite');
  assert.is(
    judge({ ...somalia, lineType: 'satellite' }, { confirmed: confirmed({ vouched: true }) }).verdict.action,
    'allow',
  );
});

test('a warning needs the dialler on the line, or an earlier confirmation', () => {
  assert.is(said(judge(somalia, {}, { listener: false })), 'block no_listener');
  assert.is(said(judge(somalia, { machine: true })), 'block no_listener');
  assert.is(judge(somalia, { confirmed: confirmed({ blockDays: 1 }) }, { listener: false }).verdict.action, 'allow');
  assert.is(said(judge(hamburg, {}, { listener: false })), 'allow national');
});

test('nobody pays: national numbers, and short codes that cost no more', () => {
  const unpaid = (d: Destination, f: Partial<Facts> = {}) => said(judge(d, f, { ext: null }));
  assert.is(unpaid(somalia, { confirmed: confirmed({ vouched: true }) }), 'block no_payer');
  assert.is(unpaid(hamburg), 'allow national');
  assert.is(unpaid({ ...hamburg, lineType: 'mobile' }), 'allow national');
  assert.is(unpaid({ ...hamburg, lineType: 'toll-free' }), 'allow national');
  assert.is(unpaid({ kind: 'internal', ext: '215' }), 'allow internal');
  assert.is(unpaid({ ...hamburg, lineType: 'premium', class: 'critical' }), 'block no_payer');
  assert.is(unpaid({ ...hamburg, lineType: 'shared-cost', class: 'elevated' }), 'block no_payer');
  const service = { kind: 'service', code: '115', region: 'DE' } as const;
  assert.is(unpaid({ ...service, class: 'low', cost: 'toll-free' }), 'allow service');
  assert.is(unpaid({ ...service, class: 'watch', cost: 'standard' }), 'allow service');
  assert.is(unpaid({ ...service, class: 'elevated', cost: 'unknown' }), 'block no_payer');
  assert.is(unpaid({ ...service, class: 'high', cost: 'premium' }), 'block no_payer');
});

test('an end before its question opens no lease', () => {
  const d = judge(hamburg, { endedAlready: true });
  assert.is(said(d), 'block call_ended');
  assert.is(d.lease, null);
  assert.is(judge(hamburg, { endedAlready: true, mode: 'observe' }).lease, null);
});

test('a number that its plan does not know is asked about, at home too', () => {
  assert.is(said(judge({ ...somalia, valid: false })), 'warn invalid_number');
  assert.is(said(judge({ ...hamburg, valid: false, lineType: 'unknown' })), 'warn invalid_number');
});

test('a slip of the finger is a question, even where the literal number would be blocked', () => {
  const meant = [{ edit: 'one 0 too many', e164: '+4923112345' }];
  const d = judge(somalia, {}, { meant });
  assert.is(said(d), 'warn misdial');
  assert.is(d.verdict.reasons[0]?.evidence.meant, '+4923112345');
  const satellite = { ...somalia, lineType: 'satellite' as const };
  assert.is(said(judge(satellite, {}, { meant })), 'block satellite', 'looking like a slip opens no satellite number');
  assert.is(said(judge(satellite, { meantBefore: ['+4923112345'] }, { meant })), 'warn satellite');
  assert.is(said(judge({ ...satellite, valid: false }, {}, { meant })), 'warn satellite');
  assert.is(judge(somalia, { confirmed: confirmed({ vouched: true }) }, { meant }).verdict.action, 'allow');
  assert.is(said(judge(somalia, { blocks: [block('international')] }, { meant })), 'block toll_block');
});

test('of several slips the one whose number was called before counts; repeated, it is an attack', () => {
  const meant = [
    { edit: 'one 0 too many', e164: '+4923112345' },
    { edit: '00 for the trunk prefix', e164: '+4925212345' },
  ];
  assert.is(said(judge(somalia, {}, { meant })), 'warn new_destination');
  assert.is(said(judge(somalia, { meantBefore: ['+4925212345'] }, { meant })), 'warn misdial');
  assert.is(said(judge(somalia, { refusedLately: 3 }, { meant: meant.slice(0, 1) })), 'warn new_destination');
  const ireland = { ...somalia, e164: '+35312345678', region: 'IE', class: 'watch' as const };
  const one = { meant: meant.slice(0, 1) };
  const plan = { ...policy().plan, country: 'GB' };
  assert.is(said(judge(ireland, {}, one, { plan })), 'warn misdial', 'the site never calls there');
  assert.is(
    said(judge(ireland, {}, one)),
    'warn new_destination',
    'in an open plan nearly everything is near a number',
  );
  assert.is(said(judge(ireland, { confirmed: confirmed({ siteCalls: 1 }) }, one, { plan })), 'warn new_destination');
});

test('who dials on against one stop after another is toll-blocked; national calls go on', () => {
  const script = judge(somalia, { stopped: 8 });
  assert.is(said(script), 'block insisting');
  assert.ok(script.findings[0]?.tollBlock);
  assert.is(said(judge(somalia, { stopped: 7 })), 'warn new_destination');
  assert.is(said(judge(hamburg, { wrongKeys: 9, stopped: 50 })), 'allow national');
});

test('limits count the call that is asked about', () => {
  const used = (n: number) => ({ ...facts().usage, calls_per_minute: { all: n, international: 0, elevated: 0 } });
  assert.is(said(judge(hamburg, { usage: used(59) })), 'allow national');
  assert.is(said(judge(hamburg, { usage: used(60) })), 'block limit_calls_per_minute');
});

test('international and premium calls leave two lines free', () => {
  const known = { confirmed: confirmed({ vouched: true }) };
  assert.is(judge(somalia, { ...known, moneyCalls: 1 }, {}, { trunkChannels: 4 }).verdict.action, 'allow');
  assert.is(said(judge(somalia, { ...known, moneyCalls: 2 }, {}, { trunkChannels: 4 })), 'block limit_trunk_lines');
  assert.is(judge(hamburg, { moneyCalls: 2 }, {}, { trunkChannels: 4 }).verdict.action, 'allow');
});

test('after a wrong key three digits are asked; a second question at once is blocked', () => {
  assert.is(judge(somalia, { wrongKeys: 1 }).keys, 3);
  assert.is(said(judge(somalia, { questionOpen: true })), 'block question_open');
  assert.is(judge(hamburg, { questionOpen: true }).verdict.action, 'allow');
});

test('hours and regions of an extension', () => {
  const limits = { ...facts().limits, hours: 'Mon-Fri 12:00-18:00' };
  assert.is(said(judge(hamburg, { limits })), 'block limit_hours');
  const known = { confirmed: confirmed({ vouched: true }) };
  assert.is(
    said(judge(somalia, { ...known, limits: { ...facts().limits, deniedRegions: ['SO'] } })),
    'block limit_region',
  );
  assert.is(
    said(judge(somalia, { ...known, limits: { ...facts().limits, allowedRegions: ['AT'] } })),
    'block limit_region',
  );
});

test('observe mode says what had been and enforces nothing', () => {
  const d = judge(somalia, { mode: 'observe', blocks: [block('international')] });
  assert.equal([d.verdict.action, d.verdict.would, d.verdict.maxSeconds], ['allow', 'block', null]);
  assert.is(d.action, 'block');
  assert.is(d.lease?.reserved, reserveFor(dollar, 1200));
  assert.is(judge(hamburg, { mode: 'observe' }).verdict.would, undefined);
});

test('every verdict says why', () => {
  for (const d of [
    judge(somalia),
    judge(hamburg),
    judge({ kind: 'malformed', why: 'letters' }),
    judge({ kind: 'internal', ext: '2' }),
  ])
    assert.ok(d.verdict.reasons.length > 0 && d.verdict.reasons.every((r) => r.code && r.text));
});

test.run();
