import type { SitePlan } from '../numbering/reading.ts';
import { readTrunkDigits } from '../numbering/trunk.ts';

/** Prefixes tried before an international one; whoever does not know the PBX's outside line tries them all. */
const MOST_TRIED = 9;
const INTERNATIONAL = /^(?:0*(?:00|011)|\+)([1-9]\d{7,14})$/;

/**
 * The number, as E.164, that dialled digits were meant to reach: as the site reads them, or behind whatever stands
 * before an international prefix (`900972...`, `76000046...`). Null for what is no valid number outside the site's country,
 * since its own numbers may be ordinary incoming calls.
 */
export function outsideNumber(digits: string, plan: SitePlan): string | null {
  const text = digits.slice(0, 40);
  for (let skip = 0; skip <= MOST_TRIED && skip < text.length; skip++) {
    const e164 = abroad(text.slice(skip), plan);
    if (e164) return e164;
  }
  return null;
}

function abroad(digits: string, plan: SitePlan): string | null {
  const rest = INTERNATIONAL.exec(digits)?.[1];
  if (rest === undefined) return null;
  const reading = readTrunkDigits(`+${rest}`, null, plan);
  return reading.kind === 'international' && reading.valid ? reading.e164 : null;
}
