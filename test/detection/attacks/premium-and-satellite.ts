import { neighbour, numberIn, type Subscriber } from '../numbers.ts';
import { moment } from '../traffic.ts';
import { type Attack, HOUR, pump, victim } from './attack.ts';

/** Premium numbers of the office's own country; in Germany behind the code of another carrier, which hides them. */
export const homePremium: Attack = (scene) => {
  const { office, random } = scene;
  const from = moment(office, 25, random.int(0, 400));
  const first = numberIn(office.country, 'premium', random);
  const to = [first, neighbour(first, 1)];
  const hidden = office.country === 'DE' ? '01013' : '';
  const exts = [victim(scene)];
  return pump(scene, { exts, to, from, until: from + 5 * HOUR, lines: 3, minutes: [5, 20] }).map((c) => ({
    ...c,
    dialled: hidden + c.dialled,
  }));
};

/** Satellite telephones: few minutes, much money. */
export const satellite: Attack = (scene) => {
  const { office, random } = scene;
  const from = moment(office, 27, random.int(0, 300));
  const phone = (cc: string, network: string): Subscriber => ({
    region: '001',
    kind: 'mobile',
    cc,
    nsn: network + random.digits(7),
  });
  const to = [phone('881', '6'), phone('882', '16')];
  return pump(scene, { exts: [victim(scene)], to, from, until: from + 3 * HOUR, lines: 2, minutes: [3, 15] });
};
