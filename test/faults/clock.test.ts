import * as assert from 'uvu/assert';
import { localTime } from '../../src/core/local-time.ts';
import { micros } from '../../src/core/money.ts';
import { onClock, steadyClock } from '../../src/guard/clock.ts';
import * as confirmations from '../../src/store/sqlite/confirmations.ts';
import * as limits from '../../src/store/sqlite/limits.ts';
import { TUESDAY } from '../support/facts.ts';
import { type Bench, dialAttempt, guardOnTheBench, payerOf } from '../support/guard-bench.ts';
import { suite } from '../support/suite.ts';

// The machine's clock jumps, the guard judges by a steady one. Money that was spent stays spent for 24 hours of real time,
// and nobody is stopped for calls that only seem to lie close together.

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const ABROAD = '00447400123456';
const HOME = '0401234567';

interface Machine extends Bench {
  /** Real time goes on. */
  pass(ms: number): void;
  /** Somebody or something sets the clock. */
  set(byMs: number): void;
  jumps: { by: number; believed: boolean }[];
}

/** A guard whose machine has a clock that can be set, and calls the United Kingdom unasked. */
function machine(from = TUESDAY): Machine {
  const bench = guardOnTheBench({ policy: { ceilingExtension: micros(3), ceilingSite: micros(100) } });
  let [wall, elapsed] = [from, 0];
  const jumps: Machine['jumps'] = [];
  const now = steadyClock({
    wall: () => wall,
    elapsed: () => elapsed,
    onJump: (by, believed) => void jumps.push({ by, believed }),
  });
  bench.clock.now = from;
  confirmations.add(bench.ledger.db, {
    site: 'main',
    region: 'GB',
    at: from,
    by: 'admin',
    local: localTime(from, 'Europe/Berlin'),
    working: true,
  });
  const guard = onClock(bench.guard, now);
  const tick = () => {
    bench.clock.now = now();
  };
  return {
    ...bench,
    guard,
    jumps,
    ask: (digits, more) => guard.ask(dialAttempt(digits, Number.NaN, more)),
    pass: (ms) => {
      wall += ms;
      elapsed += ms;
      tick();
    },
    set: (ms) => {
      wall += ms;
      tick();
    },
  };
}

let calls = 0;
const ask = (m: Machine, digits: string, ext = '214') =>
  m.ask(digits, { uniqueid: `c.${++calls}`, payer: payerOf(ext) });

/** One call that takes all that extension 214 may spend in 24 hours. */
async function spendAll(m: Machine): Promise<void> {
  const { action, maxSeconds } = await ask(m, ABROAD);
  assert.is(action, 'allow');
  const uniqueid = `c.${calls}`;
  m.pass(maxSeconds! * 1000);
  await m.end(uniqueid, maxSeconds!);
  assert.equal(await verdict(m, ABROAD), ['block', 'ceiling_extension']);
}

const verdict = async (m: Machine, digits: string, ext?: string): Promise<string[]> => {
  const { action, reason } = await ask(m, digits, ext);
  return [action, reason];
};

const test = suite('clock');

test('a clock that jumps two days ahead, and back after ten minutes, changes nothing', async () => {
  const m = machine();
  await spendAll(m);
  m.set(2 * DAY);
  m.pass(10 * MINUTE);
  assert.equal(await verdict(m, ABROAD), ['block', 'ceiling_extension']);
  assert.is((await ask(m, HOME)).action, 'allow');
  m.set(-2 * DAY);
  m.pass(MINUTE);
  assert.equal(m.jumps, [{ by: 2 * DAY, believed: false }]);
  assert.is((await ask(m, HOME)).action, 'allow');
  assert.is((await ask(m, ABROAD, '215')).action, 'allow');
  m.pass(DAY - 12 * MINUTE);
  assert.equal(await verdict(m, ABROAD), ['block', 'ceiling_extension']);
  m.pass(2 * MINUTE);
  assert.is((await ask(m, ABROAD)).action, 'allow');
});

test('a call under way keeps its lease when the clock jumps ahead', async () => {
  const m = machine();
  assert.is((await ask(m, ABROAD)).action, 'allow');
  m.set(3 * HOUR);
  await m.guard.sweep();
  assert.is(m.ledger.open().length, 1);
});

test('a clock that stays ahead is believed after a quarter of an hour; small corrections at once', async () => {
  const m = machine();
  m.set(30_000);
  assert.is(m.clock.now, TUESDAY + 30_000);
  m.set(DAY);
  m.pass(14 * MINUTE);
  assert.is(m.clock.now, TUESDAY + 30_000 + 14 * MINUTE);
  m.pass(2 * MINUTE);
  assert.is(m.clock.now, TUESDAY + 30_000 + DAY + 16 * MINUTE);
  assert.equal(m.jumps, [{ by: DAY, believed: false }]);
});

test('a clock that goes back three hours frees no money and stops nobody', async () => {
  const m = machine();
  await spendAll(m);
  for (let n = 0; n < 65; n++) {
    assert.equal(await verdict(m, HOME, '216'), ['allow', 'national']);
    await m.end(`c.${calls}`, 30);
    m.pass(MINUTE);
  }
  m.set(-3 * HOUR);
  assert.equal(m.jumps, [{ by: -3 * HOUR, believed: true }]);
  for (let n = 0; n < 20; n++) {
    assert.equal(await verdict(m, HOME, '216'), ['allow', 'national']);
    m.pass(MINUTE);
  }
  assert.equal(await verdict(m, ABROAD), ['block', 'ceiling_extension']);
  assert.is((await ask(m, ABROAD, '215')).action, 'allow');
  m.pass(DAY - 85 * MINUTE);
  assert.equal(await verdict(m, ABROAD), ['block', 'ceiling_extension']);
  m.pass(4 * HOUR);
  assert.is((await ask(m, ABROAD)).action, 'allow');
});

test('a day has 24 hours when daylight saving begins or ends; opening hours are the wall clock’s', async () => {
  for (const [before, opens] of [
    [Date.UTC(2026, 2, 28, 22), Date.UTC(2026, 2, 29, 6)],
    [Date.UTC(2026, 9, 24, 22), Date.UTC(2026, 9, 25, 7)],
  ] as const) {
    const m = machine(before);
    limits.set(m.ledger.db, 'main', '218', 'hours', 'Mon-Sun 08:00-20:00');
    await spendAll(m);
    const spentAt = m.clock.now;
    m.pass(opens - m.clock.now - MINUTE);
    assert.equal(await verdict(m, HOME, '218'), ['block', 'limit_hours']);
    m.pass(MINUTE);
    assert.is((await ask(m, HOME, '218')).action, 'allow');
    m.pass(spentAt + DAY - MINUTE - m.clock.now);
    assert.equal(await verdict(m, ABROAD), ['block', 'ceiling_extension']);
    m.pass(2 * MINUTE);
    assert.is((await ask(m, ABROAD)).action, 'allow');
    assert.equal(m.jumps, []);
  }
});

test.run();
