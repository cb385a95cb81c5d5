import * as assert from 'uvu/assert';
import { micros } from '../../src/core/money.ts';
import type { Action } from '../../src/core/verdict.ts';
import type { Replayed } from '../../src/replay/driver.ts';
import { createLearner } from '../../src/replay/learn.ts';
import { learnedRows } from '../../src/replay/lessons.ts';
import { suite } from '../support/suite.ts';
import { policyOf } from './policy.ts';

const test = suite('learn');
const policy = policyOf('GB', 'Europe/London');
const HOUR = 3_600_000;
/** A Monday at midnight in London, in winter. */
const MONDAY = Date.parse('2026-11-02T00:00:00Z');

interface Told {
  /** Hours after Monday's midnight. */
  hour: number;
  ext?: string;
  e164?: string;
  region?: string;
  class?: 'watch' | 'critical';
  seconds?: number;
  verdict?: Action;
  usd?: number;
}

function replayed(told: Told): Replayed {
  const { hour, ext = '201', e164 = '+4930123456', region = 'DE', seconds = 120, verdict = 'warn', usd = 0.2 } = told;
  const destination = {
    kind: 'international' as const,
    e164,
    region,
    lineType: 'fixed' as const,
    class: told.class ?? 'watch',
    valid: true,
  };
  const at = MONDAY + hour * HOUR;
  const call = {
    uniqueid: `${at}`,
    at,
    ext,
    dialled: e164,
    billsec: seconds,
    duration: seconds,
    answered: seconds > 0,
  };
  const rest = { disposition: '', context: '', pbx: 'asterisk' as const, machine: false };
  const outcome = {
    verdict,
    reasons: [verdict === 'block' ? 'premium' : 'new_destination'],
    went: true,
    seconds,
    cut: false,
  };
  return {
    call: { ...call, ...rest },
    checked: null,
    destination,
    e164,
    site: 'main',
    cost: micros(usd),
    spent: 0,
    question: null,
    ...outcome,
  };
}

function learn(...told: Told[]) {
  const learner = createLearner(() => policy);
  for (const one of [...told].sort((a, b) => a.hour - b.hour)) learner.hear(replayed(one));
  const learned = learner.result();
  return {
    ...learned,
    known: learned.lessons.map((l) => `${l.ext} ${l.block || l.region}`),
    rows: learnedRows(learned, () => policy),
  };
}

const days = (count: number, more: Partial<Told> = {}): Told[] =>
  Array.from({ length: count }, (_, i) => ({ hour: 24 * (i + 2 * Math.floor(i / 5)) + 10, ...more }));

test('a conversation with an ordinary country is remembered, a call of seconds is not', () => {
  assert.equal(learn({ hour: 10 }).known, ['201 +49301234']);
  assert.equal(learn({ hour: 10, seconds: 12 }).known, []);
  assert.equal(learn({ hour: 10, seconds: 0 }).known, []);
});

test('a risky country has to be called on two working days', () => {
  const somalia = { region: 'SO', class: 'critical' as const, e164: '+252615550100' };
  assert.equal(learn({ hour: 10, ...somalia }).known, []);
  assert.equal(learn(...days(2, somalia)).known, ['201 +2526155501']);
});

test('a country is known as a whole where the site calls it often, unless it is risky', () => {
  const often = days(20).map((t, i) => ({ ...t, e164: `+49301${String(23456 + i * 101)}` }));
  assert.ok(learn(...often).known.includes('201 DE'));
  assert.not(learn(...often.slice(0, 15)).known.includes('201 DE'));
  assert.not(learn(...often.map((t) => ({ ...t, class: 'critical' as const }))).known.includes('201 DE'));
});

test('what is called only at night is listed', () => {
  const { known, doubts } = learn(...days(4, { hour: 2 }).map((t, i) => ({ ...t, hour: 24 * i + 2 })));
  assert.equal(known, []);
  assert.equal(
    doubts.map((d) => [d.block, d.calls, d.why]),
    [['+49301234', 4, 'called only outside business hours']],
  );
});

test('early birds and late workers are no night', () => {
  assert.equal(learn({ hour: 6.5 }, { hour: 43.5 }).known, ['201 +49301234']);
});

test('what is called only in a burst is listed: one block, one country, one site', () => {
  const burst = Array.from({ length: 8 }, (_, i) => ({ hour: 10 + i / 10 }));
  assert.match(learn(...burst).doubts[0]!.why, /only in a burst/);
  const spread = burst.map((t, i) => ({ ...t, e164: `+49301${23456 + i * 101}` }));
  assert.match(learn(...spread).doubts[0]!.why, /this extension called the country only in a burst/);
  const many = Array.from({ length: 16 }, (_, i) => ({
    hour: 10 + i / 10,
    ext: String(201 + i),
    e164: `+49301${23456 + i * 101}`,
  }));
  assert.match(learn(...many).doubts[0]!.why, /the site called the country only in a burst/);
});

test('a busy day among ordinary ones is none', () => {
  const busy = Array.from({ length: 8 }, (_, i) => ({ hour: 10 + i / 10 }));
  assert.equal(learn(...busy, ...days(6)).doubts, []);
});

test('what the guard would block is listed; a habit of which little is blocked is kept', () => {
  const { doubts, known } = learn(...days(2, { verdict: 'block', e164: '+4490012345', region: 'GB' }), ...days(3), {
    hour: 11,
    verdict: 'block',
  });
  assert.equal(
    doubts.map((d) => d.why),
    ['the guard would block it: premium'],
  );
  assert.equal(known, ['201 +49301234']);
});

test('ceilings are three times the busiest honest day, if that is more than the owner said', () => {
  assert.equal(learn({ hour: 10, usd: 2 }).rows.ceilings.get('main'), {
    ceilingExtension: micros(25),
    ceilingSite: micros(100),
  });
  const busy = learn(
    { hour: 10, usd: 20.2 },
    { hour: 11, usd: 20.2, ext: '202' },
    { hour: 2, usd: 500, e164: '+4930999999' },
  );
  assert.equal(busy.rows.ceilings.get('main'), { ceilingExtension: micros(61), ceilingSite: micros(122) });
});

test('what was learned ends 90 days after the last call, and days are counted by region', () => {
  const { rows } = learn(...days(3));
  assert.is(rows.habits[0]!.until - rows.habits[0]!.at, 90 * 24 * HOUR);
  assert.equal(
    rows.days,
    ['2026-11-02', '2026-11-03', '2026-11-04'].map((day) => ({ site: 'main', region: 'DE', day, calls: 1 })),
  );
});

test.run();
