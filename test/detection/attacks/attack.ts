import { neighbour, numberIn, type Subscriber } from '../numbers.ts';
import { dial, type Office } from '../offices.ts';
import type { Random } from '../random.ts';
import type { Person } from '../staff.ts';
import { call, type Labelled } from '../traffic.ts';

/** What an attack needs to know of its victim. */
export interface Scene {
  office: Office;
  people: Person[];
  random: Random;
  /** Name of the attack's family. */
  family: string;
  /** Number of the attack. */
  id: number;
}

export type Attack = (scene: Scene) => Labelled[];

export const HOUR = 3_600_000;

/** Neighbouring numbers that the intruder is paid for, in one of the regions. */
export function rented({ office, random }: Scene, count: number, regions = office.targets): Subscriber[] {
  const first = numberIn(random.pick(regions), random.chance(0.5) ? 'mobile' : 'fixed', random);
  return Array.from({ length: count }, (_, i) => neighbour(first, i));
}

/** The extension of somebody who calls. */
export const victim = ({ people, random }: Scene): string =>
  random.pick(people.filter((p) => p.role !== 'sleeper')).ext;

/** One call of the attack. `dialled`: where it is not what the office dials; `machine`: the dialler is a channel of the PBX. */
export function fraud(
  { office, family, id }: Scene,
  at: number,
  ext: string,
  to: Subscriber,
  seconds: number,
  { dialled = dial(office, to), machine = false }: { machine?: boolean; dialled?: string } = {},
): Labelled {
  return call(at, ext, dialled, seconds, { label: 'fraud', family, to, attack: id, machine });
}

/** As many calls as the lines hold. */
interface Pump {
  exts: string[];
  to: Subscriber[];
  from: number;
  until: number;
  /** Calls at once. */
  lines: number;
  /** Shortest and longest call. */
  minutes: [low: number, high: number];
  machine?: boolean;
}

/** Calls at once, on each line one after another. */
export function pump(
  scene: Scene,
  { exts, to, from, until, lines, minutes: [low, high], machine = false }: Pump,
): Labelled[] {
  const { random } = scene;
  const calls: Labelled[] = [];
  for (let line = 0; line < lines; line++) {
    let at = from + line * 1500;
    while (at < until) {
      const seconds = random.int(low * 60, high * 60);
      calls.push(fraud(scene, at, random.pick(exts), random.pick(to), seconds, { machine }));
      at += (seconds + random.int(4, 30)) * 1000;
    }
  }
  return calls;
}
