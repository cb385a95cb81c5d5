import { randomBytes } from 'node:crypto';
import type { Config } from '../config/load.ts';
import type { FeatureCode } from '../guard/feature-code.ts';
import { LINK_MS, linkToken } from '../guard/link.ts';
import { isSameSecret } from '../guard/same-secret.ts';
import { mainPolicy } from '../guard/sites.ts';
import { type UnblockPages, unblockPages } from '../http/unblock.ts';
import type { Db } from '../store/sqlite/database.ts';
import { pinBook } from '../store/sqlite/pins.ts';
import * as settings from '../store/sqlite/settings.ts';
import { unblockerOf } from '../store/sqlite/unblock.ts';

/** Lifting blocks by a link in a mail and by a feature code. */
export interface Unblocking {
  link(block: number): string | null;
  pages: UnblockPages;
  code: FeatureCode;
}

/** The key that signs links, drawn once. */
function linkKey(db: Db): string {
  const kept = settings.get(db, 'link_key');
  if (kept !== null) return kept;
  const key = randomBytes(32).toString('hex');
  settings.set(db, 'link_key', key);
  return key;
}

export function startUnblocking(db: Db, config: () => Config): Unblocking {
  const key = linkKey(db);
  const unblocker = unblockerOf(db);
  const pins = pinBook(db);
  return {
    link(block) {
      const { publicUrl } = config().http;
      return publicUrl === null ? null : `${publicUrl}/unblock/${linkToken(key, block, Date.now() + LINK_MS)}`;
    },
    pages: unblockPages({ unblocker, key, now: Date.now }),
    code: {
      listed: (endpoint) => config().unblock?.extensions.includes(endpoint) ?? false,
      tryPin(endpoint, given) {
        const pin = config().unblock?.pin;
        if (pin === undefined || pins.closed()) return 'closed';
        if (isSameSecret(given, pin)) return 'right';
        pins.wrong(mainPolicy(config().settings).site, endpoint, Date.now());
        return 'wrong';
      },
      unblock(ext, done, by) {
        unblocker.unblock({ ext, until: null, done, by, why: 'by the feature code', at: Date.now() });
      },
    },
  };
}
