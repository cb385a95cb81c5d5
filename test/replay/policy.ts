import type { Policy } from '../../src/core/policy.ts';
import { policy } from '../support/facts.ts';

/** A site that lives in `country` and `timezone`, with everything else as it comes. */
export const policyOf = (country: string, timezone: string, more: Partial<Policy> = {}): Policy =>
  policy({ plan: { ...policy().plan, country }, timezone, ...more });
