import type { Subscriber } from '../numbers.ts';
import type { Office } from '../offices.ts';
import { type Labelled, moment } from '../traffic.ts';
import { type Attack, fraud, rented, type Scene, victim } from './attack.ts';

interface Pace {
  days: number[];
  /** Minutes after midnight. */
  until: number;
  /** Minutes from one call to the next. */
  gap: [number, number];
  /** Seconds of a call. */
  talk: [number, number];
}

/** One call after another from nine o'clock; `whom` says who is called each time. */
function inOfficeHours(scene: Scene, ext: string, { days, until, gap, talk }: Pace, whom: () => Subscriber) {
  const { office, random } = scene;
  const calls: Labelled[] = [];
  for (const day of days)
    for (let minute = 9 * 60; minute < until; minute += random.int(...gap))
      calls.push(fraud(scene, moment(office, day, minute), ext, whom(), random.int(...talk)));
  return calls;
}

/** One call every quarter of an hour or two, in office hours, to the same few numbers. */
const slowTo =
  (regions: (office: Office) => string[], pace: Pick<Pace, 'gap' | 'talk'>): Attack =>
  (scene) => {
    const ext = victim(scene);
    const to = rented(scene, 4, regions(scene.office));
    const days = { days: [21, 22, 23], until: 17.5 * 60 };
    return inOfficeHours(scene, ext, { ...days, ...pace }, () => scene.random.pick(to));
  };
export const slow = slowTo((office) => office.targets, { gap: [15, 40], talk: [300, 840] });
/** As many as one line holds, to a country that no list names. */
export const slowPlain = slowTo((office) => office.plain, { gap: [16, 30], talk: [300, 900] });

/** One call at a time in working hours, each to a new range, few enough a day to stay under every counter. */
const patientTo =
  (regions: (office: Office) => string[]): Attack =>
  (scene) => {
    const pace: Pace = { days: [21, 22, 23, 24, 25], until: 17 * 60, gap: [60, 120], talk: [300, 900] };
    return inOfficeHours(scene, victim(scene), pace, () => rented(scene, 1, regions(scene.office))[0]!);
  };
export const patient = patientTo((office) => office.targets);
/** In countries that no list names. */
export const patientPlain = patientTo((office) => office.plain);
