import type { Confirmed } from '../facts.ts';
import { KNOWN_DAYS } from '../known.ts';
import type { Rule } from './rule.ts';

/** Vouched for, confirmed today, or on three working days. A region known as a whole says nothing of its short codes. */
const isKnownCode = (c: Confirmed): boolean => c.vouched || c.today || c.blockDays >= KNOWN_DAYS;

/** A short code that costs like a premium number: asked about, since people do call directory enquiries. */
export const premiumService: Rule = ({ destination: d }, { confirmed: c }) =>
  d.kind === 'service' && (d.cost === 'premium' || d.cost === 'unknown') && !isKnownCode(c)
    ? {
        family: 'class',
        action: 'warn',
        code: 'premium_service',
        text: `${d.code} is a service that can be charged like a premium number`,
        evidence: { region: d.region, cost: d.cost },
        incident: { kind: 'questioned', severity: 'info' },
      }
    : null;
