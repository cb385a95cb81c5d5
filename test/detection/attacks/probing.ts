import { moment } from '../traffic.ts';
import { type Attack, fraud, HOUR, pump, rented, victim } from './attack.ts';

/** What may stand before an international number somewhere. */
const PREFIXES = ' 0 00 000 9 900 9011 011 0011 + 810 00900 7 8 80 99 9000 001 1 100'.split(' ');
/** Of them those that lead abroad from none of the offices. */
const WRONG = '0 000 9 900 9011 810 00900 7 80 99 9000 001 100'.split(' ');

/** The same tail with one prefix after another; the one that gets through is pumped half an hour later. */
export const probing: Attack = (scene) => {
  const { office, random } = scene;
  const ext = victim(scene);
  const to = rented(scene, 1)[0]!;
  const at = moment(office, 18, random.int(0, 300));
  const tail = to.cc + to.nsn;
  const tries = random.some(PREFIXES, PREFIXES.length).map((prefix, i) => {
    const works = prefix === office.idd || prefix === '+';
    return fraud(scene, at + i * 5000, ext, to, works ? random.int(2, 9) : 0, { dialled: prefix + tail });
  });
  const found = { from: at + HOUR / 2, until: at + 4 * HOUR, lines: 2 };
  return [...tries, ...pump(scene, { exts: [ext], to: [to], ...found, minutes: [5, 20] })];
};

/** By hand, or slowed down: a prefix every 40 seconds or so, first with one tail, then with another; nothing answers but the one that works. */
export const probingSlowly: Attack = (scene) => {
  const { office, random } = scene;
  const ext = victim(scene);
  const at = moment(office, 19, random.int(0, 300));
  const [one, two] = [rented(scene, 1)[0]!, rented(scene, 1)[0]!];
  const tries = [one, two].flatMap((to) =>
    [...random.some(WRONG, 8), office.idd].map((prefix) => ({
      to,
      prefix,
      works: prefix === office.idd && to === two,
    })),
  );
  const calls = tries.map(({ to, prefix, works }, i) =>
    fraud(scene, at + i * 40_000, ext, to, works ? random.int(4, 20) : 0, { dialled: prefix + to.cc + to.nsn }),
  );
  const found = { from: at + 3 * HOUR, until: at + 10 * HOUR, lines: 1 };
  return [...calls, ...pump(scene, { exts: [ext], to: [two], ...found, minutes: [5, 20] })];
};
