import * as assert from 'uvu/assert';
import { fallbackList } from '../../src/core/fallback-list.ts';
import { readDialled } from '../../src/core/numbering/read.ts';
import type { SitePlan } from '../../src/core/numbering/reading.ts';
import { classify } from '../../src/core/risk/classify.ts';
import { sitePlan } from '../support/facts.ts';
import { suite } from '../support/suite.ts';

const test = suite('fallback list', { timeout: 120_000 });

/** An Asterisk pattern as a regular expression. */
const regex = (pattern: string) =>
  new RegExp(
    `^${pattern.replace('+', '\\+').replaceAll('X', '\\d').replaceAll('Z', '[1-9]').replaceAll('N', '[2-9]')}$`,
  );

function* expansions(pattern: string, count: number, random: () => number): Generator<string> {
  const classes = pattern.match(/\[[^\]]+\]|./g)!;
  const digits = classes.map((c) => (c === '+' ? ['+'] : [...'0123456789'].filter((d) => regex(c).test(d))));
  for (let i = 0; i < count; i++) yield digits.map((of) => of[Math.floor(random() * of.length)]).join('');
}

function lcg(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
}

const CASES: { plan: SitePlan; pass: string[]; stop: string[] }[] = [
  {
    plan: sitePlan('BY'),
    pass: ['80171234567', '80297716660', '88011234567', '+375171234567'],
    stop: ['810442079460018', '89021234567', '00442079460018'],
  },
  {
    plan: sitePlan('DE', { areaCode: '30', outsideLine: '0' }),
    pass: ['030901820', '08001234567', '01701234567', '+4930901820', '4901820'],
    stop: [
      '09001234567',
      '01371234567',
      '0900123456789',
      '0033142685300',
      '01805123456',
      '118',
      '010330900123',
      '0',
      '901',
      '882131234567',
    ],
  },
  {
    plan: sitePlan('US'),
    pass: ['2125550123', '12125550123', '+12125550123', '18005550123'],
    stop: [
      '14735550123',
      '4735550123',
      '19005550123',
      '12129760123',
      '2129760123',
      '18765550123',
      '01125261555',
      '14165550123',
      '881612345678',
    ],
  },
  {
    plan: sitePlan('IT'),
    pass: ['0669812345', '3201234567', '800123456'],
    stop: ['899123456', '0025261555123', '00442079460000', '199123456'],
  },
  {
    plan: sitePlan('GB'),
    pass: ['02079460000', '07911023456', '08001111111'],
    stop: [
      '07012345678',
      '09011234567',
      '08701234567',
      '0035312345678',
      '252615550100',
      '01481213288',
      '+441481213288',
      '01168221139',
    ],
  },
  {
    plan: sitePlan('AT', { areaCode: '1' }),
    pass: ['015056000', '5056000', '06641234567', '0800123456'],
    stop: ['881612345678', '2203991234', '0900123456', '590598745700'],
  },
  {
    plan: sitePlan('AU'),
    pass: ['1800123456', '1802123', '0412345678', '0291234567'],
    stop: ['1300123456', '1900123456'],
  },
  { plan: sitePlan('NL'), pass: ['08001234', '0612345678', '0201234567'], stop: ['09001234', '165300774'] },
  {
    plan: sitePlan('AR'),
    pass: ['01123456789', '0111523456789', '0221155612345', '+5491123456789', '08001234567'],
    stop: ['06001234567', '2301593435196323'],
  },
  { plan: sitePlan('BR'), pass: ['1123456789', '11961234567', '01511961234567', '08001234567'], stop: ['03001234567'] },
  { plan: sitePlan('CO'), pass: ['3211234567', '6012345678', '018001234567'], stop: ['019001234567'] },
  { plan: sitePlan('PE'), pass: ['912345678', '011234567', '080012345'], stop: ['080512345', '080112345'] },
  { plan: sitePlan('CN'), pass: ['13123456789', '01012345678', '8001234567'], stop: ['0085221234567'] },
  { plan: sitePlan('IN'), pass: ['1800123456', '18001234567', '07410410123'], stop: ['18601234567', '18611234567890'] },
  { plan: sitePlan('AE'), pass: ['800123456', '0501234567', '022345678'], stop: ['900234567', '0900234567'] },
];

for (const { plan, pass, stop } of CASES) {
  test(`${plan.country}: what is cheap passes, in full length, and nothing else`, () => {
    const { patterns } = fallbackList(plan);
    const all = patterns.map(regex);
    const passes = (digits: string) => all.some((r) => r.test(digits));
    for (const digits of pass) assert.ok(passes(digits), `${digits} is to pass`);
    for (const digits of stop) assert.not.ok(passes(digits), `${digits} is to be stopped`);
    const atTrunk = { ...plan, outsideLine: null };
    const random = lcg(11);
    for (const pattern of patterns) {
      assert.match(pattern, /^\+?(?:[0-9XZN]|\[[0-9-]+\])+$/);
      for (const digits of expansions(pattern, 20, random)) {
        const d = classify(readDialled(digits, atTrunk));
        const fine = d.kind === 'emergency' || (d.kind === 'national' && d.class === 'low');
        assert.ok(fine, `${digits} of ${pattern} is ${JSON.stringify(d)}`);
      }
    }
  });
}

test('emergency numbers come with and without the outside line, the site’s own among them', () => {
  const { emergency, patterns } = fallbackList(sitePlan(null, { outsideLine: '9', emergency: ['333'] }));
  for (const code of ['112', '911', '333', '9112', '9911', '9333']) assert.ok(emergency.includes(code), code);
  assert.equal(patterns, []);
});

test.run();
