import { numberIn, type Subscriber } from './numbers.ts';
import type { Office } from './offices.ts';
import type { Random } from './random.ts';

/** Somebody with a desk phone, and whom he calls. */
export interface Person {
  ext: string;
  role: 'clerk' | 'purchase' | 'export' | 'sleeper';
  home: Subscriber[];
  abroad: Subscriber[];
}

function person(office: Office, ext: string, random: Random): Person {
  const draw = random.next();
  const role = draw < 0.05 ? 'sleeper' : draw < 0.15 ? 'export' : draw < 0.25 ? 'purchase' : 'clerk';
  const contacts = { sleeper: 0, clerk: random.chance(0.1) ? 1 : 0, purchase: 3, export: random.int(6, 12) }[role];
  const regions = random.some(office.abroad, role === 'export' ? 4 : 2);
  return {
    ext,
    role,
    home: Array.from({ length: random.int(20, 60) }, () =>
      numberIn(office.country, random.chance(0.3) ? 'mobile' : 'fixed', random),
    ),
    abroad: Array.from({ length: contacts }, () =>
      numberIn(random.pick(regions), random.chance(0.3) ? 'mobile' : 'fixed', random),
    ),
  };
}

/** The first three never leave the draw to chance: a lobby phone, an exporter and a buyer. */
export function staff(office: Office, random: Random, people: number): Person[] {
  const roles = ['sleeper', 'export', 'purchase'] as const;
  return Array.from({ length: people }, (_, i) => {
    let p = person(office, String(201 + i), random);
    while (i < roles.length && p.role !== roles[i]) p = person(office, String(201 + i), random);
    return p;
  });
}
