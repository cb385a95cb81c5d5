import { clean } from './clean.ts';
import type { SitePlan } from './reading.ts';
import { type Site, siteOf } from './site.ts';

// Outside line, caller ID code, outside line again: nobody dials more before an emergency number.
const MOST_PREFIXES = 3;

/** The emergency number that `text` is, with or without the outside line and the line's own codes; or null. */
export function emergencyCode(text: string, site: Site, prefixes = MOST_PREFIXES): string | null {
  if (site.emergency.has(text)) return text;
  if (prefixes === 0 || text.length > 16) return null;
  const { outsideLine } = site;
  if (outsideLine && text.startsWith(outsideLine)) {
    const code = emergencyCode(text.slice(outsideLine.length), site, prefixes - 1);
    if (code) return code;
  }
  for (const { pattern, kind } of text.startsWith('*') || text.startsWith('#') ? site.starCodes : site.digitCodes) {
    const rest = kind === 'line' ? pattern.exec(text)?.groups?.rest : undefined;
    const code = rest ? emergencyCode(rest, site, prefixes - 1) : null;
    if (code) return code;
  }
  return null;
}

/**
 * Whether `dialled` is an emergency number of the site's country or of its own list, dialled exactly, with or without
 * the outside line. Asked before anything else, so it takes any string and never throws.
 */
export function isEmergency(dialled: string, site: SitePlan): boolean {
  const cleaned = clean(dialled);
  return 'text' in cleaned && emergencyCode(cleaned.text, siteOf(site)) !== null;
}
