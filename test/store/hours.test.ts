import * as assert from 'uvu/assert';
import { weekOf } from '../../src/core/habit.ts';
import { localTime } from '../../src/core/local-time.ts';
import { allHours, keepHours } from '../../src/store/sqlite/hours.ts';
import type { SqliteLedger } from '../../src/store/sqlite/ledger.ts';
import { attempt, hamburg } from '../support/facts.ts';
import { suite } from '../support/suite.ts';
import { DAY, judge, ledgerOf, MINUTE, morocco, TUESDAY } from './support.ts';

const test = suite<{ ledger: SqliteLedger }>('hours of the week');
test.before.each((t) => {
  t.ledger = ledgerOf();
});
test.after.each(({ ledger }) => ledger.close());

let serial = 0;
async function dials(ledger: SqliteLedger, at: number, destination = hamburg): Promise<void> {
  const call = attempt(destination, { uniqueid: `h${++serial}`, at });
  const { call: id, decision } = await ledger.admit(call, judge(call));
  if (decision.verdict.action === 'warn') await ledger.answered(id, call, 'confirmed', judge(call));
}

const WEEK = 7 * DAY;
/** Tuesday, eleven o'clock in Berlin. */
const HOUR = 2 * 24 + 11;
const hours = ({ db }: SqliteLedger) => allHours(db).map(({ hour, weeks }) => [hour, weeks]);

test('a call that goes out is a bit of its hour, once a week', async ({ ledger }) => {
  await dials(ledger, TUESDAY);
  await dials(ledger, TUESDAY + MINUTE);
  assert.equal(hours(ledger), [[HOUR, 1]]);
  await dials(ledger, TUESDAY + 2 * WEEK);
  await dials(ledger, TUESDAY + 2 * WEEK + 60 * MINUTE);
  assert.equal(hours(ledger), [
    [HOUR, 0b101],
    [HOUR + 1, 1],
  ]);
});

test('a question, confirmed or not, makes no habit', async ({ ledger }) => {
  await dials(ledger, TUESDAY, morocco);
  assert.equal(hours(ledger), []);
});

test('what is learned joins what is known, whichever is older', async ({ ledger }) => {
  const week = weekOf(localTime(TUESDAY, 'Europe/Berlin'));
  await dials(ledger, TUESDAY);
  const row = { site: 'main', ext: '214', hour: HOUR };
  await keepHours(ledger.db, [{ ...row, week: week - 2, weeks: 0b11 }]);
  assert.equal(hours(ledger), [[HOUR, 0b1101]]);
  await keepHours(ledger.db, [{ ...row, week: week + 1, weeks: 1 }]);
  assert.equal(hours(ledger), [[HOUR, 0b11011]]);
  await keepHours(ledger.db, [{ ...row, week: week + 20, weeks: 1 }]);
  assert.equal(hours(ledger), [[HOUR, 1]], 'thirteen weeks');
});

test.run();
