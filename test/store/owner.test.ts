import * as assert from 'uvu/assert';
import { DEFAULT_LIMITS, PROFILES } from '../../src/core/limits.ts';
import { localTime } from '../../src/core/local-time.ts';
import { micros } from '../../src/core/money.ts';
import * as blocks from '../../src/store/sqlite/blocks.ts';
import * as calls from '../../src/store/sqlite/calls.ts';
import * as confirmations from '../../src/store/sqlite/confirmations.ts';
import * as extensions from '../../src/store/sqlite/extensions.ts';
import * as incidents from '../../src/store/sqlite/incidents.ts';
import type { SqliteLedger } from '../../src/store/sqlite/ledger.ts';
import * as limits from '../../src/store/sqlite/limits.ts';
import * as overrides from '../../src/store/sqlite/overrides.ts';
import * as settings from '../../src/store/sqlite/settings.ts';
import { attempt, hamburg, somalia } from '../support/facts.ts';
import { suite } from '../support/suite.ts';
import { DAY, judge, ledgerOf, morocco, seen, TUESDAY } from './support.ts';

const test = suite<{ ledger: SqliteLedger }>('what the owner decides');

test.before.each((t) => {
  t.ledger = ledgerOf();
});
test.after.each(({ ledger }) => ledger.close());

/** The facts of the next call. */
async function factsOf(ledger: SqliteLedger, call = attempt(somalia)) {
  const { kept, decide } = seen(judge(call));
  await ledger.preview(call, decide);
  return kept[0]!;
}

test('a toll block is in force at the next call, for whom it names, until it is lifted or over', async ({ ledger }) => {
  const { db } = ledger;
  const block = { what: 'international', reason: 'stolen password', by: 'root', at: TUESDAY } as const;
  const first = blocks.add(db, { ...block, ext: '214', incident: 3 });
  blocks.add(db, { ...block, ext: '215' });
  blocks.add(db, { ...block, site: 'other' });
  blocks.add(db, { ...block, prefix: '+4940' });
  blocks.add(db, { ...block, prefix: '+25261', until: TUESDAY + 1 });
  assert.equal(
    (await factsOf(ledger)).blocks.map((b) => b.id),
    [first, 5],
  );
  assert.equal((await factsOf(ledger, attempt(somalia, { at: TUESDAY + 1 }))).blocks, [
    { id: first, what: 'international', reason: 'stolen password', incident: 3 },
  ]);
  assert.throws(() => blocks.lift(db, { by: 'root', at: TUESDAY }), /say which block/);
  assert.is(blocks.lift(db, { ext: '214', by: 'root', done: 'password changed', at: TUESDAY + 5 }), 1);
  assert.is(blocks.lift(db, { ext: '214', by: 'root', at: TUESDAY + 6 }), 0);
  assert.is(blocks.list(db).length, 4);
  assert.equal(
    blocks.list(db, { all: true }).map((b) => [b.lifted_by, b.done]),
    [['root', 'password changed'], ...Array(4).fill([null, null])],
  );
});

test('of the prefixes the owner spoke about the longest counts, and a site’s own before everybody’s', async ({
  ledger,
}) => {
  const { db } = ledger;
  const word = { by: 'root', at: TUESDAY };
  overrides.set(db, { ...word, prefix: '+252', action: 'deny' });
  overrides.set(db, { ...word, prefix: '25261', action: 'class', class: 'watch' });
  overrides.set(db, { ...word, prefix: '25261', action: 'allow', site: 'main', note: 'branch office' });
  overrides.set(db, { ...word, prefix: '252615550100', action: 'deny', until: TUESDAY });
  overrides.set(db, { ...word, prefix: '25262', action: 'deny' });
  assert.equal((await factsOf(ledger)).override, {
    prefix: '25261',
    action: 'allow',
    class: null,
    note: 'branch office',
  });
  assert.is((await factsOf(ledger, attempt(somalia, { site: 'other' }))).override?.class, 'watch');
  assert.is(overrides.remove(db, { prefix: '+25261', site: 'main' }), true);
  assert.is(overrides.remove(db, { prefix: '+25261', site: 'main' }), false);
  assert.is((await factsOf(ledger)).override?.class, 'watch');
  assert.is((await factsOf(ledger, attempt(hamburg))).override, null);
  assert.is(overrides.list(db).length, 4);
  assert.throws(() => overrides.set(db, { ...word, prefix: '25x', action: 'deny' }), /no prefix of an E.164/);
  assert.throws(() => overrides.set(db, { ...word, prefix: '25', action: 'class' }), /a class goes with/);
});

test('limits come from the profile, then the site, then the extension, each with its origin', async ({ ledger }) => {
  const { db } = ledger;
  extensions.set(db, { site: 'main', ext: '214', profile: 'lobby', machine: true });
  extensions.set(db, { site: 'main', ext: '214', note: 'fax' });
  limits.set(db, 'main', '*', 'concurrent.all', '9');
  limits.set(db, 'main', '*', 'hours', 'Mon-Fri 07:00-20:00');
  limits.set(db, 'main', '214', 'concurrent.all', '3');
  limits.set(db, 'main', '214', 'money_per_day.all', '12.50');
  limits.set(db, 'main', '214', 'denied_regions', 'so, ma');
  const facts = await factsOf(ledger);
  const wanted = limits.show(db, 'main', '214', TUESDAY);
  assert.equal(facts.limits, wanted.limits);
  assert.is(facts.machine, true);
  assert.is(facts.limits.numbers.concurrent.all, 3);
  assert.is(facts.limits.numbers.money_per_day.all, micros(12.5));
  assert.is(facts.limits.numbers.calls_per_day.all, PROFILES.lobby!.numbers.calls_per_day.all);
  assert.equal(facts.limits.deniedRegions, ['SO', 'MA']);
  const shown = Object.fromEntries(wanted.values.map((v) => [v.name, [v.value, v.origin]]));
  assert.equal(shown['concurrent.all'], ['3', 'extension']);
  assert.equal(shown.hours, ['Mon-Fri 07:00-20:00', 'site']);
  assert.equal(shown['money_per_day.all'], ['12.50', 'extension']);
  assert.equal(shown['calls_per_minute.elevated'], ['0', 'profile']);
  assert.is(limits.reset(db, 'main', '214', 'concurrent.all'), 1);
  assert.is(limits.show(db, 'main', '214', TUESDAY).limits.numbers.concurrent.all, 9);
  assert.is(limits.reset(db, 'main', '214'), 2);
  assert.equal(limits.show(db, 'elsewhere', '214', TUESDAY).limits, DEFAULT_LIMITS);
});

test('a limit that makes no sense is refused by name, and an import with one changes nothing', ({ ledger: { db } }) => {
  const refusals: [string, string, RegExp][] = [
    ['calls_per_week.all', '1', /no limit "calls_per_week.all".*calls_per_day.international/],
    ['concurrent.all', '-1', /"-1" is no number/],
    ['concurrent.all', '1e9', /no number/],
    ['hours', 'sometimes', /sometimes/],
    ['denied_regions', 'Somalia', /"SOMALIA" is no ISO region/],
  ];
  for (const [name, value, why] of refusals) {
    assert.throws(
      () => limits.set(db, 'main', '214', name, value),
      (error: Error) => why.test(error.message),
    );
  }
  assert.throws(
    () => extensions.set(db, { site: 'main', ext: '1', profile: 'boss' }),
    /no profile "boss"; there are default/,
  );
  limits.set(db, 'main', '214', 'concurrent.all', '3');
  extensions.set(db, { site: 'main', ext: '214', machine: true });
  const saved = limits.exportAll(db);
  const bad = { ...saved, limits: [...saved.limits, { site: 'main', ext: '1', name: 'hours', value: 'x' }] };
  assert.throws(() => limits.importAll(db, { ...bad, extensions: [] }), /limit 2 \(main 1 hours\)/);
  assert.equal(limits.exportAll(db), saved);
  limits.reset(db, 'main', '214');
  limits.importAll(db, saved);
  assert.equal(limits.exportAll(db), saved);
});

test('an administrator vouches for a block of numbers or a region, for one extension or all', async ({ ledger }) => {
  const { db } = ledger;
  const admin = {
    site: 'main',
    region: 'SO',
    at: TUESDAY,
    local: localTime(TUESDAY, 'UTC'),
    working: true,
    by: 'admin',
  } as const;
  const one = confirmations.add(db, { ...admin, ext: '215', who: 'root' });
  assert.is((await factsOf(ledger)).confirmed.vouched, false);
  const two = confirmations.add(db, { ...admin, block: '+2526155501', until: TUESDAY + 10 });
  assert.is((await factsOf(ledger)).confirmed.vouched, true);
  assert.is((await factsOf(ledger, attempt({ ...somalia, e164: '+252615559999' }))).confirmed.vouched, false);
  assert.is((await factsOf(ledger, attempt(somalia, { at: TUESDAY + 10 }))).confirmed.vouched, false);
  assert.equal(
    confirmations.list(db, { ext: '215' }).map((c) => [c.id, c.who]),
    [[one, 'root']],
  );
  assert.is(confirmations.remove(db, two), true);
  assert.is(confirmations.remove(db, two), false);
});

test('a caller’s confirmations count by working day, for 90 days', async ({ ledger }) => {
  const days = [0, 0, 1, 4, 91].map((ago) => TUESDAY - ago * DAY);
  for (const at of days) {
    const local = localTime(at, 'Europe/Berlin');
    const working = local.weekday > 0 && local.weekday < 6;
    confirmations.add(ledger.db, {
      site: 'main',
      ext: '214',
      region: 'MA',
      block: '+2126615501',
      at,
      local,
      working,
      by: 'caller',
    });
  }
  const { confirmed } = await factsOf(ledger, attempt(morocco));
  assert.equal([confirmed.today, confirmed.blockDays, confirmed.regionDays], [true, 3, 3]);
  const other = await factsOf(ledger, attempt({ ...morocco, e164: '+212661559999' }));
  assert.equal([other.confirmed.today, other.confirmed.blockDays, other.confirmed.regionDays], [false, 0, 3]);
  const colleague = await factsOf(ledger, attempt(morocco, { ext: '215' }));
  assert.equal([colleague.confirmed.today, colleague.confirmed.regionDays], [false, 0]);
});

test('observe mode is a time in the settings, and ends by itself', async ({ ledger }) => {
  settings.set(ledger.db, 'observe_until', String(TUESDAY + 1));
  assert.is((await factsOf(ledger)).mode, 'observe');
  assert.is((await factsOf(ledger, attempt(somalia, { at: TUESDAY + 1 }))).mode, 'enforce');
  settings.set(ledger.db, 'observe_until', null);
  assert.is(settings.get(ledger.db, 'observe_until'), null);
});

test('calls of one kind join one incident until it is closed; a graver one raises it; all of it is logged', async ({
  ledger,
}) => {
  const { db } = ledger;
  blocks.add(db, { what: 'international', ext: '214', reason: 'test', by: 'root', at: TUESDAY });
  const ask = async (uniqueid: string) => {
    const call = attempt(somalia, { uniqueid });
    return (await ledger.admit(call, judge(call))).incident;
  };
  const first = await ask('1');
  assert.is(await ask('2'), first);
  assert.is(await ask('2'), first, 'asked again');
  const open = incidents.get(db, first!)!;
  assert.equal(
    [open.kind, open.severity, open.calls, open.stopped, open.state],
    ['toll_block', 'warning', 2, 2, 'open'],
    'blocked by hand',
  );
  assert.is(open.evidence.code, 'toll_block');
  assert.equal(
    open.callRows.map((c) => c.uniqueid),
    ['1', '2'],
  );
  incidents.change(db, first!, {
    state: 'closed',
    resolution: 'fraud',
    who: 'root',
    why: 'phone replaced',
    at: TUESDAY + 9,
  });
  assert.is.not(await ask('3'), first);
  assert.equal(
    incidents.get(db, first!)!.log.map((line) => [line.who, line.what, line.why]),
    [
      ['guard', 'opened', open.title],
      ['root', 'closed', 'phone replaced'],
    ],
  );
  assert.equal(
    incidents.list(db, { state: 'closed' }).map((i) => [i.id, i.resolution, i.closed_at]),
    [[first, 'fraud', TUESDAY + 9]],
  );
  assert.is(incidents.get(db, 999), null);
  assert.throws(() => incidents.change(db, 999, { state: 'closed', who: 'root', why: '', at: 0 }), /no incident 999/);
});

test('calls are listed oldest first, by time, extension and site, the newest when there are too many', async ({
  ledger,
}) => {
  for (let i = 0; i < 5; i++) {
    const call = attempt(hamburg, { uniqueid: `${i}`, at: TUESDAY + i, ext: i === 2 ? null : '214' });
    await ledger.admit(call, judge(call));
  }
  const ids = (filter: calls.CallFilter) => calls.list(ledger.db, filter).map((c) => c.uniqueid);
  assert.equal(ids({}), ['0', '1', '2', '3', '4']);
  assert.equal(ids({ since: TUESDAY + 3 }), ['3', '4']);
  assert.equal(ids({ limit: 2 }), ['3', '4']);
  assert.equal(ids({ ext: '' }), ['2']);
  assert.equal(ids({ site: 'other' }), []);
  assert.ok(calls.list(ledger.db)[0]!.reasons[0]!.code);
});

test.run();
