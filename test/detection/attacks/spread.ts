import { numberIn } from '../numbers.ts';
import { moment } from '../traffic.ts';
import { type Attack, HOUR, pump, rented, victim } from './attack.ts';

const REGIONS = 'SO GM LV CU MV TN SL BF LT BA EE ZW GN PG TL AL DZ BE IT MR TD KM NR WS BI RW ER GE AZ'.split(' ');

/** A few calls from each of many extensions, to one block. */
export const spreadExtensions: Attack = (scene) => {
  const { office, people, random } = scene;
  const from = moment(office, 19, random.int(0, 600));
  const exts = random.some(people, 12).map((p) => p.ext);
  return pump(scene, { exts, to: rented(scene, 6), from, until: from + 10 * HOUR, lines: 4, minutes: [5, 20] });
};

/** Every call to another country. */
export const spreadPrefixes: Attack = (scene) => {
  const { office, random } = scene;
  const from = moment(office, 20, random.int(0, 600));
  const to = REGIONS.filter((r) => r !== office.country).map((r) => numberIn(r, 'mobile', random));
  return pump(scene, { exts: [victim(scene)], to, from, until: from + 10 * HOUR, lines: 4, minutes: [5, 20] });
};

/**
 * Everybody's password, out of a leaked provisioning file: rented numbers, and numbers in the countries that the office
 * calls anyway, in the middle of a working day.
 */
export const manyPasswords: Attack = (scene) => {
  const { office, people, random } = scene;
  const from = moment(office, 23, 10 * 60);
  const abroad = people.flatMap((p) => p.abroad);
  const usual = Array.from({ length: 6 }, () => numberIn(random.pick(abroad).region, 'mobile', random));
  const exts = random.some(people, 10).map((p) => p.ext);
  const to = [...rented(scene, 6), ...usual];
  return pump(scene, { exts, to, from, until: from + 6 * HOUR, lines: 6, minutes: [5, 20] });
};
