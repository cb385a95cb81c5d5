import { createRequire } from 'node:module';
import { isValidPhoneNumber } from 'libphonenumber-js/max';
import type { Random } from './random.ts';

interface Parsed {
  getCountryCode(): number;
}
interface PhoneNumberUtil {
  getExampleNumberForType(region: string, type: number): Parsed | null;
  getNationalSignificantNumber(number: Parsed): string;
}
/** google-libphonenumber brings no types; this is what is used of it. */
const lpn = createRequire(import.meta.url)('google-libphonenumber') as {
  PhoneNumberUtil: { getInstance(): PhoneNumberUtil };
  PhoneNumberType: Record<'FIXED_LINE' | 'MOBILE' | 'PREMIUM_RATE', number>;
};
const util = lpn.PhoneNumberUtil.getInstance();
type Kind = 'fixed' | 'mobile' | 'premium';
const TYPES = {
  fixed: lpn.PhoneNumberType.FIXED_LINE,
  mobile: lpn.PhoneNumberType.MOBILE,
  premium: lpn.PhoneNumberType.PREMIUM_RATE,
};

/** A number in a country: calling code and national significant number. */
export interface Subscriber {
  region: string;
  kind: Kind;
  cc: string;
  nsn: string;
}

export const e164 = ({ cc, nsn }: Subscriber): string => `+${cc}${nsn}`;

/** A number that the country's plan has, near its example number: the last digits are drawn until they are valid. */
export function numberIn(region: string, kind: Kind, random: Random, free = 4): Subscriber {
  const example =
    util.getExampleNumberForType(region, TYPES[kind]) ?? util.getExampleNumberForType(region, TYPES.fixed);
  if (!example) throw new Error(`no example number for ${region}`);
  const cc = String(example.getCountryCode());
  const whole = util.getNationalSignificantNumber(example);
  for (let tries = 0; tries < 50; tries++) {
    const nsn = whole.slice(0, whole.length - free) + random.digits(free);
    if (isValidPhoneNumber(`+${cc}${nsn}`)) return { region, kind, cc, nsn };
  }
  return { region, kind, cc, nsn: whole };
}

/** The number `step` further in the same block. */
export function neighbour(number: Subscriber, step: number): Subscriber {
  const last = (Number(number.nsn.slice(-2)) + step) % 100;
  return { ...number, nsn: number.nsn.slice(0, -2) + String(last).padStart(2, '0') };
}
