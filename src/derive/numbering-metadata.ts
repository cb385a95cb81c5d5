/** Where libphonenumber's protocol buffers (phonemetadata.proto) keep what, in the arrays of google-libphonenumber. */
export const FIELD = {
  general: 1,
  fixed: 2,
  tollFree: 4,
  premium: 5,
  countryCode: 10,
  idd: 11,
  trunk: 12,
  parse: 15,
  transform: 16,
  preferredIdd: 17,
  formats: 19,
  lead: 23,
  emergency: 27,
  shortCode: 29,
  standardRate: 30,
  carrierSpecific: 31,
  sms: 33,
  pattern: 2,
  lengths: 9,
  leading: 3,
  rule: 4,
} as const;

/** Fixed, mobile, toll-free, premium, shared cost, personal, VoIP, pager, UAN, voicemail. */
export const NUMBER_TYPES = [2, 3, 4, 5, 6, 7, 8, 21, 25, 28] as const;

/** One `PhoneNumberDesc`: its pattern and possible lengths stand where `FIELD` says. */
export type Desc = { 2?: string | null; 9?: number[] | null };

/** One `NumberFormat`: pattern, leading digits from coarse to fine, and the rule that puts the trunk prefix in front. */
export type Format = { 1: string; 3?: string[] | null; 4?: string | null };

export interface Metadata {
  countryCodeToRegionCodeMap: Record<string, string[]>;
  countryToMetadata: Record<
    string,
    Record<1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 21 | 25 | 27 | 28 | 29 | 30 | 31 | 33, Desc | null> &
      Record<11 | 12 | 15 | 16 | 17 | 23, string | null> & { 10: number; 19: Format[] | null }
  >;
}
