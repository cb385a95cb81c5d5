import * as assert from 'uvu/assert';
import type { Facts } from '../../src/core/facts.ts';
import { micros } from '../../src/core/money.ts';
import { cleared, facts, somalia } from '../support/facts.ts';
import { suite } from '../support/suite.ts';
import { confirmed, dollar, judge, said } from './support/verdicts.ts';

const test = suite('ceiling');

test('a confirmation buys twenty minutes or a fifth of the ceiling', () => {
  const d = judge(somalia, { previous: cleared });
  assert.is(said(d), 'allow cleared');
  assert.is(d.verdict.maxSeconds, 300, '5 dollars at a dollar a minute');
  assert.is(d.lease?.reserved, micros(6), 'and the minute that a late cut would cost');
  assert.is(
    judge(somalia, { previous: cleared, tariff: { ...dollar, perMinute: micros(0.05) } }).verdict.maxSeconds,
    1200,
  );
});

test('new destinations share a part of the ceilings: of a block of numbers, of the extension, of the site', () => {
  const used = (more: Partial<Facts['newCalls']>) => ({
    newCalls: { ...facts().newCalls, ...more },
    previous: cleared,
  });
  const low = { ...somalia, class: 'low' } as const;
  assert.is(judge(low, used({})).verdict.maxSeconds, 600, 'twice the share below class elevated');
  assert.is(said(judge(somalia, used({ extension: micros(9.5) }))), 'block ceiling_new_extension');
  assert.is(said(judge(somalia, used({ block: micros(9.5) }))), 'block ceiling_new_together');
  const site = judge(low, used({ site: micros(19.5) }));
  assert.is(said(site), 'block ceiling_new_site');
  assert.is(site.findings[0]?.incident?.severity, 'warning');
  const dear = { ...used({ site: micros(19.5) }), stopped: 1 };
  assert.is(judge(somalia, dear).findings[0]?.incident?.severity, 'warning');
  assert.is(judge(somalia, { ...dear, stopped: 2 }).findings[0]?.incident?.severity, 'critical', 'goes on');
  assert.is(
    judge(low, { ...used({ site: micros(20) }), confirmed: confirmed({ vouched: true }) }).verdict.action,
    'allow',
  );
});

test('one call takes at most half of what the site has left, while that is enough for a call', () => {
  const known = { confirmed: confirmed({ vouched: true }) };
  const left = (usd: number) => judge(somalia, { ...known, spent: { extension: 0, site: micros(100 - usd) } });
  assert.is(left(10).verdict.maxSeconds, 4 * 60);
  assert.is(left(3).verdict.maxSeconds, 2 * 60);
  assert.is(said(left(1)), 'block ceiling_site');
});

test('a long call leaves the extension a fifth, for one beside it', () => {
  const known = { confirmed: confirmed({ vouched: true }) };
  const watch = { ...somalia, class: 'watch' } as const;
  assert.is(judge(watch, known).verdict.maxSeconds, 19 * 60);
  assert.is(judge(watch, { ...known, spent: { extension: micros(20), site: 0 } }).verdict.maxSeconds, 4 * 60);
});

test('a key pressed at night on an extension without habits, or after a test call, buys half', () => {
  const buys = (more: Partial<Facts>) => judge(low, { previous: cleared, ...more }).verdict.maxSeconds;
  const low = { ...somalia, class: 'low' } as const;
  const night = { local: { day: '2026-11-24', weekday: 2, minute: 180 } };
  assert.is(buys({}), 600);
  assert.is(buys(night), 300);
  assert.is(buys({ ...night, habit: { active: 40, near: 3 } }), 600, 'it works at night');
  assert.is(buys({ ...night, habit: { active: 40, near: 0 } }), 600, 'it works late');
  assert.is(buys({ newCalls: { ...facts().newCalls, tests: 1 } }), 300);
});

test('the ceilings hold whatever is confirmed', () => {
  const known = confirmed({ vouched: true });
  const last = judge(somalia, { confirmed: known, spent: { extension: micros(22), site: micros(22) } });
  assert.is(last.verdict.maxSeconds, 120);
  assert.ok(micros(22) + (last.lease?.reserved ?? 0) <= micros(25));
  assert.is(
    said(judge(somalia, { confirmed: known, spent: { extension: micros(24), site: 0 } })),
    'block ceiling_extension',
  );
  assert.is(
    said(judge(somalia, { confirmed: known, spent: { extension: 0, site: micros(99) } })),
    'block ceiling_site',
  );
  assert.is(
    said(judge(somalia, { previous: cleared, confirmed: confirmed({ blockSpent: micros(4.5) }) })),
    'block ceiling_new_destination',
  );
});

test('a daily minute limit shortens the last call that costs money', () => {
  const usage = { ...facts().usage, minutes_per_day: { all: 0, international: 470, elevated: 177 } };
  assert.is(judge(somalia, { usage, confirmed: confirmed({ vouched: true }) }).verdict.maxSeconds, 180);
});

test.run();
