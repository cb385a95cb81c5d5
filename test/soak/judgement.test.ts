import * as assert from 'uvu/assert';
import { suite } from '../support/suite.ts';
import { level, outcomes } from './judgement.ts';
import type { Minute } from './minutes.ts';

const test = suite('judgement of a soak');

const SIZES = { guardMb: 150, guardFiles: 50, asteriskMb: 400, asteriskFiles: 1_000, walMb: 10, databaseMb: 30 };
type Seen = Partial<Omit<Minute, 'batch'>> & { failed?: number; p99?: number };

function minute({ failed = 0, p99 = 50, ...seen }: Seen = {}): Minute {
  const batch = { calls: 100, failed: new Map([['known 403', failed]]), p50: 10, p95: 20, p99 };
  return { ...SIZES, batch, slowest: 20, undecided: 0, stolen: 0, ...seen };
}

const minutes = (...seen: Seen[]): Minute[] => Array.from({ length: 12 }, (_, i) => minute(seen[i]));
const bad = (of: Minute[]) => [...level(of), ...outcomes(of)].filter(({ holds }) => !holds).map(({ text }) => text);
const last = (seen: Seen): Minute[] => minutes(...Array<Seen>(9).fill({}), seen, seen, seen);

test('an hour that stays as it was is level', () => {
  assert.equal(bad(minutes()), []);
});

test('memory that grows is not level, whatever the host took', () => {
  assert.equal(bad(last({ guardMb: 200 })), ["the guard's memory, MB: 150.0, then 200.0"]);
  assert.equal(bad(last({ guardMb: 200, stolen: 20 })), ["the guard's memory, MB: 150.0, then 200.0"]);
});

test('one failure or one late verdict is enough; what came of the host is told apart', () => {
  const of = 'of 1200 calls came out otherwise than they have to';
  const less = '(the host took less than 3 s a minute)';
  assert.equal(bad(minutes({}, { failed: 1 })), [`12 min: 1 ${of}, 0 late verdicts ${less}`]);
  assert.equal(bad(minutes({}, { undecided: 2 })), [`12 min: 0 ${of}, 2 late verdicts ${less}`]);
  const taken = minutes({}, { failed: 1, undecided: 2, stolen: 3 });
  assert.equal(bad(taken), []);
  assert.match(outcomes(taken)[1]!.text, '1 min: 1 of 100 calls came out otherwise than they have to, 2 late verdicts');
});

test('delay is compared where the host left the processors alone', () => {
  assert.equal(bad(last({ p99: 200 })), ['post-dial delay p99, ms: 50.0, then 200.0']);
  assert.equal(bad(last({ p99: 200, stolen: 3 })), []);
});

test('a host that took most minutes leaves nothing to judge by', () => {
  const all = Array.from({ length: 12 }, () => minute({ stolen: 9 }));
  assert.is(
    bad(all).filter((text) => text.endsWith('no minute in which the host left the processors alone')).length,
    3,
  );
  assert.match(bad(all).at(-1)!, '0 min: 0 of 0 calls');
});

test.run();
