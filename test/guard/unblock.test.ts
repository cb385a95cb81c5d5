import * as assert from 'uvu/assert';
import type { Attempt } from '../../src/core/attempt.ts';
import type { Subscriber } from '../../src/core/destination.ts';
import { LINK_MS, linkToken, readToken } from '../../src/guard/link.ts';
import { NotUnblocked, PROBATION_MS, type UnblockRequest } from '../../src/guard/unblock.ts';
import { unblockPages } from '../../src/http/unblock.ts';
import * as blocks from '../../src/store/sqlite/blocks.ts';
import { verifyChain } from '../../src/store/sqlite/incident-log.ts';
import * as incidents from '../../src/store/sqlite/incidents.ts';
import type { SqliteLedger } from '../../src/store/sqlite/ledger.ts';
import { list } from '../../src/store/sqlite/outbox-list.ts';
import { pinBook } from '../../src/store/sqlite/pins.ts';
import { unblock, unblockerOf } from '../../src/store/sqlite/unblock.ts';
import { judge, ledgerOf, MINUTE, morocco, TUESDAY } from '../store/support.ts';
import { attempt, somalia } from '../support/facts.ts';
import { suite } from '../support/suite.ts';

const test = suite<{ ledger: SqliteLedger; incident: number; block: number }>('unblocking');

const paris: Subscriber = { ...somalia, e164: '+33123456789', region: 'FR', lineType: 'fixed', class: 'low' };

/** Extension 214 blocked by the guard, in an incident. */
test.before.each((t) => {
  t.ledger = ledgerOf();
  t.incident = incidents.add(t.ledger.db, {
    kind: 'pattern',
    severity: 'critical',
    site: 'main',
    title: 'x',
    evidence: { code: 'x' },
    who: 'guard',
    why: '',
    at: TUESDAY - MINUTE,
  });
  const block = { what: 'international', site: 'main', ext: '214', reason: 'fraud', by: 'guard' } as const;
  t.block = blocks.add(t.ledger.db, { ...block, incident: t.incident, at: TUESDAY - MINUTE });
});
test.after.each(({ ledger }) => ledger.close());

const request = (more: Partial<UnblockRequest> = {}): UnblockRequest => ({
  ext: '214',
  until: null,
  done: [],
  by: 'admin',
  why: '',
  at: TUESDAY,
  ...more,
});

let calls = 0;
const call = (destination = paris, more: Partial<Attempt> = {}) =>
  attempt(destination, { uniqueid: `u.${calls++}`, at: TUESDAY + 1, ...more });
const verdict = async (ledger: SqliteLedger, asked: Attempt) => {
  const { decision } = await ledger.admit(asked, judge(asked));
  return `${decision.verdict.action} ${decision.verdict.reasons[0]!.code}`;
};
const refusal = (work: () => unknown): string => {
  try {
    work();
  } catch (error) {
    if (error instanceof NotUnblocked) return error.why;
    throw error;
  }
  return 'unblocked';
};

test('a fraud block asks what was put right', async ({ ledger, incident, block }) => {
  assert.is(await verdict(ledger, call()), 'block toll_block');
  for (const done of [[], ['everything'], ['passwords']]) {
    assert.is(
      refusal(() => unblock(ledger.db, request({ done }))),
      'nothing_put_right',
    );
  }
  const lifted = unblock(ledger.db, request({ done: ['password', 'new phone'], why: 'checked' }));
  assert.equal(lifted, { blocks: [block], until: null, probation: TUESDAY + PROBATION_MS });
  assert.not.match(await verdict(ledger, call()), 'toll_block');
  const last = incidents.get(ledger.db, incident)!.log.at(-1)!;
  assert.equal([last.who, last.what, last.why], ['admin', 'unblocked', 'put right: password, new phone; checked']);
  assert.ok(list(ledger.db).some((m) => m.kind === 'digest' && m.incident === incident && m.next === TUESDAY));
  assert.is(verifyChain(ledger.db).broken, null);
});

test('a block by hand is lifted without', ({ ledger }) => {
  blocks.add(ledger.db, { what: 'all', ext: '300', reason: 'x', by: 'admin', at: TUESDAY });
  assert.is(unblock(ledger.db, request({ ext: '300' })).probation, null);
});

test('an extension on probation has armed limits for a week, and its own after it', async ({ ledger }) => {
  unblock(ledger.db, request({ done: ['device'] }));
  const soon = await verdict(ledger, call(morocco));
  const week = await verdict(ledger, call(morocco, { at: TUESDAY + PROBATION_MS + 1 }));
  assert.is(soon, 'block limit_calls_per_minute');
  assert.match(week, /^warn /);
  assert.not.match(await verdict(ledger, call(morocco, { ext: '215' })), 'limit');
});

test('an exception opens one prefix for one extension for a time, and the block stays', async ({ ledger, block }) => {
  const until = TUESDAY + 120 * MINUTE;
  assert.is(
    refusal(() => unblock(ledger.db, request({ prefix: '33', until }))),
    'nothing_put_right',
  );
  assert.equal(unblock(ledger.db, request({ prefix: '33', until, done: ['password'] })).blocks, [block]);
  assert.not.match(await verdict(ledger, call()), 'toll_block');
  assert.is(await verdict(ledger, call(somalia)), 'block toll_block');
  assert.is(await verdict(ledger, call(paris, { at: until })), 'block toll_block');
  assert.is(blocks.list(ledger.db).length, 1);
});

test('a new attack closes an exception: a newer block, or the same pattern again', async ({ ledger }) => {
  const until = TUESDAY + 120 * MINUTE;
  unblock(ledger.db, request({ until, done: ['password'] }));
  assert.not.match(await verdict(ledger, call()), 'toll_block');
  blocks.add(ledger.db, { what: 'international', site: 'main', reason: 'all of it', by: 'admin', at: TUESDAY + 2 });
  assert.is(await verdict(ledger, call(paris, { at: TUESDAY + 3 })), 'block toll_block');
  unblock(ledger.db, request({ ext: undefined, site: 'main', until, at: TUESDAY + 4, done: ['password'] }));
  unblock(ledger.db, request({ until, at: TUESDAY + 4, done: ['password'] }));
  const again = call(paris, { at: TUESDAY + 5 });
  await ledger.admit(again, (facts) => {
    const decision = judge(again)(facts);
    const certain = {
      family: 'pattern',
      action: 'block',
      code: 'x',
      text: 'x',
      evidence: {},
      tollBlock: true,
    } as const;
    return { ...decision, findings: [certain] };
  });
  assert.is(await verdict(ledger, call(paris, { at: TUESDAY + 6 })), 'block toll_block');
  assert.not.match(await verdict(ledger, call(paris, { at: TUESDAY + 6, ext: '215' })), 'toll_block');
});

test('of two administrators at once one lifts it, the other is told', ({ ledger }) => {
  assert.is(
    refusal(() => unblock(ledger.db, request({ done: ['password'], by: 'one' }))),
    'unblocked',
  );
  assert.is(
    refusal(() => unblock(ledger.db, request({ done: ['firewall'], by: 'two' }))),
    'no_block',
  );
  assert.is(blocks.list(ledger.db, { all: true })[0]!.lifted_by, 'one');
});

test('a link shows with GET, acts with POST, once', ({ ledger, block }) => {
  let now = TUESDAY;
  const pages = unblockPages({ unblocker: unblockerOf(ledger.db), key: 'k', now: () => now });
  const token = linkToken('k', block, TUESDAY + LINK_MS);
  for (let scan = 0; scan < 3; scan++) assert.is(pages('GET', token, 'done=password').status, 200);
  assert.is(blocks.list(ledger.db).length, 1);
  for (const body of ['', 'done=', 'done=nothing', 'x'.repeat(100)]) assert.is(pages('POST', token, body).status, 422);
  assert.is(blocks.list(ledger.db).length, 1);
  now = TUESDAY + LINK_MS;
  assert.is(pages('POST', token, 'done=password').status, 410);
  now -= 1;
  assert.is(pages('POST', token, 'done=password&done=device').status, 200);
  assert.equal(blocks.list(ledger.db), []);
  assert.is(pages('POST', token, 'done=password').status, 410);
  blocks.add(ledger.db, { what: 'international', site: 'main', ext: '214', reason: 'again', by: 'guard', at: now });
  assert.is(pages('POST', token, 'done=password').status, 410);
  assert.is(blocks.list(ledger.db).length, 1);
});

test('no link can be forged: another block, a later end, another key, anything else', ({ block }) => {
  const token = linkToken('k', block, TUESDAY + 1);
  assert.is(readToken('k', token, TUESDAY), block);
  const [, until, signature] = token.split('.');
  const forged = [
    `${block + 1}.${until}.${signature}`,
    `${block}.${(TUESDAY + 2).toString(36)}.${signature}`,
    linkToken('other', block, TUESDAY + 1),
    token.slice(0, -1),
    `${token}x`,
    '..',
    '',
    '1.1.',
    `${block}.${until}.${'A'.repeat(43)}`,
  ];
  for (const each of forged) assert.is(readToken('k', each, TUESDAY), 'forged', each);
});

test('what stands in a block does not break out of its page', ({ ledger }) => {
  const hostile = '<script>alert(1)</script>"';
  const id = blocks.add(ledger.db, { what: 'all', ext: hostile, reason: hostile, by: 'guard', at: TUESDAY });
  const pages = unblockPages({ unblocker: unblockerOf(ledger.db), key: 'k', now: () => TUESDAY });
  assert.not.match(pages('GET', linkToken('k', id, TUESDAY + 1), '').html, '<script');
});

test('five wrong PINs in an hour close the code until its incident is closed', ({ ledger }) => {
  const pins = pinBook(ledger.db);
  for (let n = 0; n < 10; n++) pins.wrong('main', '101', TUESDAY + n * 16 * MINUTE);
  assert.is(pins.closed(), false);
  for (let n = 0; n < 5; n++) {
    assert.is(pins.closed(), false);
    pins.wrong('main', '101', TUESDAY + 500 * MINUTE + n);
  }
  assert.is(pinBook(ledger.db).closed(), true);
  const [own] = incidents.list(ledger.db).slice(-1);
  assert.equal([own!.severity, own!.evidence.code], ['critical', 'feature_code_closed']);
  assert.is(list(ledger.db).at(-1)!.incident, own!.id);
  incidents.change(ledger.db, own!.id, { state: 'closed', who: 'admin', why: '', at: TUESDAY });
  assert.is(pins.closed(), false);
});

test.run();
