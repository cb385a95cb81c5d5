import type { Settings } from '../guard/settings.ts';

/**
 * The settings with no loss ceiling: learning asks what the rules think of a call, not whether the money of that day was
 * spent, since the ceilings are among what is learned.
 */
export const withoutCeilings = (settings: Settings): Settings => ({
  ...settings,
  sites: settings.sites.map((site) => ({
    ...site,
    policy: { ...site.policy, ceilingExtension: Number.MAX_SAFE_INTEGER, ceilingSite: Number.MAX_SAFE_INTEGER },
  })),
});
