import { FOREIGN_IDD, NO_IDD } from './found.ts';
import { isPossible } from './plan.ts';
import { readAs, readDialled } from './read.ts';
import type { Reading, SitePlan } from './reading.ts';

/** Read by `+` or the site's own international prefix: what its trunk would take for a call abroad. */
const isAbroad = ({ path, ...reading }: Reading): boolean =>
  reading.kind === 'international' && !path.some((step) => step.endsWith(FOREIGN_IDD) || step === NO_IDD);

const isValid = (reading: Reading): boolean => 'valid' in reading && reading.valid;

/** Not given out, and yet as long as numbers there are: carriers may take it. */
const mayRing = (reading: Reading): boolean => 'e164' in reading && isPossible(reading.e164);

/** Without the outside line. An extension gives way to a short code that is charged: the PBX asks about what leaves it. */
function readLiteral(digits: string, inside: boolean, site: SitePlan): Reading {
  const reading = readAs(digits, site, false, inside);
  if (reading.kind !== 'internal') return reading;
  const code = readAs(digits, site, false, false);
  return code.kind === 'service' && (code.cost === 'premium' || code.cost === 'unknown') ? code : reading;
}

/**
 * What the digits that go to the trunk mean. Where the site has no outside line there is none to take off; where what was
 * typed (`dialled`) differs, it is gone, and nothing is an extension: `0` + `0040...` typed at a German site is Romania, not
 * `040` in Hamburg. Else the digits as the trunk would read them win over those without an outside line where they are a
 * valid number abroad, or, if `dialled` says that the trunk gets just them, a dear one that may ring.
 * @param isDear what costs so much that it is rather asked about than taken for a national call
 */
export function readTrunkDigits(
  digits: string,
  dialled: string | null,
  site: SitePlan,
  isDear: (reading: Reading) => boolean = () => false,
): Reading {
  // Full-width digits and the like may be typed, but no trunk dials them.
  const foreign = /[^\x20-\x7e]/u.test(digits);
  if (foreign) return { kind: 'malformed', why: 'There are characters in it that no trunk can dial.', path: [] };
  const changed = dialled !== null && dialled !== digits;
  const literal = readLiteral(digits, !changed, site);
  if (site.outsideLine === null || changed) return literal;
  if (isAbroad(literal) && (isValid(literal) || (dialled !== null && mayRing(literal) && isDear(literal))))
    return literal;
  const typed = readDialled(digits, site);
  return typed.kind === 'internal' ? literal : typed;
}
