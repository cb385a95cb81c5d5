import { moment } from '../traffic.ts';
import { type Attack, HOUR, pump, rented, victim } from './attack.ts';

/** Calls come in and are forwarded out: the dialler is a channel of the PBX. */
export const forwarding: Attack = (scene) => {
  const from = moment(scene.office, 26, scene.random.int(0, 400));
  return pump(scene, {
    exts: [victim(scene)],
    to: rented(scene, 2),
    from,
    until: from + 8 * HOUR,
    lines: 4,
    minutes: [10, 30],
    machine: true,
  });
};
