import type { Attempt } from '../core/attempt.ts';
import { countryCode, countryOf } from '../core/numbering/plan.ts';
import type { Question } from './outcome.ts';
import type { Recorded } from './ports.ts';

/** Makes the questions of warnings, with digits drawn fresh for every try. `random(n)` gives a whole number from 0 to n - 1. */
export function questioner(random: (below: number) => number) {
  const draw = (keys: number, digit: string): string =>
    digit !== 'random' && keys === 1 ? digit : Array.from({ length: keys }, () => random(10)).join('');

  /** `digit` is `random`, or the one the site wants to hear; after a wrong key it is random all the same. */
  return (attempt: Attempt, { call, decision }: Recorded, tries: number, digit: string): Question => {
    const d = attempt.destination;
    const meant = decision.findings.find(({ family }) => family === 'misdial')?.evidence.meant;
    return {
      call,
      attempt,
      try: tries,
      digits: draw(decision.keys, digit),
      region: 'region' in d ? d.region : 'ZZ',
      countryCode: 'e164' in d ? (countryCode(d.e164.slice(1)) ?? '') : '',
      meant: meant === undefined ? null : countryOf(String(meant)),
    };
  };
}
