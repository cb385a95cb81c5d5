/** What dialled digits mean before anybody says how risky that is. `path` tells how they were read, step by step. */
export type Reading = { path: string[] } & (
  | { kind: 'emergency'; code: string }
  | { kind: 'internal'; ext: string }
  | { kind: 'service'; code: string; region: string; cost: 'toll-free' | 'standard' | 'premium' | 'unknown' }
  | { kind: 'national' | 'international'; e164: string; region: string; valid: boolean }
  | { kind: 'malformed'; why: string }
);

/** How one site dials: its country's plan plus its own habits. Every string is as the owner wrote it. */
export interface SitePlan {
  /** ISO 3166-1 alpha-2; null when unknown (then `+`, 00, 011, 0011 and 010 read as international, all else as national). */
  country: string | null;
  /** Digits for an outside line, e.g. `9`; null for none. */
  outsideLine: string | null;
  /** Area code put before local (7- or 8-digit) numbers, without trunk prefix, e.g. `40` or `212`. */
  areaCode: string | null;
  /** Extensions of this site: Asterisk patterns (`1XX`, `_2ZXX`), ranges (`100-199`) or one `^regular expression`; empty for the default. */
  internal: string[];
  /** Emergency numbers beside the country's own. */
  emergency: string[];
}
