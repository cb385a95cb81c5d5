import { moment } from '../traffic.ts';
import { type Attack, HOUR, pump, rented, victim } from './attack.ts';

/** From Friday evening to Monday morning, while nobody looks. */
export const weekend: Attack = (scene) => {
  const { office, random } = scene;
  const to = [...rented(scene, 4), ...rented(scene, 4), ...rented(scene, 3)];
  return pump(scene, {
    exts: [victim(scene)],
    to,
    from: moment(office, 18, 20 * 60),
    until: moment(office, 21, 5 * 60),
    lines: random.int(2, 6),
    minutes: [10, 40],
  });
};

/** The lobby phone, which never calls, at night. */
const sleepingOn =
  (lines: number, minutes: [number, number]): Attack =>
  (scene) => {
    const from = moment(scene.office, 22, 23 * 60);
    const exts = [scene.people[0]!.ext];
    return pump(scene, { exts, to: rented(scene, 5), from, until: from + 6 * HOUR, lines, minutes });
  };
export const sleeping = sleepingOn(3, [8, 30]);
/** A person with its password, one call after another. */
export const sleepingOneLine = sleepingOn(1, [8, 20]);
