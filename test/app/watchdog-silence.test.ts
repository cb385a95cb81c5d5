import * as assert from 'uvu/assert';
import { listenFrom } from '../../src/app/watchdog-silence.ts';
import { suite } from '../support/suite.ts';

const test = suite('silence of the guard');

/** What is counted after looks of 50 ms in each of which the guard waits and the host steals so long. */
function after(looks: number, { waits = 0, steals = 0, every = 50 }) {
  const { look } = listenFrom({ now: 0, waited: 0, stolen: 0 });
  let counted = { silent: 0, starved: 0 };
  for (let i = 1; i <= looks; i++) counted = look({ now: i * every, waited: i * waits, stolen: i * steals });
  return counted;
}

test('a guard that could have spoken is silent', () => {
  assert.equal(after(20, {}), { silent: 1000, starved: 1000 });
});

test('one that waits for a CPU, or whose CPU the host of the virtual machine took, is only starved', () => {
  assert.equal(after(20, { waits: 50 }), { silent: 0, starved: 1000 });
  assert.equal(after(20, { steals: 50 }), { silent: 0, starved: 1000 });
  assert.equal(after(20, { waits: 20, steals: 20 }), { silent: 200, starved: 1000 });
  assert.equal(after(20, { steals: 100 }), { silent: 0, starved: 1000 }, 'two processors taken count no time back');
});

test('where the whole machine stood still only a moment counts', () => {
  assert.equal(after(1, { every: 60_000 }), { silent: 400, starved: 400 });
});

test('a sign of life begins anew', () => {
  const silence = listenFrom({ now: 0, waited: 0, stolen: 0 });
  silence.look({ now: 150, waited: 0, stolen: 0 });
  silence.heard({ now: 180, waited: 0, stolen: 0 });
  assert.equal(silence.look({ now: 200, waited: 0, stolen: 0 }), { silent: 20, starved: 20 });
});

test.run();
