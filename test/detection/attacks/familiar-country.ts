import { neighbour, numberIn } from '../numbers.ts';
import { moment } from '../traffic.ts';
import { type Attack, HOUR, pump, type Scene } from './attack.ts';

/** The exporter's extension, and numbers `step` apart in a country that he calls every day. */
function familiarTo({ people, random }: Scene, count: number, step: number) {
  const seller = people[1]!;
  const first = numberIn(random.pick(seller.abroad).region, 'mobile', random);
  return { exts: [seller.ext], to: Array.from({ length: count }, (_, i) => neighbour(first, step * i)) };
}

/** Through the extension of somebody who calls that country every day, at night. */
export const familiar: Attack = (scene) => {
  const night = { from: moment(scene.office, 25, 20 * 60), until: moment(scene.office, 26, 6 * 60) };
  return pump(scene, { ...familiarTo(scene, 4, 1), ...night, lines: 4, minutes: [10, 30] });
};

/** Just after he left, one line at a time. */
export const familiarEvening: Attack = (scene) => {
  const numbers = familiarTo(scene, 12, 9);
  return [22, 23].flatMap((day) => {
    const from = moment(scene.office, day, 18.7 * 60);
    return pump(scene, { ...numbers, from, until: from + 1.2 * HOUR, lines: 1, minutes: [8, 20] });
  });
};
