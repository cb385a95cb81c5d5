import * as assert from 'uvu/assert';
import { charge, micros } from '../../src/core/money.ts';
import * as calls from '../../src/store/sqlite/calls.ts';
import * as confirmations from '../../src/store/sqlite/confirmations.ts';
import * as incidents from '../../src/store/sqlite/incidents.ts';
import { attempt, hamburg } from '../support/facts.ts';
import { suite } from '../support/suite.ts';
import { confirmed, DAY, end, judge, ledgerOf, MINUTE, morocco, refusal, seen, TUESDAY } from './support.ts';

const test = suite('ledger');

test('a national call is allowed, recorded and holds concurrency until its end', async () => {
  const ledger = ledgerOf();
  const call = attempt(hamburg, { addr: '192.0.2.7' });
  const first = await ledger.admit(call, judge(call));
  assert.is(first.decision.verdict.action, 'allow');
  assert.equal(ledger.open(), [
    { call: first.call, pbx: 'asterisk', uniqueid: call.uniqueid, site: 'main', ext: '214', since: TUESDAY },
  ]);
  const other = attempt(hamburg, { uniqueid: '2', at: TUESDAY + 1000 });
  const { kept, decide } = seen(judge(other));
  await ledger.admit(other, decide);
  assert.is(kept[0]!.usage.concurrent.all, 1);
  assert.is(kept[0]!.usage.calls_per_minute.all, 1);
  assert.is(kept[0]!.usage.calls_per_minute.international, 0);
  assert.equal(await ledger.callEnded(end(call, 61, { cause: 16 })), {
    marked: false,
    kept: false,
    seconds: 61,
    charged: 0,
  });
  const [row] = calls.list(ledger.db);
  assert.equal(
    [row!.state, row!.billsec, row!.charged, row!.e164, row!.addr, row!.verdict],
    ['ended', 61, 0, '+494012345678', '192.0.2.7', 'allow'],
  );
  ledger.close();
});

test('a warned call reserves once it is confirmed, and its end charges what it cost', async () => {
  const ledger = ledgerOf();
  const call = attempt(morocco);
  const asked = await ledger.admit(call, judge(call));
  assert.is(asked.decision.verdict.action, 'warn');
  assert.equal(ledger.open(), []);
  const yes = await ledger.answered(asked.call, { ...call, at: TUESDAY + 5000 }, 'confirmed', judge(call));
  const lease = yes.decision.lease!;
  assert.is(yes.decision.verdict.action, 'allow');
  assert.ok(lease.reserved > 0 && lease.reserved <= micros(25));
  const next = attempt(morocco, { uniqueid: '2', at: TUESDAY + MINUTE });
  const { kept, decide } = seen(judge(next));
  await ledger.preview(next, decide);
  assert.equal(kept[0]!.spent, { extension: lease.reserved, site: lease.reserved });
  assert.is(kept[0]!.moneyCalls, 1);
  assert.is(kept[0]!.confirmed.today, true);
  assert.is(kept[0]!.confirmed.blockSpent, lease.reserved);
  const { charged } = await ledger.callEnded(end(call, 50));
  assert.is(charged, charge(lease.tariff!, 50));
  await ledger.preview(next, decide);
  assert.equal(kept[1]!.spent, { extension: charged, site: charged });
  assert.equal(
    calls.list(ledger.db).map((c) => [c.verdict, c.state, c.charged]),
    [['warn', 'ended', charged]],
  );
  assert.is(incidents.list(ledger.db)[0]?.resolution, 'confirmed');
  assert.equal(
    confirmations.list(ledger.db).map((c) => [c.ext, c.region, c.block, c.day, c.working]),
    [['214', 'MA', '+2126615501', '2026-11-24', 1]],
  );
  ledger.close();
});

test('a wrong key is remembered; a refused call stays refused, and its incident counts it as stopped', async () => {
  const ledger = ledgerOf();
  const call = attempt(morocco);
  const { call: id } = await ledger.admit(call, judge(call));
  const again = await ledger.answered(id, call, 'wrong', judge(call));
  assert.is(again.decision.verdict.action, 'warn');
  assert.is(again.decision.keys, 3);
  const no = await ledger.answered(id, call, 'wrong', refusal(call));
  assert.is(no.decision.verdict.action, 'block');
  const late = await ledger.answered(id, call, 'confirmed', judge(call));
  assert.equal([late.repeated, late.decision.verdict.action], [true, 'block']);
  const asked = await ledger.admit(call, judge(call));
  assert.equal([asked.repeated, asked.decision.verdict.action, asked.call], [true, 'block', id]);
  const [incident] = incidents.list(ledger.db);
  assert.equal([incident!.kind, incident!.calls, incident!.stopped, incident!.state], ['questioned', 1, 1, 'open']);
  assert.equal(ledger.open(), []);
  ledger.close();
});

test('an end before its question leaves a mark: no lease opens, once', async () => {
  const ledger = ledgerOf();
  const call = attempt(hamburg);
  assert.is((await ledger.callEnded(end(call, 0))).marked, true);
  const { decision } = await ledger.admit(call, judge(call));
  assert.equal([decision.verdict.action, decision.verdict.reasons[0]?.code], ['block', 'call_ended']);
  assert.equal(ledger.open(), []);
  const careless = attempt(hamburg, { uniqueid: '2' });
  await ledger.callEnded(end(careless, null, { e164: null }));
  try {
    await ledger.admit(careless, (facts) => judge(careless)({ ...facts, endedAlready: false }));
    assert.unreachable();
  } catch (thrown) {
    assert.match(String(thrown), /a lease was to open for a call that has ended/);
  }
  assert.is(calls.list(ledger.db).length, 1);
  ledger.close();
});

test('of billed seconds the largest counts, whenever it comes; nonsense does not; without any, wall time', async () => {
  const cases: [seconds: number[], answered: boolean | null, want: number][] = [
    [[10, 40, 20], true, 40],
    [[], null, 60],
    [[], true, 60],
    [[], false, 0],
    [[0], null, 0],
    [[0], true, 60],
    [[0, 7], false, 7],
    [[Number.NaN, -5, 11 * 86_400], null, 60],
    [[12.2], true, 13],
  ];
  for (const [seconds, answered, want] of cases) {
    const ledger = ledgerOf();
    const call = attempt(morocco);
    const { decision } = await confirmed(ledger, call);
    const told = end(call, null, { at: TUESDAY + MINUTE, seconds, answered });
    const released = await ledger.callEnded(told);
    assert.is(released.seconds, want, JSON.stringify(seconds));
    assert.is(released.charged, want === 0 ? 0 : charge(decision.lease!.tariff!, want));
    const twice = await ledger.callEnded({ ...told, seconds: [want + 30] });
    assert.is(twice.charged, charge(decision.lease!.tariff!, want + 30));
    assert.is((await ledger.callEnded(told)).charged, twice.charged, 'a smaller figure later changes nothing');
    assert.is(calls.list(ledger.db)[0]!.billsec, want + 30);
    ledger.close();
  }
});

test('a lease that nobody ended is charged in full when its life is over', async () => {
  const ledger = ledgerOf();
  const call = attempt(morocco);
  const { decision } = await confirmed(ledger, call);
  const { lifetimeMs, reserved, maxSeconds } = decision.lease!;
  assert.is(await ledger.sweep(TUESDAY + lifetimeMs - 1), 0);
  assert.is(await ledger.sweep(TUESDAY + lifetimeMs), 1);
  const [row] = calls.list(ledger.db);
  assert.equal([row!.state, row!.charged, row!.billsec], ['ended', reserved, maxSeconds]);
  const later = attempt(morocco, { uniqueid: '3', at: TUESDAY + lifetimeMs + DAY });
  const { kept, decide } = seen(judge(later));
  await ledger.preview(later, decide);
  await ledger.preview({ ...later, at: later.at + 1 }, decide);
  assert.equal(
    kept.map((facts) => facts.spent.extension),
    [reserved, 0],
  );
  ledger.close();
});

test('what a channel list of two rounds does not hold has ended', async () => {
  const ledger = ledgerOf();
  const call = attempt(hamburg);
  const live = attempt(hamburg, { uniqueid: 'live' });
  await ledger.admit(call, judge(call));
  await ledger.admit(live, judge(live));
  const round = (seconds: number, pbx = 'asterisk') =>
    ledger.reconcile(pbx, new Set(['live']), TUESDAY + seconds * 1000);
  assert.is(await round(0), 0, 'opened after the list was asked for');
  assert.is(await round(10), 0);
  assert.is(await round(10, 'freeswitch'), 0);
  assert.is(await round(20), 1);
  assert.equal(
    ledger.open().map((o) => o.uniqueid),
    ['live'],
  );
  assert.is(calls.list(ledger.db)[0]!.billsec, 20);
  ledger.close();
});

test('one decision that throws harms no other in its transaction', async () => {
  const ledger = ledgerOf();
  const all = ['1', '2', '3'].map((uniqueid) => attempt(hamburg, { uniqueid }));
  const results = await Promise.allSettled(
    all.map((call) =>
      ledger.admit(call, (facts) => {
        if (call.uniqueid === '2') throw new RangeError('no');
        return judge(call)(facts);
      }),
    ),
  );
  assert.equal(
    results.map((r) => r.status),
    ['fulfilled', 'rejected', 'fulfilled'],
  );
  assert.equal(
    calls.list(ledger.db).map((c) => c.uniqueid),
    ['1', '3'],
  );
  ledger.close();
});

test.run();
