import { moment } from '../traffic.ts';
import { type Attack, fraud, rented, victim } from './attack.ts';

/** One number after another of a block, every four minutes. */
export const neighbours: Attack = (scene) => {
  const { office, random } = scene;
  const from = moment(office, 28, random.int(0, 300));
  const to = rented(scene, 40);
  const ext = victim(scene);
  return to.map((number, i) => fraud(scene, from + i * 4 * 60_000, ext, number, random.int(240, 900)));
};

/** Each when the call before has ended. */
export const neighboursOneLine: Attack = (scene) => {
  const { office, random } = scene;
  const ext = victim(scene);
  let at = moment(office, 28, 9 * 60);
  return rented(scene, 30).map((number) => {
    const seconds = random.int(240, 900);
    const call = fraud(scene, at, ext, number, seconds);
    at += (seconds + random.int(5, 60)) * 1000;
    return call;
  });
};
