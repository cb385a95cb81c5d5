import { numberIn, type Subscriber } from './numbers.ts';
import { dial, type Office } from './offices.ts';
import type { Random } from './random.ts';
import type { Person } from './staff.ts';
import { call, DAYS, isWeekend, type Labelled, moment } from './traffic.ts';

const OPENS = 8 * 60;
const SHUTS = 18 * 60;

interface Habit {
  family: string;
  at: number;
  ext: string;
  to: Subscriber;
  median: number;
}

/** A call, and its repetitions while nobody answers, or after a voicemail greeting. */
function dialled(office: Office, { family, at, ext, to, median }: Habit, random: Random): Labelled[] {
  const calls: Labelled[] = [];
  let when = at;
  for (let tries = 0; tries < 4; tries++) {
    const draw = random.next();
    const voicemail = draw > 0.94;
    const seconds = voicemail ? random.int(4, 25) : draw < 0.78 ? random.talk(median) : 0;
    calls.push(call(when, ext, dial(office, to), seconds, { label: 'honest', family: tries ? 'redial' : family, to }));
    if ((seconds > 0 && !voicemail) || random.chance(0.5)) break;
    when += voicemail ? random.int(10, 90) * 60_000 : random.int(25, 120) * 1000;
  }
  return calls;
}

/** A working day of one person: mostly old contacts, few strangers, now and then abroad. */
function* day(office: Office, p: Person, today: number, random: Random): Iterable<Habit> {
  const count = p.role === 'sleeper' ? (random.chance(0.1) ? 1 : 0) : random.int(6, 18);
  for (let i = 0; i < count; i++) {
    const lunch = random.next() < 0.5 ? random.int(OPENS, 12 * 60) : random.int(13 * 60, SHUTS);
    const at = moment(office, today, lunch + random.next());
    const share = { sleeper: 0, clerk: 0.01, purchase: 0.08, export: 0.35 }[p.role];
    if (p.abroad.length > 0 && random.chance(share)) {
      // Exporters meet a new customer in a country they know in every fortieth call abroad, others hardly ever.
      const fresh = random.chance(p.role === 'export' ? 0.025 : 0.005);
      const to = random.pick(p.abroad);
      if (!fresh) yield { family: 'abroad', at, ext: p.ext, to, median: 180 };
      else {
        const added = numberIn(to.region, 'fixed', random);
        p.abroad.push(added);
        yield { family: 'new customer abroad', at, ext: p.ext, to: added, median: 180 };
      }
    } else {
      const to = random.chance(0.15)
        ? numberIn(office.country, random.chance(0.4) ? 'mobile' : 'fixed', random, 5)
        : random.pick(p.home);
      yield { family: 'national', at, ext: p.ext, to, median: 120 };
    }
  }
}

/** Three people begin to call a country that the office never called. */
function* project(office: Office, people: Person[], random: Random): Iterable<Habit> {
  const region = random.pick(['PT', 'SE', 'JP', 'KR', 'ZA', 'TR', 'AE'].filter((r) => !office.abroad.includes(r)));
  const numbers = Array.from({ length: 3 }, () => numberIn(region, 'fixed', random));
  for (let d = 18; d < DAYS; d++)
    if (!isWeekend(d))
      for (const p of people.slice(3, 6))
        if (random.chance(0.35))
          yield {
            family: 'new project',
            at: moment(office, d, random.int(OPENS, SHUTS)),
            ext: p.ext,
            to: random.pick(numbers),
            median: 300,
          };
}

/** A partner in a risky country, called weekly from the beginning; and a new one, called in the fourth week. */
function* partners(office: Office, people: Person[], random: Random): Iterable<Habit> {
  const [old, fresh] = [numberIn(office.partner, 'mobile', random), numberIn(office.partner, 'fixed', random)];
  for (let d = 1; d < DAYS; d++) {
    if (isWeekend(d)) continue;
    if (d % 3 === 1)
      yield {
        family: 'partner in a risky country',
        at: moment(office, d, random.int(600, 960)),
        ext: people[2]!.ext,
        to: old,
        median: 240,
      };
    if (d >= 24 && d % 4 === 0)
      yield {
        family: 'new partner in a risky country',
        at: moment(office, d, random.int(600, 960)),
        ext: people[7]!.ext,
        to: fresh,
        median: 240,
      };
  }
}

/** A traveller calls home and his hotel, by night as the office sees it. */
function* traveller(office: Office, people: Person[], random: Random): Iterable<Habit> {
  const p = people[8]!;
  const hotel = numberIn(
    random.pick(['TH', 'VN', 'BR', 'ZA', 'EG'].filter((r) => r !== office.country)),
    'fixed',
    random,
  );
  for (let d = 22; d < 26; d++)
    for (let i = random.int(1, 3); i > 0; i--)
      yield {
        family: 'traveller',
        at: moment(office, d, random.int(19 * 60, 28 * 60)),
        ext: p.ext,
        to: random.chance(0.3) ? hotel : random.pick(p.home),
        median: 200,
      };
}

/** An afternoon of one call a minute to strangers: at home every week, and once abroad in a country the caller knows. */
function* campaigns(office: Office, people: Person[], random: Random): Iterable<Habit> {
  for (const d of [2, 9, 16, 23, 30])
    for (let i = 0; i < 60; i++)
      yield {
        family: 'campaign',
        at: moment(office, d, 13 * 60 + i * 1.6),
        ext: people[9]!.ext,
        to: numberIn(office.country, 'fixed', random, 5),
        median: 40,
      };
  const seller = people[1]!;
  const region = seller.abroad[0]!.region;
  for (let i = 0; i < 12; i++)
    yield {
      family: 'campaign abroad',
      at: moment(office, 25, 14 * 60 + i * 6),
      ext: seller.ext,
      to: numberIn(region, 'fixed', random),
      median: 60,
    };
}

/** One person works in the evening and calls the office's best market then. */
function* lateShift(office: Office, people: Person[], random: Random): Iterable<Habit> {
  const p = people[10] ?? people.at(-1)!;
  const region = office.abroad[0]!;
  const customers = Array.from({ length: 6 }, () => numberIn(region, 'fixed', random));
  for (let d = 0; d < DAYS; d++) {
    if (isWeekend(d)) continue;
    for (let i = random.int(2, 6); i > 0; i--) {
      const fresh = random.chance(0.05);
      const to = fresh ? numberIn(region, 'fixed', random) : random.pick(customers);
      if (fresh) customers.push(to);
      yield { family: 'late shift', at: moment(office, d, random.int(18 * 60, 23 * 60)), ext: p.ext, to, median: 180 };
    }
  }
}

function others(office: Office, people: Person[], random: Random): Labelled[] {
  const calls: Labelled[] = [];
  for (let d = 0; d < DAYS; d++) {
    if (isWeekend(d)) continue;
    for (let i = 0; i < 4; i++)
      calls.push(
        call(moment(office, d, random.int(OPENS, SHUTS)), random.pick(people).ext, office.freephone, random.talk(200), {
          label: 'honest',
          family: 'freephone',
          to: null,
        }),
      );
    if (d % 10 === 3 || random.chance(0.03))
      calls.push(
        call(moment(office, d, random.int(0, 1439)), random.pick(people).ext, office.emergency, 90, {
          label: 'emergency',
          family: 'emergency',
          to: null,
        }),
      );
  }
  return calls;
}

/** Five weeks of an honest office. */
export function honest(office: Office, people: Person[], seed: Random): Labelled[] {
  const random = seed.fork('honest');
  const calls = others(office, people, random.fork('others'));
  const add = (habits: Iterable<Habit>) => {
    for (const habit of habits) calls.push(...dialled(office, habit, random));
  };
  for (let d = 0; d < DAYS; d++)
    for (const p of people) if (!isWeekend(d) || random.chance(0.03)) add(day(office, p, d, random));
  for (const habit of [project, partners, traveller, campaigns, lateShift])
    add(habit(office, people, seed.fork(habit.name)));
  return calls;
}
