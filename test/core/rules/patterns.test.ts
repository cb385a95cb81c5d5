import * as assert from 'uvu/assert';
import type { Subscriber } from '../../../src/core/destination.ts';
import type { Facts, NewCalls } from '../../../src/core/facts.ts';
import { breaker } from '../../../src/core/rules/breaker.ts';
import { insisting } from '../../../src/core/rules/insisting.ts';
import { novelty } from '../../../src/core/rules/novelty.ts';
import { parallel } from '../../../src/core/rules/parallel.ts';
import type { Rule } from '../../../src/core/rules/rule.ts';
import { spreading } from '../../../src/core/rules/spreading.ts';
import { attempt, facts, hamburg, policy, somalia } from '../../support/facts.ts';
import { suite } from '../../support/suite.ts';

const test = suite('patterns');

const paris: Subscriber = { ...somalia, e164: '+33140000000', region: 'FR', lineType: 'fixed', class: 'low' };
const found = (rule: Rule, d: Subscriber, more: Partial<Facts> = {}) => rule(attempt(d), facts(more), policy());
const newCalls = (more: Partial<NewCalls>) => ({ newCalls: { ...facts().newCalls, ...more } });
const cleared = { action: 'warn', state: 'asking', cleared: true, maxSeconds: null } as const;
const vouched = { confirmed: { ...facts().confirmed, vouched: true } };
const allowed = { override: { prefix: '252', action: 'allow', class: null, note: '' } } as const;

test('one new destination at a time, and no limit on known ones', () => {
  const busy = newCalls({ open: 1 });
  assert.is(found(parallel, somalia), null);
  assert.is(found(parallel, somalia, busy)?.action, 'block');
  assert.is(found(parallel, somalia, busy)?.incident?.severity, 'critical');
  assert.is(found(parallel, paris, { ...busy, ...vouched }), null);
  assert.is(found(parallel, somalia, { ...busy, ...allowed }), null);
  assert.is(found(parallel, hamburg, busy), null);
});

test('the third elevated range in a week calls somebody, the fifth is a toll block', () => {
  assert.is(found(spreading, somalia, { ...newCalls({ riskyBlocks: 1 }), previous: cleared }), null);
  assert.is(found(spreading, somalia, newCalls({ riskyBlocks: 2 })), null, 'not before it is confirmed');
  const third = found(spreading, somalia, { ...newCalls({ riskyBlocks: 2 }), previous: cleared });
  assert.equal([third?.action, third?.incident?.severity, third?.tollBlock], ['allow', 'critical', undefined]);
  const fifth = found(spreading, somalia, newCalls({ riskyBlocks: 4 }));
  assert.equal([fifth?.action, fifth?.tollBlock], ['block', true]);
  assert.is(found(spreading, paris, newCalls({ riskyBlocks: 9 })), null);
  assert.is(found(spreading, somalia, { ...newCalls({ riskyBlocks: 9 }), ...vouched }), null);
});

test('dialling on against eight stops is a toll block, except for machines and calls at home', () => {
  assert.is(found(insisting, somalia, { stopped: 7 }), null);
  const sure = found(insisting, somalia, { stopped: 8 });
  assert.equal([sure?.action, sure?.tollBlock, sure?.evidence], ['block', true, { stopped: 8 }]);
  assert.is(found(insisting, somalia, { stopped: 8, machine: true }), null);
  assert.is(found(insisting, hamburg, { stopped: 50 }), null);
});

test('with three extensions hit a region known as a whole is questioned, a known number is not', () => {
  const region = { confirmed: { ...facts().confirmed, regionLearned: true } };
  assert.is(found(breaker, paris, { ...region, hit: 2 }), null);
  assert.is(found(breaker, paris, { ...region, hit: 3 })?.action, 'warn');
  assert.is(found(novelty, paris, { ...region, hit: 3 }), null, 'one question, one reason');
  assert.is(found(breaker, paris, { hit: 3, confirmed: { ...region.confirmed, today: true } }), null);
  assert.is(found(breaker, paris, { hit: 3, ...vouched }), null);
  assert.is(found(breaker, somalia, { hit: 3 }), null, 'new anyway');
  assert.is(found(novelty, somalia, { hit: 3 })?.code, 'new_destination');
});

test.run();
