import * as assert from 'uvu/assert';
import type { Destination } from '../../../src/core/destination.ts';
import type { Facts, NewCalls } from '../../../src/core/facts.ts';
import { breaker } from '../../../src/core/rules/breaker.ts';
import { insisting } from '../../../src/core/rules/insisting.ts';
import { novelty } from '../../../src/core/rules/novelty.ts';
import { parallel } from '../../../src/core/rules/parallel.ts';
import { persisting } from '../../../src/core/rules/persisting.ts';
import { probing } from '../../../src/core/rules/probing.ts';
import { pumping } from '../../../src/core/rules/pumping.ts';
import type { Rule } from '../../../src/core/rules/rule.ts';
import { spreading } from '../../../src/core/rules/spreading.ts';
import { waking } from '../../../src/core/rules/waking.ts';
import { attempt, cleared, facts, hamburg, paris, policy, somalia } from '../../support/facts.ts';
import { suite } from '../../support/suite.ts';

const test = suite('patterns');

const found = (rule: Rule, d: Destination, more: Partial<Facts> = {}) => rule(attempt(d), facts(more), policy());
const newCalls = (more: Partial<NewCalls>) => ({ newCalls: { ...facts().newCalls, ...more } });
const vouched = { confirmed: { ...facts().confirmed, vouched: true } };
const allowed = { override: { prefix: '252', action: 'allow', class: null, note: '' } } as const;

test('one new destination at a time, and no limit on known ones', () => {
  const busy = newCalls({ open: 1 });
  assert.is(found(parallel, somalia), null);
  assert.is(found(parallel, somalia, busy)?.action, 'block');
  assert.is(found(parallel, somalia, busy)?.incident?.severity, 'critical');
  assert.is(found(parallel, paris, busy), null, 'two ordinary ones can be put together');
  assert.is(found(parallel, paris, newCalls({ open: 2 }))?.action, 'block');
  assert.is(found(parallel, somalia, { ...busy, ...vouched }), null);
  assert.is(found(parallel, somalia, { ...busy, ...allowed }), null);
  assert.is(found(parallel, hamburg, busy), null);
});

test('the third elevated range in a week is an incident, at the fourth somebody is called, the fifth is a toll block', () => {
  assert.is(found(spreading, somalia, { ...newCalls({ riskyBlocks: 1 }), previous: cleared }), null);
  assert.is(found(spreading, somalia, newCalls({ riskyBlocks: 2 })), null, 'not before it is confirmed');
  const third = found(spreading, somalia, { ...newCalls({ riskyBlocks: 2 }), previous: cleared });
  assert.equal([third?.action, third?.incident?.severity, third?.tollBlock], ['allow', 'warning', undefined]);
  const fourth = found(spreading, somalia, { ...newCalls({ riskyBlocks: 3 }), previous: cleared });
  assert.equal([fourth?.action, fourth?.incident?.severity], ['allow', 'critical']);
  const fifth = found(spreading, somalia, newCalls({ riskyBlocks: 4 }));
  assert.equal([fifth?.action, fifth?.tollBlock], ['block', true]);
  assert.is(found(spreading, paris, newCalls({ riskyBlocks: 9 })), null);
  assert.is(found(spreading, somalia, { ...newCalls({ riskyBlocks: 9 }), ...vouched }), null);
});

test('an hour in a week to new destinations is an incident, four hours call somebody', () => {
  const spent = (minutes: number) => ({ ...newCalls({ calls: 7, minutes }), previous: cleared });
  assert.is(found(pumping, paris, spent(59)), null);
  const hour = found(pumping, paris, spent(60));
  assert.equal(
    [hour?.action, hour?.incident?.severity, hour?.evidence],
    ['allow', 'warning', { calls: 7, minutes: 60 }],
  );
  assert.is(found(pumping, paris, spent(240))?.incident?.severity, 'critical');
  assert.is(found(pumping, paris, { ...spent(60), previous: null }), null, 'not before it is confirmed');
  const today = { ...spent(60), previous: null, confirmed: { ...facts().confirmed, today: true } };
  assert.is(found(pumping, paris, today)?.code, 'pumping');
  assert.is(found(pumping, paris, { ...spent(60), ...vouched }), null);
  assert.is(found(pumping, hamburg, spent(60)), null);
});

test('the same digits behind a fourth prefix call somebody, behind a sixth they are a toll block', () => {
  const nowhere: Destination = { kind: 'malformed', why: 'no number' };
  assert.is(found(probing, somalia, { prefixesTried: 2 }), null);
  const fourth = found(probing, nowhere, { prefixesTried: 3 });
  assert.equal([fourth?.action, fourth?.incident?.severity, fourth?.evidence], ['allow', 'critical', { prefixes: 3 }]);
  const sixth = found(probing, somalia, { prefixesTried: 5 });
  assert.equal([sixth?.action, sixth?.tollBlock], ['block', true]);
  assert.is(found(probing, somalia, { prefixesTried: 5, machine: true }), null);
  assert.is(found(probing, hamburg, { prefixesTried: 5 }), null);
});

test('an extension that hardly ever calls is looked at when it calls an elevated range at night', () => {
  const night = { local: { day: '2026-11-24', weekday: 2, minute: 180 }, previous: cleared };
  const late = found(waking, somalia, night);
  assert.equal([late?.action, late?.incident?.severity], ['allow', 'warning']);
  assert.equal(late?.evidence, { hours_active: 0, weekday: 2, minute: 180 });
  assert.is(found(waking, somalia, { ...night, habit: { active: 50, near: 0 } }), null);
  assert.is(found(waking, somalia, { previous: cleared }), null, 'in business hours');
  assert.is(found(waking, paris, night), null);
  assert.is(found(waking, somalia, { ...night, ...vouched }), null);
});

test('six stopped calls in a week are an incident at the next new number', () => {
  assert.is(found(persisting, paris, { stoppedWeek: 5 }), null);
  const sixth = found(persisting, paris, { stoppedWeek: 6 });
  assert.equal([sixth?.action, sixth?.incident?.severity, sixth?.evidence], ['allow', 'warning', { week: 6 }]);
  assert.is(found(persisting, paris, { stoppedWeek: 6, machine: true }), null);
  assert.is(found(persisting, paris, { stoppedWeek: 6, ...vouched }), null);
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
