/** What the dialled digits mean. Produced by `core/numbering` and priced by `core/risk`. */

/** How far a call to this number can be trusted, from harmless to near-certain fraud. Sets price, cap and scrutiny. */
export const RISK_CLASSES = ['low', 'watch', 'elevated', 'high', 'critical'] as const;
export type RiskClass = (typeof RISK_CLASSES)[number];

/** Line types, as libphonenumber names them, plus the ITU's non-geographic ones (E.164 country codes 87x, 88x, 979). */
export const LINE_TYPES = [
  'fixed',
  'mobile',
  'fixed-or-mobile',
  'toll-free',
  'premium',
  'shared-cost',
  'personal',
  'voip',
  'uan',
  'pager',
  'voicemail',
  'satellite',
  'network',
  'unknown',
] as const;
export type LineType = (typeof LINE_TYPES)[number];

/** A number on the public network. `e164` has its `+`; `region` is ISO 3166-1 alpha-2, or `001` for non-geographic codes. */
export interface Subscriber {
  kind: 'national' | 'international';
  e164: string;
  region: string;
  lineType: LineType;
  class: RiskClass;
  /** Length and range exist in that country's numbering plan. */
  valid: boolean;
}

/** A short code the country's plan knows (directory enquiries, speaking clock): it can cost money. */
export interface Service {
  kind: 'service';
  /** The digits of the code, as the plan writes it. */
  code: string;
  region: string;
  class: RiskClass;
  /** What the plan says it costs. `unknown` is priced as premium. */
  cost: 'toll-free' | 'standard' | 'premium' | 'unknown';
}

export type Destination =
  | { kind: 'emergency'; code: string }
  | { kind: 'internal'; ext: string }
  | Service
  | Subscriber
  /** What is not exactly understood. Never an implicit allow. `why` is a sentence for a person. */
  | { kind: 'malformed'; why: string };

/** Where a class stands in the order of severity: 0 for `low`, 4 for `critical`. */
export const severity = (c: RiskClass): number => RISK_CLASSES.indexOf(c);

/** Whether `c` is at least as severe as `floor`. */
export const atLeast = (c: RiskClass, floor: RiskClass): boolean => severity(c) >= severity(floor);
