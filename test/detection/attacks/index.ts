import type { Attack } from './attack.ts';
import { familiar, familiarEvening } from './familiar-country.ts';
import { forwarding } from './forwarding.ts';
import { neighbours, neighboursOneLine } from './neighbouring-numbers.ts';
import { sleeping, sleepingOneLine, weekend } from './out-of-hours.ts';
import { patient, patientPlain, slow, slowPlain } from './patient.ts';
import { homePremium, satellite } from './premium-and-satellite.ts';
import { probing, probingSlowly } from './probing.ts';
import { repeated, repeatedPlain } from './repeated-number.ts';
import { rising, risingSlowly } from './rising-cost.ts';
import { manyPasswords, spreadExtensions, spreadPrefixes } from './spread.ts';
import { testDaysBefore, testThenPump } from './test-then-pump.ts';

/** Every family of attack by its name. What is new stands last: its place is part of each attack's seed. */
export const ATTACKS: Readonly<Record<string, Attack>> = {
  probing,
  'test, then pump': testThenPump,
  'weekend pump': weekend,
  slow,
  'spread over extensions': spreadExtensions,
  'spread over prefixes': spreadPrefixes,
  'sleeping account': sleeping,
  forwarding,
  'home premium': homePremium,
  'neighbouring numbers': neighbours,
  'familiar country': familiar,
  satellite,
  'many passwords': manyPasswords,
  patient,
  'probing slowly': probingSlowly,
  'test, pump days later': testDaysBefore,
  'sleeping account, one line': sleepingOneLine,
  'slow, plain country': slowPlain,
  'patient, plain countries': patientPlain,
  'neighbouring numbers, one line': neighboursOneLine,
  'familiar country, evening': familiarEvening,
  'repeated number': repeated,
  'repeated number, plain country': repeatedPlain,
  'rising cost': rising,
  'rising cost, over days': risingSlowly,
};
