import * as assert from 'uvu/assert';
import { ruleWatch, SILENT_MS, silentRules } from '../../src/guard/silence.ts';
import { habitsReader, silences } from '../../src/store/sqlite/habits.ts';
import * as incidents from '../../src/store/sqlite/incidents.ts';
import type { SqliteLedger } from '../../src/store/sqlite/ledger.ts';
import * as settings from '../../src/store/sqlite/settings.ts';
import { spoken } from '../../src/store/sqlite/spoken.ts';
import { DAY, judge, ledgerOf, MINUTE, TUESDAY } from '../store/support.ts';
import { attempt, hamburg, somalia } from '../support/facts.ts';
import { suite } from '../support/suite.ts';

const test = suite('what is not known, and rules that say nothing');
const log = { info: () => undefined, warn: () => undefined, error: () => undefined };

function watch(ledger: SqliteLedger, clock: { now: number }, codes: string[] = []) {
  const told = [0];
  return ruleWatch({
    sites: () => ['main'],
    habits: habitsReader(ledger.db),
    silent: (now) => silentRules(codes, spoken(ledger.db), now),
    told: { get: () => told.at(-1)!, set: (at) => void told.push(at) },
    ledger,
    now: () => clock.now,
    log,
  });
}

const call = async (ledger: SqliteLedger, n: number, at: number, to = hamburg) => {
  const asked = attempt({ ...to, e164: `${to.e164.slice(0, -2)}${10 + n}` }, { uniqueid: `1.${n}`, at });
  await ledger.admit(asked, judge(asked));
};
const found = ({ db }: SqliteLedger) => incidents.list(db).filter(({ kind }) => kind === 'guard');

test('a site at work of which nothing was learned is told of after a day, more gravely after two weeks, until it is', async () => {
  const ledger = ledgerOf();
  const clock = { now: TUESDAY };
  const look = watch(ledger, clock);
  for (let n = 0; n < 20; n++) await call(ledger, n, TUESDAY + n * MINUTE);
  await look();
  assert.equal(found(ledger), [], 'a fresh installation');
  clock.now = TUESDAY + DAY + 1;
  await look();
  await look();
  assert.equal(
    found(ledger).map(({ severity, site, calls }) => [severity, site, calls]),
    [['info', 'main', 0]],
  );
  assert.equal(silences(ledger.db), [{ kind: 'unlearned:main', incident: 1 }]);
  clock.now = TUESDAY + 15 * DAY;
  await look();
  assert.is(found(ledger)[0]!.severity, 'info', 'nothing that costs money was dialled');
  await call(ledger, 30, clock.now, somalia);
  await look();
  assert.equal(
    found(ledger).map(({ severity, title }) => [severity, /two weeks/.test(title)]),
    [['warning', true]],
  );
  for (const name of settings.ceilingSettings('main')) settings.set(ledger.db, name, '1');
  await look();
  assert.equal([found(ledger)[0]!.state, silences(ledger.db)], ['closed', []]);
  ledger.close();
});

test('a quiet or a learned site is let be', async () => {
  const ledger = ledgerOf();
  for (let n = 0; n < 19; n++) await call(ledger, n, TUESDAY + n * MINUTE);
  await watch(ledger, { now: TUESDAY + 90 * DAY })();
  assert.equal(found(ledger), []);
  ledger.close();
});

test('rules that said nothing for 90 days are named once a quarter', async () => {
  const ledger = ledgerOf();
  settings.set(ledger.db, 'spoken_since', String(TUESDAY));
  const clock = { now: TUESDAY + SILENT_MS - 1 };
  const look = watch(ledger, clock, ['new_destination', 'parallel', 'insisting']);
  await call(ledger, 1, TUESDAY, somalia);
  await look();
  assert.equal(found(ledger), [], 'it is not known for so long');
  await call(ledger, 2, TUESDAY + 80 * DAY, somalia);
  clock.now = TUESDAY + SILENT_MS + 1;
  await look();
  const told = () => incidents.get(ledger.db, found(ledger)[0]!.id)!.log.filter(({ what }) => what === 'silent');
  assert.equal(
    told().map(({ why }) => why),
    ['parallel: never spoke', 'insisting: never spoke'],
  );
  clock.now += 30 * DAY;
  await look();
  assert.is(told().length, 2);
  clock.now += SILENT_MS;
  await look();
  assert.is(told().at(-3)!.why, 'new_destination: spoke last on 2027-02-12');
  assert.equal(silences(ledger.db)[0]!.kind, 'rules');
  ledger.close();
});

test.run();
