import * as assert from 'uvu/assert';
import { suite } from '../support/suite.ts';
import { type Evaluation, evaluate } from './evaluate.ts';
import { dialwarden, study, WORLDS } from './judge.ts';
import { e164 } from './numbers.ts';
import { TUNING } from './offices.ts';
import { RIVALS } from './rivals.ts';
import { type Scenario, scenario } from './scenario.ts';

// One office out of the bench (`npm run bench:detection`), so that a change in the rules that lets an intruder through, or
// bothers honest people, fails here and not in the next run of the bench.

const test = suite('detection in one office', { timeout: 120_000, hooks: 600_000 });
const USD = 1e6;
const scenes = [scenario(TUNING[0]!, 1001, 12)];
let ours: Evaluation;
test.before(async () => {
  ours = await evaluate(dialwarden, scenes, WORLDS, 2);
});

const sum = (list: { leaked: number; money: number }[], of: 'leaked' | 'money') => list.reduce((s, a) => s + a[of], 0);

test('an intruder who never answers makes no money', () => {
  const attacks = ours.attacks['never answers'];
  assert.ok(sum(attacks, 'leaked') < 0.01 * sum(attacks, 'money'));
  assert.ok(attacks.every((a) => a.leaked <= 25 * USD));
  assert.ok(attacks.reduce((s, a) => s + a.stopped, 0) >= 0.99 * attacks.reduce((s, a) => s + a.calls, 0));
});

test('one who presses random keys makes half a percent', () => {
  const attacks = ours.attacks['random key'];
  assert.ok(sum(attacks, 'leaked') < 0.005 * sum(attacks, 'money'));
});

test('one for whom somebody always answers costs at most the ceiling of every day, and hardly ever comes near it', () => {
  const attacks = ours.attacks['always answers'];
  for (const { family, leaked, bound } of attacks) assert.ok(leaked <= bound!, `${family} ${leaked}`);
  assert.ok(sum(attacks, 'leaked') < 0.01 * sum(attacks, 'money'));
});

test('there is an incident before an attack has cost fifteen dollars, whatever the intruder answers', () => {
  for (const { family, calls, leaked, firstAlarm, firstIncident } of ours.attacks['always answers']) {
    const found = firstIncident ?? firstAlarm;
    assert.ok(found ?? leaked <= 15 * USD, `${family}: no incident in ${calls} calls`);
    assert.ok((found?.leaked ?? 0) <= 15 * USD, `${family} ${found?.leaked}`);
  }
});

test('and one of the intruder who never answers, however patient', () => {
  for (const { family, calls, firstAlarm, firstIncident } of ours.attacks['never answers'])
    assert.ok(firstIncident ?? firstAlarm, `${family}: no incident in ${calls} calls`);
});

test('honest people are hardly bothered, and no emergency call is touched', () => {
  const { honest, blocked, prompted, emergency, emergencyTouched, alarms } = ours.quiet;
  assert.ok(blocked <= 0.0005 * honest, `${blocked} of ${honest} blocked`);
  assert.ok(prompted < 0.01 * honest, `${prompted} of ${honest} prompted`);
  assert.ok(emergency > 0);
  assert.is(emergencyTouched, 0);
  assert.is(alarms, 0, 'nobody is called for nothing');
});

test('a break-in before the installation is not learned', async () => {
  const [{ office, past, quiet, attacks }] = scenes as [Scenario];
  const fraud = attacks.flat();
  const { lessons } = await study(
    office,
    [...past, ...quiet, ...fraud].sort((a, b) => a.at - b.at),
  );
  const learned = new Set(lessons.map((l) => `${l.ext} ${l.block}`));
  const poisoned = fraud.filter((c) => c.to && learned.has(`${c.ext} ${e164(c.to).slice(0, -2)}`));
  // Ordinary numbers in working hours look like new customers: many, called once for some minutes, or one, called all day.
  const alike = ['patient, plain countries', 'repeated number, plain country'];
  const families = new Set(poisoned.map((c) => c.family).filter((family) => !alike.includes(family)));
  assert.equal([...families], []);
  assert.ok(lessons.length > 10, `${lessons.length} lessons`);
});

test('rivals block or leak more', async () => {
  for (const rival of RIVALS) {
    const theirs = await evaluate(rival, scenes, ['random key'], 2);
    const [mine, leaked] = [ours, theirs].map((e) => sum(e.attacks['random key'], 'leaked'));
    assert.ok(mine! < 0.2 * leaked!, `${rival.name}: ${leaked! / USD} against ${mine! / USD}`);
  }
});

test.run();
