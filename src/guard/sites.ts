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

function matches({ policy, match }: Site, attempt: DialAttempt, ext: string | null): boolean {
  if (match.realms.length === 0 && match.extensions.length === 0) return true;
  if (attempt.realm !== null && match.realms.includes(attempt.realm)) return true;
  return ext !== null && isInternal(ext, { ...policy.plan, internal: match.extensions }) && match.extensions.length > 0;
}

/** The site a call belongs to and the extension that pays: the first site that matches, else the last one. */
export function place(attempt: DialAttempt, { sites }: Settings): Placed {
  let placed: Placed | null = null;
  for (const site of sites) {
    const ext = payer(attempt.payer, (name) => isInternal(name, site.policy.plan));
    placed = { policy: site.policy, ext };
    if (matches(site, attempt, ext)) return placed;
  }
  if (!placed) throw new Error('the configuration has no site');
  return placed;
}
