import { parseWeek } from '../../src/core/hours.ts';
import { micros } from '../../src/core/money.ts';
import type { Policy } from '../../src/core/policy.ts';

/** A site that lives in `country` and `timezone`, with everything else as it comes. */
export const policyOf = (country: string, timezone: string, more: Partial<Policy> = {}): Policy => ({
  site: 'main',
  plan: { country, outsideLine: null, areaCode: null, internal: [], emergency: [] },
  timezone,
  businessHours: parseWeek('Mon-Fri 08:00-18:00'),
  currency: 'USD',
  perUsd: 1,
  trunkChannels: null,
  ceilingExtension: micros(25),
  ceilingSite: micros(100),
  ceilingsByOwner: true,
  ...more,
});
