import { clean } from './clean.ts';
import type { SitePlan } from './reading.ts';
import { type Site, siteOf } from './site.ts';

/** Outside line, caller ID code and number together. */
const LONGEST = 20;

/** `text` itself, or the number behind one of the line's own codes (caller ID), if it is an emergency number. */
function direct(text: string, site: Site): string | null {
  if (site.emergency.has(text)) return text;
  for (const { pattern, kind, what } of /^[*#]/.test(text) ? site.starCodes : site.digitCodes) {
    const rest = kind === 'line' && what !== 'call forwarding' ? pattern.exec(text)?.groups?.rest : undefined;
    if (rest && site.emergency.has(rest)) return rest;
  }
  return null;
}

/** The emergency number that `text` is, with or without the outside line; or null. */
export function emergencyCode(text: string, site: Site): string | null {
  if (text.length > LONGEST) return null;
  const { outsideLine } = site;
  const behind = outsideLine && text.startsWith(outsideLine) ? direct(text.slice(outsideLine.length), site) : null;
  return direct(text, site) ?? behind;
}

/**
 * Whether `dialled` is an emergency number of the site's country or of its own list, dialled exactly, with or without
 * the outside line. Asked before anything else, so it takes any string and never throws.
 */
export function isEmergency(dialled: string, site: SitePlan): boolean {
  const cleaned = clean(dialled);
  return 'text' in cleaned && emergencyCode(cleaned.text, siteOf(site)) !== null;
}
