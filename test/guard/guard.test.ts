import * as assert from 'uvu/assert';
import type { Outcome, Question } from '../../src/guard/outcome.ts';
import { type Ledger, LedgerUnavailable } from '../../src/guard/ports.ts';
import * as blocks from '../../src/store/sqlite/blocks.ts';
import * as calls from '../../src/store/sqlite/calls.ts';
import * as incidents from '../../src/store/sqlite/incidents.ts';
import { dialAttempt, guardOnTheBench } from '../support/guard-bench.ts';
import { suite } from '../support/suite.ts';

const test = suite('guard');

const KENYA = '00254203456789';
const asked = (o: Outcome): Question => {
  assert.is(o.action, 'warn');
  assert.ok(o.question);
  return o.question;
};
const said = (o: Outcome) => `${o.action} ${o.reason}`;

test('a national call is allowed and stands in the ledger', async () => {
  const { ask, ledger } = guardOnTheBench();
  const outcome = await ask('040123456');
  assert.is(said(outcome), 'allow national');
  assert.is(outcome.e164, '+4940123456');
  const [row] = calls.list(ledger.db, {});
  assert.equal([row?.ext, row?.verdict, row?.uniqueid], ['214', 'allow', '1.1']);
});

test('a warning confirmed is an allow with a cap, and is asked once for the day', async () => {
  const { ask, guard, clock, end } = guardOnTheBench();
  const question = asked(await ask(KENYA));
  assert.equal([question.region, question.countryCode, question.digits, question.try], ['KE', '254', '0', 1]);
  const outcome = await guard.answered(question, 'confirmed');
  assert.is(outcome.action, 'allow');
  assert.ok(outcome.maxSeconds && outcome.maxSeconds <= 1200);
  assert.is(said(await ask(KENYA)), said(outcome), 'a second trunk does not prompt again');
  clock.now += 60_000;
  await end('1.1', 50);
  assert.is((await ask(KENYA, { uniqueid: '2.1' })).action, 'allow', 'the same numbers on the same day');
  await end('2.1', 50);
  clock.now += 25 * 3_600_000;
  assert.is((await ask(KENYA, { uniqueid: '3.1' })).action, 'warn');
});

test('an office whose PBX takes the international prefix off is asked as any other', async () => {
  const { ask, guard, end } = guardOnTheBench();
  const partners = ['33140000001', '33144556677', '33148123456', '33153987654', '33611223344', '33491234567'];
  for (const [i, digits] of partners.entries()) {
    const uniqueid = `${i}.1`;
    const outcome = await ask(digits, { uniqueid, dialled: `00${digits}` });
    assert.equal([said(outcome), outcome.e164], ['warn new_destination', `+${digits}`]);
    assert.is((await guard.answered(asked(outcome), 'confirmed')).action, 'allow');
    await end(uniqueid, 60);
  }
});

test('a dear short code is asked about once a day, and an administrator can vouch for it', async () => {
  const { ask, guard, end } = guardOnTheBench();
  const question = asked(await ask('11833'));
  assert.is((await guard.answered(question, 'confirmed')).action, 'allow');
  await end('1.1', 30);
  assert.is((await ask('11833', { uniqueid: '2.1' })).action, 'allow');
  assert.is((await ask('11834', { uniqueid: '3.1' })).action, 'warn', 'another code is another question');
  assert.is(said(await ask('115', { uniqueid: '4.1' })), 'allow service');
});

test('more seconds than the cap are charged up to the reserve, and said', async () => {
  const { ask, guard, end, ledger } = guardOnTheBench();
  const { maxSeconds } = await guard.answered(asked(await ask(KENYA)), 'confirmed');
  await end('1.1', maxSeconds! + 1);
  assert.not(
    incidents.list(ledger.db, {}).some(({ kind }) => kind === 'guard'),
    'a second late is no fault',
  );
  await end('1.1', 20_000);
  const lease = ledger.db.prepare('SELECT charged, reserved, seconds FROM leases').get() as Record<string, number>;
  assert.equal([lease.charged, lease.seconds], [lease.reserved, 20_000]);
  const incident = incidents.list(ledger.db, {}).find(({ kind }) => kind === 'guard');
  assert.equal([incident?.severity, incident?.calls], ['critical', 1]);
});

test('two tries with fresh digits, three of them after a wrong key; then the call ends', async () => {
  const { ask, guard, ledger } = guardOnTheBench();
  const first = asked(await ask(KENYA));
  const second = asked(await guard.answered(first, 'wrong'));
  assert.equal([second.try, second.digits], [2, '123']);
  assert.is(said(await guard.answered(second, 'early')), 'block warning_refused');
  assert.is(said(await ask(KENYA)), 'block warning_refused', 'the same call stays refused');
  assert.is(asked(await ask(KENYA, { uniqueid: '2.1' })).digits.length, 3);
  assert.is(incidents.list(ledger.db, {}).length, 1);
});

test('a hangup in the prompt refuses the call and holds nothing', async () => {
  const { ask, guard, ledger } = guardOnTheBench();
  assert.is((await guard.answered(asked(await ask(KENYA)), 'hangup')).action, 'block');
  assert.equal(ledger.open(), []);
});

test('a script that lets question after question pass is toll-blocked, and the block holds what comes later', async () => {
  const { ask, guard, ledger, clock } = guardOnTheBench();
  const outcomes: string[] = [];
  for (let i = 0; i < 10; i++) {
    clock.now += 60_000;
    const outcome = await ask(`0025420345${6000 + i * 100}`, { uniqueid: `5.${i}` });
    outcomes.push(outcome.reason);
    if (outcome.question) await guard.answered(outcome.question, 'hangup');
  }
  assert.equal(outcomes.slice(7), ['new_destination', 'insisting', 'toll_block']);
  assert.is((await ask('040123456', { uniqueid: '5.n' })).action, 'allow');
  const [block] = blocks.list(ledger.db);
  assert.equal([block?.ext, block?.what, block?.by], ['214', 'international', 'guard']);
  const [incident, ...others] = incidents.list(ledger.db, {});
  assert.equal([incident?.kind, incident?.severity, incident?.calls], ['toll_block', 'critical', 10]);
  assert.equal([incident?.id, others], [block?.incident, []], 'one attack is one incident');
});

test('a slip of the finger is said with what was probably meant', async () => {
  const { ask } = guardOnTheBench();
  const outcome = await ask('002619123456');
  assert.equal([said(outcome), outcome.question?.region], ['warn misdial', 'MG']);
});

test('an emergency call needs no store', async () => {
  const dead = (ledger: Ledger): Ledger => ({
    ...ledger,
    admit: () => Promise.reject(new LedgerUnavailable('disk full')),
  });
  const { ask, logged, guard, ledger } = guardOnTheBench({ wrap: dead });
  assert.is(said(await ask('112')), 'allow emergency');
  assert.is(said(await ask('040123456')), 'unavailable unavailable');
  assert.ok(logged.includes('error ledger unavailable') && logged.includes('error emergency call not recorded'));
  await guard.sweep();
  await guard.sweep();
  const [incident, second] = incidents.list(ledger.db, {});
  assert.equal([incident?.kind, incident?.calls, second], ['guard', 1, undefined]);
});

test('what went by without a verdict is an incident', async () => {
  const { guard, ledger } = guardOnTheBench();
  const off = { state: 'off', verdict: 'allow', digits: '00252615550100', uniqueid: '1.1' } as const;
  guard.bypassed(off);
  guard.bypassed({ ...off, uniqueid: '1.2' });
  guard.bypassed({ ...off, uniqueid: '1.3', state: 'unavailable' });
  await guard.sweep();
  await guard.sweep();
  const told = incidents.list(ledger.db, {}).map(({ kind, severity, calls }) => `${kind} ${severity} ${calls}`);
  assert.equal(told, ['guard critical 2', 'guard warning 1']);
});

test('a question whose answer cannot be recorded blocks: it is never left to the fallback', async () => {
  const forgetful = (ledger: Ledger): Ledger => ({
    ...ledger,
    answered: () => Promise.reject(new LedgerUnavailable('database is locked')),
  });
  const { ask, guard } = guardOnTheBench({ wrap: forgetful });
  assert.is(said(await guard.answered(asked(await ask(KENYA)), 'confirmed')), 'block unavailable');
});

test('an end that the store could not take is told again', async () => {
  let down = true;
  const flaky = (ledger: Ledger): Ledger => ({
    ...ledger,
    callEnded: (end) => (down ? Promise.reject(new LedgerUnavailable('locked')) : ledger.callEnded(end)),
  });
  const { ask, end, ledger, guard } = guardOnTheBench({ wrap: flaky });
  await ask('040123456');
  await end('1.1', 30);
  assert.is(ledger.open().length, 1);
  down = false;
  await guard.sweep();
  assert.is(ledger.open().length, 0);
});

test('an extension that floods is blocked from memory; another one and an emergency do not notice', async () => {
  const { ask, logged } = guardOnTheBench();
  const outcomes = await Promise.all(Array.from({ length: 500 }, (_, i) => ask('040123456', { uniqueid: `9.${i}` })));
  assert.is(outcomes.at(-1)?.reason, 'flood');
  assert.is((await ask('112', { uniqueid: '9.e' })).action, 'allow');
  const other = { uniqueid: '8.1', payer: { ...dialAttempt('1', 0).payer, endpoint: '215' } };
  assert.is((await ask('040123456', other)).action, 'allow');
  assert.ok(logged.length > 0);
});

test('checking records nothing', async () => {
  const { guard, ledger, clock } = guardOnTheBench();
  const { decision, attempt, path } = await guard.check(dialAttempt(KENYA, clock.now));
  assert.is(decision.verdict.action, 'warn');
  assert.is(attempt.ext, '214');
  assert.ok(path.length > 0);
  assert.equal(calls.list(ledger.db, {}), []);
});

test('hostile digits are malformed and blocked, with an incident', async () => {
  const { ask, ledger } = guardOnTheBench();
  for (const [i, digits] of [
    '0040&SIP/evil',
    '00252|1',
    '0'.repeat(500),
    '12\u0000',
    'abc',
    '',
    '０５１@x',
  ].entries()) {
    const outcome = await ask(digits, { uniqueid: `7.${i}` });
    assert.is(said(outcome), 'block malformed', digits);
    assert.is(outcome.announce, false);
  }
  const [incident] = incidents.list(ledger.db, {});
  assert.equal([incident?.kind, incident?.calls], ['malformed', 7]);
});

test('many at once never pass the ceiling', async () => {
  const { ask, guard, ledger } = guardOnTheBench();
  const outcomes = await Promise.all(
    Array.from({ length: 8 }, (_, i) => ask(`0025420345${6000 + i * 100}`, { uniqueid: `6.${i}` })),
  );
  const questions = outcomes.flatMap((o) => (o.question ? [o.question] : []));
  assert.is(questions.length, 1, 'one open question per extension');
  await Promise.all(questions.map((q) => guard.answered(q, 'confirmed')));
  const { reserved } = ledger.db.prepare('SELECT SUM(reserved) AS reserved FROM leases').get() as { reserved: number };
  assert.ok(reserved > 0 && reserved <= 25_000_000);
});

test.run();
