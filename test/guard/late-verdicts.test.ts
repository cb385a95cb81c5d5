import * as assert from 'uvu/assert';
import type { Ledger } from '../../src/guard/ports.ts';
import { guardOnTheBench } from '../support/guard-bench.ts';
import { suite } from '../support/suite.ts';

const test = suite('late verdicts');

const KENYA = '00254203456789';

test('a store slower than the deadline leaves the call to the fallback, and its late verdict holds no money', async () => {
  const slow = (ledger: Ledger): Ledger => ({
    ...ledger,
    admit: async (...args) => {
      const recorded = await ledger.admit(...args);
      await new Promise((resolve) => setTimeout(resolve, 60));
      return recorded;
    },
  });
  const { ask, settings, ledger, guard } = guardOnTheBench({ wrap: slow });
  settings.deadlineMs = 20;
  settings.mode = 'observe';
  assert.is((await ask(KENYA)).action, 'unavailable');
  await new Promise((resolve) => setTimeout(resolve, 100));
  assert.equal(ledger.open(), []);
  await guard.sweep();
});

test('a late verdict keeps its reserve where the same call was asked again and answered in time', async () => {
  let wait = 0;
  const slow = (ledger: Ledger): Ledger => ({
    ...ledger,
    admit: async (...args) => {
      const ms = wait;
      const recorded = await ledger.admit(...args);
      await new Promise((resolve) => setTimeout(resolve, ms));
      return recorded;
    },
  });
  const { ask, settings, ledger } = guardOnTheBench({ wrap: slow });
  settings.deadlineMs = 150;
  settings.mode = 'observe';
  const actions: string[][] = [];
  // Milliseconds the store takes for two questions of one call, the second when the first is over its deadline.
  for (const [i, [first, second]] of [
    [250, 0],
    [200, 80],
    [250, 250],
    [0, 250],
  ].entries()) {
    wait = first!;
    const { action } = await ask(KENYA, { uniqueid: `${i}.1` });
    wait = second!;
    actions.push([action, (await ask(KENYA, { uniqueid: `${i}.1` })).action]);
    await new Promise((resolve) => setTimeout(resolve, 300));
  }
  assert.equal(actions, [
    ['unavailable', 'allow'],
    ['unavailable', 'allow'],
    ['unavailable', 'unavailable'],
    ['allow', 'unavailable'],
  ]);
  assert.equal(
    ledger.open().map(({ uniqueid }) => uniqueid),
    ['0.1', '1.1', '3.1'],
    'only what nobody heard of is taken back',
  );
});

test.run();
