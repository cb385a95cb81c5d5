import { readDialled } from '../../src/core/numbering/read.ts';
import { e164, numberIn, type Subscriber } from './numbers.ts';
import { dialAbroad, dialHome, type Office, policyOf } from './offices.ts';
import type { Random } from './random.ts';
import type { Person } from './staff.ts';
import { call, DAYS, isWeekend, type Labelled, moment } from './traffic.ts';

type Slip = (office: Office, meant: Subscriber, random: Random) => string | null;
const hasZero = (office: Office) => office.trunk.startsWith('0');

/** How people misdial a number of their own country. null: this slip does not exist there. */
const SLIPS: Record<string, Slip> = {
  'extra zero': (office, meant) => (hasZero(office) && office.idd === '00' ? `0${dialHome(office, meant)}` : null),
  'international prefix for the trunk prefix': (office, meant) => `${office.idd}${meant.nsn}`,
  'plus on a national number': (_office, meant) => `+${meant.nsn}`,
  'country code twice': (office, { cc, nsn }) => `${office.idd}${cc}${office.idd}${cc}${nsn}`,
  'digit too many': (office, meant, random) => `${dialAbroad(office, meant)}${random.digits(1)}`,
};

/** And a number abroad. */
const SLIPS_ABROAD: Record<string, Slip> = {
  'digit too many abroad': (office, meant, random) => `${dialAbroad(office, meant)}${random.digits(2)}`,
  '00 for 0011': (office, { cc, nsn }) => (office.idd === '0011' ? `00${cc}${nsn}` : null),
};

/** A slip counts where it would not have reached the meant number and goes abroad or nowhere. */
function isMisdial(office: Office, dialled: string, meant: Subscriber): boolean {
  const reading = readDialled(dialled, policyOf(office).plan);
  if ('e164' in reading && reading.e164 === e164(meant)) return false;
  return (
    reading.kind === 'international' || (reading.kind === 'national' && !reading.valid) || reading.kind === 'malformed'
  );
}

/** Two slips on every working day, of every kind that exists in the country; who hears a warning hangs up and dials rightly. */
export function misdials(office: Office, people: Person[], seed: Random): Labelled[] {
  const random = seed.fork('misdials');
  const kinds = [...Object.entries(SLIPS), ...Object.entries(SLIPS_ABROAD)];
  const calls: Labelled[] = [];
  for (let day = 0; day < DAYS; day++) {
    for (let i = isWeekend(day) ? 2 : 0; i < 2; i++) {
      const [family, slip] = random.pick(kinds);
      const home = family in SLIPS;
      const person = random.pick(home ? people : people.filter((p) => p.abroad.length > 0));
      const meant = home ? numberIn(office.country, 'fixed', random, 6) : random.pick(person.abroad);
      const dialled = slip(office, meant, random);
      if (dialled === null || !isMisdial(office, dialled, meant)) continue;
      const at = moment(office, day, random.int(8 * 60, 18 * 60) + random.next());
      const { ext } = person;
      calls.push(
        call(at, ext, dialled, random.chance(0.5) ? random.int(3, 25) : 0, { label: 'misdial', family, to: null }),
      );
      const right = home ? dialHome(office, meant) : dialAbroad(office, meant);
      calls.push(
        call(at + 40_000, ext, right, random.talk(90), { label: 'honest', family: 'after a misdial', to: meant }),
      );
    }
  }
  return calls;
}
