import type { Person } from './honest.ts';
import { neighbour, numberIn, type Subscriber } from './numbers.ts';
import { dial, dialAbroad, dialHome, type Office } from './offices.ts';
import { realCost } from './prices.ts';
import type { Random } from './random.ts';
import { call, type Labelled, moment } from './traffic.ts';

/** What an attack needs to know of its victim. */
export interface Scene {
  office: Office;
  people: Person[];
  random: Random;
  /** Number of the attack. */
  id: number;
}

type Attack = (scene: Scene) => Labelled[];

function rented(scene: Scene, count: number, regions = scene.office.targets): Subscriber[] {
  const { random } = scene;
  const first = numberIn(random.pick(regions), random.chance(0.5) ? 'mobile' : 'fixed', random);
  return Array.from({ length: count }, (_, i) => neighbour(first, i));
}

const victim = ({ people, random }: Scene): string => random.pick(people.filter((p) => p.role !== 'sleeper')).ext;

function fraud(
  scene: Scene,
  family: string,
  at: number,
  ext: string,
  to: Subscriber,
  seconds: number,
  more: { machine?: boolean; dialled?: string } = {},
): Labelled {
  const { dialled = dial(scene.office, to), machine = false } = more;
  return call(at, ext, dialled, seconds, { label: 'fraud', family, to, attack: scene.id, machine });
}

/** `lines` calls at once, one after another, from `from` to `until`, each `low` to `high` minutes long. */
function pump(
  scene: Scene,
  family: string,
  exts: string[],
  to: Subscriber[],
  from: number,
  until: number,
  lines: number,
  [low, high]: [number, number],
  machine = false,
): Labelled[] {
  const { random } = scene;
  const calls: Labelled[] = [];
  for (let line = 0; line < lines; line++) {
    let at = from + line * 1500;
    while (at < until) {
      const seconds = random.int(low * 60, high * 60);
      calls.push(fraud(scene, family, at, random.pick(exts), random.pick(to), seconds, { machine }));
      at += (seconds + random.int(4, 30)) * 1000;
    }
  }
  return calls;
}

const HOUR = 3_600_000;

/** The same tail with one prefix after another; the one that gets through is pumped half an hour later. */
const probing: Attack = (scene) => {
  const { office, random } = scene;
  const ext = victim(scene);
  const to = rented(scene, 1)[0]!;
  const at = moment(office, 18, random.int(0, 300));
  const tail = to.cc + to.nsn;
  const prefixes = [
    '',
    '0',
    '00',
    '000',
    '9',
    '900',
    '9011',
    '011',
    '0011',
    '+',
    '810',
    '00900',
    '7',
    '8',
    '80',
    '99',
    '9000',
    '001',
    '1',
    '100',
  ];
  const order = random.some(prefixes, prefixes.length);
  const tries = order.map((prefix, i) => {
    const works = prefix === office.idd || prefix === '+';
    return fraud(scene, 'probing', at + i * 5000, ext, to, works ? random.int(2, 9) : 0, { dialled: prefix + tail });
  });
  return [...tries, ...pump(scene, 'probing', [ext], [to], at + HOUR / 2, at + 4 * HOUR, 2, [5, 20])];
};

const testThenPump: Attack = (scene) => {
  const { office, random } = scene;
  const ext = victim(scene);
  const block = rented(scene, 8);
  const at = moment(office, 16, random.int(60, 1200));
  const begins = at + random.int(30, 24 * 60) * 60_000;
  const test = fraud(scene, 'test, then pump', at, ext, block[0]!, random.int(6, 20));
  return [test, ...pump(scene, 'test, then pump', [ext], block, begins, begins + 8 * HOUR, random.int(2, 8), [5, 25])];
};

const weekend: Attack = (scene) => {
  const from = moment(scene.office, 18, 20 * 60);
  const to = [...rented(scene, 4), ...rented(scene, 4), ...rented(scene, 3)];
  return pump(
    scene,
    'weekend pump',
    [victim(scene)],
    to,
    from,
    moment(scene.office, 21, 5 * 60),
    scene.random.int(2, 6),
    [10, 40],
  );
};

/** One call every 15 to 40 minutes, in office hours. */
const slow: Attack = (scene) => {
  const { office, random } = scene;
  const ext = victim(scene);
  const to = rented(scene, 4);
  const calls: Labelled[] = [];
  for (const day of [21, 22, 23])
    for (let minute = 9 * 60; minute < 17.5 * 60; minute += random.int(15, 40))
      calls.push(fraud(scene, 'slow', moment(office, day, minute), ext, random.pick(to), random.int(300, 840)));
  return calls;
};

/** A few calls from each of many extensions, to one block. */
const spreadExtensions: Attack = (scene) => {
  const from = moment(scene.office, 19, scene.random.int(0, 600));
  const exts = scene.random.some(scene.people, 12).map((p) => p.ext);
  return pump(scene, 'spread over extensions', exts, rented(scene, 6), from, from + 10 * HOUR, 4, [5, 20]);
};

/** Every call to another country. */
const spreadPrefixes: Attack = (scene) => {
  const { office, random } = scene;
  const from = moment(office, 20, random.int(0, 600));
  const all = 'SO GM LV CU MV TN SL BF LT BA EE ZW GN PG TL AL DZ BE IT MR TD KM NR WS BI RW ER GE AZ'.split(' ');
  const to = all.filter((r) => r !== office.country).map((r) => numberIn(r, 'mobile', random));
  return pump(scene, 'spread over prefixes', [victim(scene)], to, from, from + 10 * HOUR, 4, [5, 20]);
};

const sleeping: Attack = (scene) => {
  const from = moment(scene.office, 22, 23 * 60);
  return pump(scene, 'sleeping account', [scene.people[0]!.ext], rented(scene, 5), from, from + 6 * HOUR, 3, [8, 30]);
};

/** Calls come in and are forwarded out: the dialler is a channel of the PBX. */
const forwarding: Attack = (scene) => {
  const from = moment(scene.office, 26, scene.random.int(0, 400));
  return pump(scene, 'forwarding', [victim(scene)], rented(scene, 2), from, from + 8 * HOUR, 4, [10, 30], true);
};

const homePremium: Attack = (scene) => {
  const { office, random } = scene;
  const from = moment(office, 25, random.int(0, 400));
  const first = numberIn(office.country, 'premium', random);
  const hidden = office.country === 'DE' ? '01013' : '';
  const calls = pump(
    scene,
    'home premium',
    [victim(scene)],
    [first, neighbour(first, 1)],
    from,
    from + 5 * HOUR,
    3,
    [5, 20],
  );
  return calls.map((c) => (c.to ? { ...c, dialled: hidden + dialHome(office, c.to) } : c));
};

const neighbours: Attack = (scene) => {
  const from = moment(scene.office, 28, scene.random.int(0, 300));
  const to = rented(scene, 40);
  const ext = victim(scene);
  return to.map((number, i) =>
    fraud(scene, 'neighbouring numbers', from + i * 4 * 60_000, ext, number, scene.random.int(240, 900)),
  );
};

/** Through the extension of somebody who calls that country every day. */
const familiar: Attack = (scene) => {
  const { office, people, random } = scene;
  const seller = people[1]!;
  const { region } = random.pick(seller.abroad);
  const first = numberIn(region, 'mobile', random);
  const to = Array.from({ length: 4 }, (_, i) => neighbour(first, i));
  const from = moment(office, 25, 20 * 60);
  return pump(scene, 'familiar country', [seller.ext], to, from, moment(office, 26, 6 * 60), 4, [10, 30]).map((c) =>
    c.to ? { ...c, dialled: dialAbroad(office, c.to) } : c,
  );
};

/** Satellite telephones: few minutes, much money. */
const satellite: Attack = (scene) => {
  const from = moment(scene.office, 27, scene.random.int(0, 300));
  const to: Subscriber[] = ['8816', '8821'].map((range) => ({
    region: '001',
    kind: 'mobile',
    cc: range.slice(0, 3),
    nsn: `${range.slice(3)}${range === '8821' ? '6' : ''}${scene.random.digits(7)}`,
  }));
  return pump(scene, 'satellite', [victim(scene)], to, from, from + 3 * HOUR, 2, [3, 15]).map((c) =>
    c.to ? { ...c, dialled: dialAbroad(scene.office, c.to) } : c,
  );
};

/**
 * Everybody's password, out of a leaked provisioning file: rented numbers, and numbers in the countries that the office
 * calls anyway, in the middle of a working day.
 */
const manyPasswords: Attack = (scene) => {
  const { people, random } = scene;
  const from = moment(scene.office, 23, 10 * 60);
  const abroad = people.flatMap((p) => p.abroad);
  const usual = Array.from({ length: 6 }, () => numberIn(random.pick(abroad).region, 'mobile', random));
  const exts = random.some(people, 10).map((p) => p.ext);
  return pump(scene, 'many passwords', exts, [...rented(scene, 6), ...usual], from, from + 6 * HOUR, 6, [5, 20]);
};

/** One call at a time in working hours, each to a new range, few enough a day to stay under every counter. */
const patient: Attack = (scene) => {
  const { office, random } = scene;
  const ext = victim(scene);
  const calls: Labelled[] = [];
  for (const day of [21, 22, 23, 24, 25])
    for (let minute = 9 * 60; minute < 17 * 60; minute += random.int(60, 120))
      calls.push(fraud(scene, 'patient', moment(office, day, minute), ext, rented(scene, 1)[0]!, random.int(300, 900)));
  return calls;
};

/** By hand, or slowed down: a prefix every 40 seconds or so, first with one tail, then with another; nothing answers but the one that works. */
const probingSlowly: Attack = (scene) => {
  const { office, random } = scene;
  const ext = victim(scene);
  const at = moment(office, 19, random.int(0, 300));
  const wrong = ['0', '000', '9', '900', '9011', '810', '00900', '7', '80', '99', '9000', '001', '100'];
  const [one, two] = [rented(scene, 1)[0]!, rented(scene, 1)[0]!];
  const tries = [one, two].flatMap((to) =>
    [...random.some(wrong, 8), office.idd].map((prefix) => ({
      to,
      prefix,
      works: prefix === office.idd && to === two,
    })),
  );
  const calls = tries.map(({ to, prefix, works }, i) =>
    fraud(scene, 'probing slowly', at + i * 40_000, ext, to, works ? random.int(4, 20) : 0, {
      dialled: prefix + to.cc + to.nsn,
    }),
  );
  return [...calls, ...pump(scene, 'probing slowly', [ext], [two], at + 3 * HOUR, at + 10 * HOUR, 1, [5, 20])];
};

/** A call of seconds on three days, each to another range; at the weekend the one range that paid, one line at a time. */
const testDaysBefore: Attack = (scene) => {
  const { office, random } = scene;
  const ext = victim(scene);
  const ranges = [rented(scene, 6), rented(scene, 6), rented(scene, 6)];
  const family = 'test, pump days later';
  const tests = ranges.map((range, i) =>
    fraud(scene, family, moment(office, 15 + i, random.int(600, 1000)), ext, range[0]!, random.int(6, 20)),
  );
  const from = moment(office, 18, 19 * 60);
  return [...tests, ...pump(scene, family, [ext], random.pick(ranges), from, moment(office, 20, 300), 1, [5, 20])];
};

/** A person with the lobby phone's password, at night, one call after another. */
const sleepingOneLine: Attack = (scene) => {
  const ext = scene.people[0]!.ext;
  const from = moment(scene.office, 22, 23 * 60);
  return pump(scene, 'sleeping account, one line', [ext], rented(scene, 5), from, from + 6 * HOUR, 1, [8, 20]);
};

/** As many as one line holds in working hours, to a country that no list names. */
const slowPlain: Attack = (scene) => {
  const { office, random } = scene;
  const ext = victim(scene);
  const to = rented(scene, 4, office.plain);
  const calls: Labelled[] = [];
  for (const day of [21, 22, 23])
    for (let minute = 9 * 60; minute < 17.5 * 60; minute += random.int(16, 30))
      calls.push(
        fraud(scene, 'slow, plain country', moment(office, day, minute), ext, random.pick(to), random.int(300, 900)),
      );
  return calls;
};

/** The patient one, in countries that no list names: every call to a new range. */
const patientPlain: Attack = (scene) => {
  const { office, random } = scene;
  const ext = victim(scene);
  const calls: Labelled[] = [];
  for (const day of [21, 22, 23, 24, 25])
    for (let minute = 9 * 60; minute < 17 * 60; minute += random.int(60, 120)) {
      const to = rented(scene, 1, office.plain)[0]!;
      calls.push(fraud(scene, 'patient, plain countries', moment(office, day, minute), ext, to, random.int(300, 900)));
    }
  return calls;
};

const neighboursOneLine: Attack = (scene) => {
  const { office, random } = scene;
  const ext = victim(scene);
  let at = moment(office, 28, 9 * 60);
  return rented(scene, 30).map((number) => {
    const seconds = random.int(240, 900);
    const call = fraud(scene, 'neighbouring numbers, one line', at, ext, number, seconds);
    at += (seconds + random.int(5, 60)) * 1000;
    return call;
  });
};

/** Through the exporter's extension just after he left, to a country that he calls every day, one line at a time. */
const familiarEvening: Attack = (scene) => {
  const { office, people, random } = scene;
  const seller = people[1]!;
  const first = numberIn(random.pick(seller.abroad).region, 'mobile', random);
  const to = Array.from({ length: 12 }, (_, i) => neighbour(first, 9 * i));
  const family = 'familiar country, evening';
  const calls = [22, 23].flatMap((day) => {
    const from = moment(office, day, 18.7 * 60);
    return pump(scene, family, [seller.ext], to, from, from + 1.2 * HOUR, 1, [8, 20]);
  });
  return calls.map((c) => (c.to ? { ...c, dialled: dialAbroad(office, c.to) } : c));
};

/** Somebody who wants one number called: one line, in working hours, day after day, until he is stopped. */
const repeatedTo =
  (family: string, regions: (office: Office) => string[]): Attack =>
  (scene) => {
    const { office, random } = scene;
    const ext = victim(scene);
    const to = rented(scene, 1, regions(office))[0]!;
    const calls: Labelled[] = [];
    for (const day of [21, 22, 23, 24, 25, 28, 29, 30])
      for (let minute = 9 * 60; minute < 17 * 60; ) {
        const talked = random.int(5, 20);
        calls.push(fraud(scene, family, moment(office, day, minute), ext, to, talked * 60));
        minute += talked + random.int(1, 25);
      }
    return calls;
  };
const repeated = repeatedTo('repeated number', (office) => office.targets);
const repeatedPlain = repeatedTo('repeated number, plain country', (office) => office.plain);

/** Ordinary countries first, then dearer and dearer ones, a few calls each; satellites last. */
const risingOver =
  (family: string, pause: [number, number]): Attack =>
  (scene) => {
    const { office, random } = scene;
    const price = (to: Subscriber) => realCost(to, office.country, 60);
    const ladder = [...office.plain, ...office.targets].map((region) => numberIn(region, 'mobile', random));
    const satellite: Subscriber = { region: '001', kind: 'mobile', cc: '881', nsn: `6${random.digits(7)}` };
    const steps = [...ladder.sort((a, b) => price(a) - price(b)), satellite];
    const ext = victim(scene);
    let [day, minute] = [22, 9 * 60];
    return steps.flatMap((to) =>
      Array.from({ length: 3 }, () => {
        if (minute > 17 * 60) [day, minute] = [day + 1, 9 * 60 + random.int(0, 60)];
        const talked = random.int(3, 12);
        const at = moment(office, day, minute);
        minute += talked + random.int(...pause);
        return fraud(scene, family, at, ext, to, talked * 60, { dialled: dialAbroad(office, to) });
      }),
    );
  };
const rising = risingOver('rising cost', [1, 10]);
const risingSlowly = risingOver('rising cost, over days', [20, 90]);

/** Every family of attack, one after another. */
export const ATTACKS: readonly Attack[] = [
  probing,
  testThenPump,
  weekend,
  slow,
  spreadExtensions,
  spreadPrefixes,
  sleeping,
  forwarding,
  homePremium,
  neighbours,
  familiar,
  satellite,
  manyPasswords,
  patient,
  probingSlowly,
  testDaysBefore,
  sleepingOneLine,
  slowPlain,
  patientPlain,
  neighboursOneLine,
  familiarEvening,
  repeated,
  repeatedPlain,
  rising,
  risingSlowly,
];
