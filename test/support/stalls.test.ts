import * as assert from 'uvu/assert';
import { patiently, watchStalls } from './stalls.ts';
import { suite } from './suite.ts';
import { sleep } from './until.ts';

const test = suite('stalls');

/** A file that fails so many times and then passes, on a machine that stands still for `stallMs` at each run. */
async function tried(failures: number, stallMs: number) {
  let [runs, held] = [0, 0];
  const told: number[] = [];
  const run = async () => {
    held += stallMs;
    return { failed: ++runs <= failures ? 1 : 0 };
  };
  const { failed } = await patiently(
    run,
    () => held,
    (_, ms) => told.push(ms),
  );
  return { runs, failed, told };
}

test('a failure counts, unless the machine stood still; what fails again has failed', async () => {
  assert.equal(await tried(1, 999), { runs: 1, failed: 1, told: [] });
  assert.equal(await tried(1, 1_000), { runs: 2, failed: 0, told: [1_000] });
  assert.equal(await tried(2, 5_000), { runs: 2, failed: 1, told: [5_000] });
  assert.equal(await tried(0, 5_000), { runs: 1, failed: 0, told: [] });
});

test('a process that gets no turn has stood still for as long', async () => {
  const stalled = watchStalls();
  await sleep(60);
  const before = stalled();
  for (const end = performance.now() + 400; performance.now() < end; );
  await sleep(60);
  assert.ok(stalled() - before >= 300, `${stalled() - before} ms`);
});

test.run();
