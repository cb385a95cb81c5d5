import type { Office } from '../offices.ts';
import { type Labelled, moment } from '../traffic.ts';
import { type Attack, fraud, rented, victim } from './attack.ts';

/** Somebody who wants one number called: one line, in working hours, day after day, until he is stopped. */
const repeatedTo =
  (regions: (office: Office) => string[]): Attack =>
  (scene) => {
    const { office, random } = scene;
    const ext = victim(scene);
    const to = rented(scene, 1, regions(office))[0]!;
    const calls: Labelled[] = [];
    for (const day of [21, 22, 23, 24, 25, 28, 29, 30])
      for (let minute = 9 * 60; minute < 17 * 60; ) {
        const talked = random.int(5, 20);
        calls.push(fraud(scene, moment(office, day, minute), ext, to, talked * 60));
        minute += talked + random.int(1, 25);
      }
    return calls;
  };
export const repeated = repeatedTo((office) => office.targets);
/** In a country that no list names. */
export const repeatedPlain = repeatedTo((office) => office.plain);
