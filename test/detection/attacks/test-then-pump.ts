import { moment } from '../traffic.ts';
import { type Attack, fraud, HOUR, pump, rented, victim } from './attack.ts';

/** A call of seconds; within a day the whole block of numbers, on many lines. */
export const testThenPump: Attack = (scene) => {
  const { office, random } = scene;
  const ext = victim(scene);
  const to = rented(scene, 8);
  const at = moment(office, 16, random.int(60, 1200));
  const from = at + random.int(30, 24 * 60) * 60_000;
  const test = fraud(scene, at, ext, to[0]!, random.int(6, 20));
  const lines = random.int(2, 8);
  return [test, ...pump(scene, { exts: [ext], to, from, until: from + 8 * HOUR, lines, minutes: [5, 25] })];
};

/** A call of seconds on three days, each to another range; at the weekend the one range that paid, one line at a time. */
export const testDaysBefore: Attack = (scene) => {
  const { office, random } = scene;
  const ext = victim(scene);
  const ranges = [rented(scene, 6), rented(scene, 6), rented(scene, 6)];
  const tests = ranges.map((range, i) =>
    fraud(scene, moment(office, 15 + i, random.int(600, 1000)), ext, range[0]!, random.int(6, 20)),
  );
  const to = random.pick(ranges);
  const weekend = { from: moment(office, 18, 19 * 60), until: moment(office, 20, 300) };
  return [...tests, ...pump(scene, { exts: [ext], to, ...weekend, lines: 1, minutes: [5, 20] })];
};
