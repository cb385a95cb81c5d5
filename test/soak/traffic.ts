import { seeded } from '../bench/bench.ts';
import type { SipCall } from '../bench/support/sip-load.ts';

/** What a call of the soak is, and so what has to become of it. */
export type Kind = 'national' | 'known' | 'emergency' | 'blocked';

export interface Planned extends SipCall {
  kind: Kind;
}

/** First extension of each group of phones, and how many there are. */
export const GROUPS = {
  office: [1000, 1000],
  blocked: [2000, 100],
  right: [3000, 100],
  info: [3100, 100],
  wrong: [3200, 100],
  leaves: [3300, 100],
} as const;
export type Group = keyof typeof GROUPS;

export const extensions = (): string[] =>
  Object.values(GROUPS).flatMap(([first, count]) => Array.from({ length: count }, (_, i) => String(first + i)));

/** The nth phone of a group, over and over. */
export const phoneOf = (group: Group, n: number): string => String(GROUPS[group][0] + (n % GROUPS[group][1]));

/** One number of each block of a hundred in London that the office knows. */
export const KNOWN = Array.from({ length: 10 }, (_, i) => `+442079460${i}01`);

/** Of a hundred calls: 92 at home, 5 to London, one to a satellite, two to 112. */
export function traffic(seed: number): (count: number) => Planned[] {
  const random = seeded(seed);
  let serial = 0;
  const tail = (digits: number) => String(Math.floor(random() * 10 ** digits)).padStart(digits, '0');
  const next = (): Planned => {
    const n = serial++;
    const ext = phoneOf('office', n);
    const kind = n % 100;
    if (kind === 13 || kind === 63) return { kind: 'emergency', ext, digits: '112' };
    if (kind === 37)
      return { kind: 'blocked', ext: phoneOf('blocked', Math.floor(n / 100)), digits: `0088161${tail(7)}` };
    // In turn by all phones: a few that called abroad all day would come to their limit of calls an hour.
    if (kind % 20 === 7)
      return { kind: 'known', ext: phoneOf('office', Math.floor(n / 20)), digits: `00442079460${tail(3)}` };
    return {
      kind: 'national',
      ext,
      digits:
        random() < 0.6
          ? `030${2 + Math.floor(random() * 7)}${tail(7)}`
          : `0171${2 + Math.floor(random() * 7)}${tail(6)}`,
    };
  };
  return (count) => Array.from({ length: count }, next);
}
