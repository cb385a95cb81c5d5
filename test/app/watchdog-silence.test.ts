import * as assert from 'uvu/assert';
import { type Look, listenFrom } from '../../src/app/watchdog-silence.ts';
import { suite } from '../support/suite.ts';

const test = suite('silence of the guard');

const at = (now: number): Look => ({ now, waited: 0, stolen: 0, state: 'S' });

/** What is counted after looks of 50 ms in each of which the guard waits and the host steals so long. */
function after(looks: number, { waits = 0, steals = 0, every = 50, state = 'S' }) {
  const { look } = listenFrom(at(0));
  let counted = { silent: 0, starved: 0 };
  for (let i = 1; i <= looks; i++) counted = look({ now: i * every, waited: i * waits, stolen: i * steals, state });
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

test('one that was stopped is silent, whoever has its CPU', () => {
  assert.equal(after(20, { steals: 100, state: 'T' }), { silent: 1000, starved: 1000 });
});

test('one that the disk holds up is only starved: no signal would reach it', () => {
  assert.equal(after(20, { state: 'D' }), { silent: 0, starved: 1000 });
});

test('where the whole machine stood still only a moment counts', () => {
  assert.equal(after(1, { every: 60_000 }), { silent: 400, starved: 400 });
});

test('a sign of life begins anew', () => {
  const silence = listenFrom(at(0));
  silence.look(at(150));
  silence.heard(at(180));
  assert.equal(silence.look(at(200)), { silent: 20, starved: 20 });
});

test.run();
