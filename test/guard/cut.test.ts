import * as assert from 'uvu/assert';
import { startCutting } from '../../src/guard/cut.ts';
import type { LiveCalls } from '../../src/guard/port-live.ts';
import * as blocks from '../../src/store/sqlite/blocks.ts';
import { blockedCalls } from '../../src/store/sqlite/cuts.ts';
import * as incidents from '../../src/store/sqlite/incidents.ts';
import type { SqliteLedger } from '../../src/store/sqlite/ledger.ts';
import * as settings from '../../src/store/sqlite/settings.ts';
import { judge, ledgerOf, morocco, TUESDAY } from '../store/support.ts';
import { attempt, hamburg } from '../support/facts.ts';
import { suite } from '../support/suite.ts';
import { sleep, until } from '../support/until.ts';

const test = suite('ending blocked calls');
const SILENT = { info: () => undefined, warn: () => undefined, error: () => undefined };

/** A PBX that remembers what it was told to end; `fails` times it cannot be asked. */
function pbx(fails = 0): LiveCalls & { ended: string[] } {
  const ended: string[] = [];
  let left = fails;
  return {
    pbx: 'asterisk',
    ended,
    live: async () => null,
    hangup: async (uniqueid) => {
      if (left-- > 0) throw new Error('not connected');
      return ended.push(uniqueid);
    },
    onHangup: () => undefined,
    connected: () => true,
    close: () => undefined,
  };
}

/** Extensions 214 and 215 each with a call abroad and one at home. */
async function busy(): Promise<SqliteLedger> {
  const ledger = ledgerOf();
  for (const ext of ['214', '215']) {
    for (const destination of [morocco, hamburg]) {
      const call = attempt(destination, { ext, uniqueid: `${ext}.${destination.region}` });
      const { call: row } = await ledger.admit(call, judge(call));
      if (destination === morocco) {
        await ledger.answered(row, { ...call, at: TUESDAY + 1 }, 'confirmed', judge(call));
      }
    }
  }
  assert.is(ledger.open().length, 4);
  return ledger;
}

const block = (ledger: SqliteLedger, more: Partial<blocks.NewBlock> = {}): number =>
  blocks.add(ledger.db, {
    what: 'international',
    ext: '214',
    reason: 'test',
    by: 'admin',
    at: TUESDAY + 5000,
    ...more,
  });

async function cut(ledger: SqliteLedger, calls: ReturnType<typeof pbx>, count: number): Promise<string[]> {
  const stop = startCutting(
    blockedCalls(ledger.db, () => 'enforce'),
    [calls],
    () => TUESDAY + 6000,
    SILENT,
  );
  try {
    await until('the hangups', () => calls.ended.length >= count, 3_000);
    await sleep(600);
  } finally {
    stop();
  }
  return calls.ended.sort();
}

test('a block ends the calls abroad of its extension, once each, and says so in the incident', async () => {
  const ledger = await busy();
  const incident = incidents.add(ledger.db, {
    kind: 'pattern',
    severity: 'critical',
    site: 'main',
    title: 'x',
    evidence: { code: 'x' },
    who: 'guard',
    why: '',
    at: TUESDAY,
  });
  const id = block(ledger, { incident });
  assert.equal(await cut(ledger, pbx(), 1), ['214.MA']);
  const log = incidents.get(ledger.db, incident)!.log.map((l) => `${l.what}: ${l.why}`);
  assert.equal(log.slice(1), [`call ended: the call to +212661550100 was ended on asterisk by block ${id}`]);
  ledger.close();
});

test('a block of everything ends calls at home too, one of a prefix only its own', async () => {
  const all = await busy();
  block(all, { what: 'all' });
  assert.equal(await cut(all, pbx(), 2), ['214.DE', '214.MA']);
  const told = incidents.list(all.db, { kind: 'toll_block' });
  assert.equal(
    told.map(({ severity, ext, calls }) => [severity, ext, calls]),
    [['info', '214', 1]],
    'the block has no incident, nor has the call at home',
  );
  assert.match(
    incidents.get(all.db, told[0]!.id)!.log.at(-1)!.why,
    /the call to \+49\d+ was ended on asterisk by block 1/,
  );
  all.close();
  const some = await busy();
  block(some, { ext: '', prefix: '2126' });
  block(some, { ext: '', prefix: '44' });
  assert.equal(await cut(some, pbx(), 2), ['214.MA', '215.MA']);
  some.close();
});

test('a PBX that cannot be asked is asked again', async () => {
  const ledger = await busy();
  block(ledger);
  assert.equal(await cut(ledger, pbx(2), 1), ['214.MA']);
  ledger.close();
});

test('no call ends by a block that is lifted, over or older, nor in observe mode', async () => {
  const ledger = await busy();
  block(ledger, { at: TUESDAY - 1 });
  block(ledger, { until: TUESDAY + 5500 });
  blocks.lift(ledger.db, { id: block(ledger), by: 'admin', at: TUESDAY + 5001 });
  assert.equal(await cut(ledger, pbx(), 0), []);
  block(ledger);
  settings.set(ledger.db, 'observe_until', String(TUESDAY + 10_000));
  assert.equal(await cut(ledger, pbx(), 0), []);
  settings.set(ledger.db, 'observe_until', null);
  assert.equal(await cut(ledger, pbx(), 1), ['214.MA']);
  ledger.close();
});

test.run();
