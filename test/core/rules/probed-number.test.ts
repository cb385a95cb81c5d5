import * as assert from 'uvu/assert';
import { decide } from '../../../src/core/decide.ts';
import type { Confirmed } from '../../../src/core/facts.ts';
import { attempt, facts, policy, somalia } from '../../support/facts.ts';
import { suite } from '../../support/suite.ts';

const test = suite('probed numbers');
const { confirmed } = facts();
const israel = { ...somalia, e164: '+972597562518', region: 'PS', class: 'watch' } as const;
const verdict = (probed: number, more: Partial<Confirmed>) =>
  decide(attempt(israel), facts({ probed, confirmed: { ...confirmed, ...more } }), policy()).verdict;

test('in a region that the extension knows, a number that strangers tried is questioned all the same', () => {
  const region = { regionLearned: true };
  assert.is(verdict(0, region).action, 'allow');
  const { action, reasons } = verdict(2, region);
  assert.equal([action, reasons[0]!.code, reasons[0]!.evidence.tries], ['warn', 'probed_number', 2]);
});

test('who made the number itself known, or confirmed it today, is not asked', () => {
  for (const known of [{ vouched: true }, { siteDays: 3 }, { today: true }])
    assert.is(verdict(2, known).action, 'allow');
});

test('an allow prefix lifts it; without a listener it blocks', () => {
  const override = { prefix: '972', action: 'allow', class: null, note: '' } as const;
  assert.is(decide(attempt(israel), facts({ probed: 1, override }), policy()).verdict.action, 'allow');
  assert.is(decide(attempt(israel, { listener: false }), facts({ probed: 1 }), policy()).verdict.action, 'block');
});

test.run();
