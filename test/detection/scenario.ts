import { ATTACKS } from './attacks/index.ts';
import { honest } from './honest.ts';
import { misdials } from './misdials.ts';
import type { Office } from './offices.ts';
import { createRandom, type Random } from './random.ts';
import { staff } from './staff.ts';
import { byTime, type Labelled, LEARNED_DAYS, moment } from './traffic.ts';

/** One office's five weeks and the attacks it may suffer in the last three. */
export interface Scenario {
  office: Office;
  past: Labelled[];
  /** Honest calls, slips and emergency calls after learning. */
  quiet: Labelled[];
  attacks: Labelled[][];
  /** The luck of those who press random keys. */
  luck: Random;
}

/** `size`: people in the office, at least ten. */
export function scenario(office: Office, seed: number, size = 24): Scenario {
  const random = createRandom(seed).fork(office.name);
  const people = staff(office, random.fork('staff'), size);
  // Attacks are drawn first: honest people meet new customers as they go, and intruders see what was there before.
  const attacks = Object.entries(ATTACKS).map(([family, attack], i) =>
    attack({ office, people, random: random.fork(`attack ${i}`), family, id: i + 1 }).sort(byTime),
  );
  const all = [...honest(office, people, random), ...misdials(office, people, random)].sort(byTime);
  const split = moment(office, LEARNED_DAYS, 0);
  const [past, quiet] = [all.filter((c) => c.at < split), all.filter((c) => c.at >= split)];
  return { office, past, quiet, attacks, luck: random.fork('luck') };
}
