import type { DialAttempt } from '../core/attempt.ts';
import { isInternal } from '../core/numbering/internal.ts';
import { payer } from '../core/payer.ts';
import type { Policy } from '../core/policy.ts';
import type { Settings, Site } from './settings.ts';

export interface Placed {
  policy: Policy;
  /** Who pays; null when nobody was found. */
  ext: string | null;
}

/** What tells the site of a call. */
type Origin = Pick<DialAttempt, 'payer' | 'realm'>;

function matches({ policy, match }: Site, { realm }: Origin, ext: string | null): boolean {
  if (match.realms.length === 0 && match.extensions.length === 0) return true;
  if (realm !== null && match.realms.includes(realm)) return true;
  return ext !== null && isInternal(ext, { ...policy.plan, internal: match.extensions }) && match.extensions.length > 0;
}

/** The site a call belongs to and the extension that pays: the first site that matches, else the last one. */
export function place(origin: Origin, { sites }: Pick<Settings, 'sites'>): Placed {
  let placed: Placed | null = null;
  for (const site of sites) {
    const ext = payer(origin.payer, (name) => isInternal(name, site.policy.plan));
    placed = { policy: site.policy, ext };
    if (matches(site, origin, ext)) return placed;
  }
  if (!placed) throw new Error('the configuration has no site');
  return placed;
}

const NO_CLUES = { transferer: null, inherited: null, accountcode: null, redirecting: null };

/** The policy for a call that is known by its extension and its PBX context or domain alone, as from call records. */
export function policyOfCall({ sites }: Pick<Settings, 'sites'>, ext: string, realm: string): Policy {
  const [first, ...others] = sites;
  if (first && others.length === 0) return first.policy;
  return place({ payer: { ...NO_CLUES, endpoint: ext }, realm }, { sites }).policy;
}

/** The policy of `[site]`, the last one: it takes every call that no named site matches, and speaks for the whole machine. */
export const mainPolicy = ({ sites }: Pick<Settings, 'sites'>): Policy => sites.at(-1)!.policy;

/** The countries of all sites: `DE`, or `GB, DE` where they differ; null where nothing tells any. */
export function countriesOf({ sites }: Pick<Settings, 'sites'>): string | null {
  const countries = new Set(sites.map(({ policy }) => policy.plan.country));
  return countries.size === 1 && countries.has(null) ? null : [...countries].map((c) => c ?? 'unknown').join(', ');
}

/** The policy of a site by its name. What is left of one that is no longer configured falls under the rules of the main one. */
export const policyOfSite = (settings: Pick<Settings, 'sites'>, name: string): Policy =>
  settings.sites.find(({ policy }) => policy.site === name)?.policy ?? mainPolicy(settings);
