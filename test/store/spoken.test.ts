import * as assert from 'uvu/assert';
import { spoken } from '../../src/store/sqlite/spoken.ts';
import { attempt, TUESDAY } from '../support/facts.ts';
import { suite } from '../support/suite.ts';
import { DAY, judge, ledgerOf, morocco, refusal } from './support.ts';

const test = suite('when rules spoke');

test('a rule speaks in a verdict, and in the one that follows an answer', async () => {
  const ledger = ledgerOf();
  const said = () => spoken(ledger.db).last;
  const call = attempt(morocco, { uniqueid: '1.1' });
  const { call: row } = await ledger.admit(call, judge(call));
  assert.is(said().get('new_destination'), TUESDAY);
  assert.is(said().get('warning_refused'), undefined);
  await ledger.answered(row, { ...call, at: TUESDAY + 1_000 }, 'wrong', refusal(call));
  assert.is(said().get('warning_refused'), TUESDAY + 1_000);
  ledger.close();
});

test('the first time of a day is kept, and the last day', async () => {
  const ledger = ledgerOf();
  for (const [i, at] of [TUESDAY, TUESDAY + 60_000, TUESDAY + DAY].entries()) {
    const call = attempt(morocco, { uniqueid: `2.${i}`, at });
    await ledger.admit(call, judge(call));
    assert.is(spoken(ledger.db).last.get('new_destination'), i === 2 ? TUESDAY + DAY : TUESDAY);
  }
  ledger.close();
});

test.run();
