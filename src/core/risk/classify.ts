import {
  type Destination,
  type LineType,
  RISK_CLASSES,
  type RiskClass,
  type Service,
  severity,
} from '../destination.ts';
import type { Reading } from '../numbering/reading.ts';
import { builtIn, type RiskTable, type Step, stepsOf } from './table.ts';

/** Countries that no public list names. Nothing abroad is `low` by its country: everywhere numbers were rented for fraud. */
export const UNLISTED: RiskClass = 'watch';

/** Abroad, the least class of a kind of line; those that are absent go by their country. */
const ABROAD: Partial<Record<LineType, RiskClass>> = {
  premium: 'critical',
  satellite: 'critical',
  network: 'high',
  personal: 'high',
  'shared-cost': 'elevated',
  pager: 'elevated',
  voicemail: 'elevated',
};

/** At home. What is charged like a call or not at all is low. */
const AT_HOME: Record<LineType, RiskClass> = {
  fixed: 'low',
  mobile: 'low',
  'fixed-or-mobile': 'low',
  'toll-free': 'low',
  voip: 'low',
  uan: 'watch',
  voicemail: 'watch',
  unknown: 'watch',
  pager: 'elevated',
  'shared-cost': 'elevated',
  personal: 'elevated',
  network: 'high',
  premium: 'critical',
  satellite: 'critical',
};

/** A short code that may charge as premium numbers do. `unknown` is priced as premium but more often harmless. */
const SERVICES: Record<Service['cost'], RiskClass> = {
  'toll-free': 'low',
  standard: 'watch',
  unknown: 'elevated',
  premium: 'high',
};

const worse = (a: RiskClass, b: RiskClass): RiskClass => (severity(a) >= severity(b) ? a : b);

const raised = (c: RiskClass): RiskClass => RISK_CLASSES[severity(c) + 1] ?? c;

/** Which of a number's prefixes count: of each kind of fact the longest. A correction wins over derived line types below it. */
export function weigh(steps: readonly Step[]) {
  const country = steps.findLast((row) => row.country)?.country ?? null;
  const special = steps.findLast((row) => row.special)?.special ?? null;
  const lineType = special?.lineType ?? steps.findLast((row) => row.lineType)?.lineType ?? 'unknown';
  return { country, special, lineType };
}

/** The class of a number by its prefixes, called from within its country or from abroad. */
export function classOf(steps: readonly Step[], kind: 'national' | 'international'): RiskClass {
  const { country, special, lineType } = weigh(steps);
  if (kind === 'national') return special?.nationalClass ?? special?.class ?? AT_HOME[lineType];
  return special?.class ?? worse(country?.class ?? UNLISTED, ABROAD[lineType] ?? 'low');
}

/**
 * A reading with its risk: line type and class from the table. A number abroad that its country's plan does not know is
 * classed one step higher: unallocated ranges are what fraud rents.
 */
export function classify(reading: Reading, table: RiskTable = builtIn()): Destination {
  switch (reading.kind) {
    case 'emergency':
      return { kind: 'emergency', code: reading.code };
    case 'internal':
      return { kind: 'internal', ext: reading.ext };
    case 'malformed':
      return { kind: 'malformed', why: reading.why };
    case 'service': {
      const { kind, code, region, cost } = reading;
      return { kind, code, region, cost, class: SERVICES[cost] };
    }
    default: {
      const { kind, e164, region, valid } = reading;
      const steps = stepsOf(table, e164);
      const plain = classOf(steps, kind);
      const riskClass = kind === 'international' && !valid ? raised(plain) : plain;
      return { kind, e164, region, lineType: weigh(steps).lineType, class: riskClass, valid };
    }
  }
}
