import { clean } from './clean.ts';
import { readDigits } from './digits.ts';
import { emergencyCode } from './emergency.ts';
import { diversion, type Found, malformed } from './found.ts';
import { readInternational } from './number.ts';
import type { Reading, SitePlan } from './reading.ts';
import { type Site, siteOf } from './site.ts';

/** A caller ID code, the outside line, a carrier and one more: real procedures do not go deeper. */
const DEEPEST = 4;

interface Step {
  site: Site;
  depth: number;
  /** The outside line may still be ahead. */
  outside: boolean;
  /** Digits alone may be an extension. */
  inside: boolean;
}

const noted = (note: string, found: Found): Found => ({
  ...found,
  reading: { ...found.reading, path: [note, ...found.reading.path] },
});

/** Reads what follows a code. The network gets it as it is, so the outside line is behind us. */
function readRest(rest: string, note: string, step: Step): Found | null {
  if (step.depth >= DEEPEST) return null;
  return noted(note, read(rest, { ...step, depth: step.depth + 1, outside: false, inside: false }));
}

function readStarCode(text: string, step: Step): Found {
  for (const { pattern, what, kind } of step.site.starCodes) {
    const rest = pattern.exec(text)?.groups?.rest;
    if (rest && kind === 'diversion') return diversion(text);
    const found = rest ? readRest(rest, `${what} ${text.slice(0, text.indexOf(rest))}`, step) : null;
    if (found) return found;
  }
  return malformed(`${text} is no exactly known service code.`, []);
}

function readPlain(text: string, step: Step): Found {
  const { site } = step;
  if (/^[*#]/.test(text)) return readStarCode(text, step);
  if (/^\+\d*$/.test(text)) return readInternational(site, text.slice(1), ['+']);
  return readDigits(site, text, !step.inside, (rest, note) => readRest(rest, note, step));
}

/** With the outside line ahead: without it when that reads at least as well, so that no real number is cut. */
function readWithOutsideLine(text: string, outsideLine: string, step: Step): Found {
  const inner = { ...step, outside: false, inside: false, depth: step.depth + 1 };
  const stripped = noted(`outside line ${outsideLine}`, read(text.slice(outsideLine.length), inner));
  const literal = readPlain(text, step);
  if (stripped.rank > 0 && stripped.rank >= literal.rank) return stripped;
  if (literal.rank > 0 || stripped.reading.kind === 'malformed') return literal;
  // Neither was given out: the dearer one, else the likelier.
  const abroad = [stripped, literal].find((found) => found.reading.kind === 'international');
  return abroad ?? (outsideLine === step.site.plan?.trunk ? literal : stripped);
}

function read(text: string, step: Step): Found {
  const { site } = step;
  const code = step.depth === 0 ? emergencyCode(text, site) : null;
  if (code) return { reading: { kind: 'emergency', code, path: ['emergency number'] }, rank: 2 };
  if (step.inside && site.internal.some((matches) => matches(text)))
    return { reading: { kind: 'internal', ext: text, path: ['extension'] }, rank: 2 };
  const { outsideLine } = site;
  if (step.outside && outsideLine && text.startsWith(outsideLine) && text.length > outsideLine.length)
    return readWithOutsideLine(text, outsideLine, step);
  return readPlain(text, step);
}

/**
 * Reads a dialled string; `outside` says whether the outside line may still be ahead, `inside` whether it may be an
 * extension.
 */
export function readAs(dialled: string, plan: SitePlan, outside: boolean, inside = true): Reading {
  const cleaned = clean(dialled);
  if ('why' in cleaned) return { kind: 'malformed', why: cleaned.why, path: [] };
  return read(cleaned.text, { site: siteOf(plan), depth: 0, outside, inside }).reading;
}

/**
 * What a dialled string means at a site. Any string is taken: what is not understood comes out as `malformed`.
 * Numbers are read by libphonenumber's plans; a number outside them has `valid: false`. Where the country is unknown,
 * a national number's `e164` is `+0` and the digits.
 * @param dialled as the caller typed it, with or without the outside line
 */
export const readDialled = (dialled: string, site: SitePlan): Reading => readAs(dialled, site, true);
