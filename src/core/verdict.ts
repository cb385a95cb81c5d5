import type { Destination } from './destination.ts';
import type { Micros, Tariff } from './money.ts';

export type Action = 'allow' | 'warn' | 'block';

/** One rule's word: a stable code, a sentence for a person, and the numbers it rests on. */
export interface Reason {
  code: string;
  text: string;
  evidence: Record<string, string | number>;
}

/** What an administrator's list of incidents is sorted by. */
export const INCIDENT_KINDS = [
  'toll_block',
  'malformed',
  'no_payer',
  'denied',
  'premium',
  'questioned',
  'misdial',
  'no_listener',
  'limit',
  'ceiling',
  'pattern',
  'flood',
  'intrusion',
  'guard',
] as const;
export type IncidentKind = (typeof INCIDENT_KINDS)[number];

/** What one rule found. `family` decides what can lift it (see `core/decide`). */
export interface Finding extends Reason {
  action: Action;
  family:
    | 'hard'
    | 'deny'
    | 'malformed'
    | 'class'
    | 'misdial'
    | 'novelty'
    | 'address'
    | 'limit'
    | 'ceiling'
    | 'pattern'
    | 'note';
  /** An incident this finding opens or joins; absent where the call's record is enough. */
  incident?: {
    kind: IncidentKind;
    severity: 'info' | 'warning' | 'critical';
    /** An incident that is known already (that of a toll block), whatever its kind; else one of kind, site and extension. */
    joins?: number | null;
    /** It concerns the whole site: one incident, whoever calls. */
    ofSite?: boolean;
  };
  /** Certain enough to block the extension's international and premium calls until somebody lifts it. */
  tollBlock?: true;
}

export interface Verdict {
  action: Action;
  reasons: Reason[];
  /** Seconds after answer at which the PBX ends the call; null for no cap. */
  maxSeconds: number | null;
  /** In observe mode: what the verdict had been. */
  would?: 'warn' | 'block';
}

/** What an allowed call holds until its end. */
export interface Lease {
  /** Counts as an international, premium or elevated call, and reserves money. */
  money: boolean;
  tariff: Tariff | null;
  reserved: Micros;
  maxSeconds: number | null;
  /** The destination is new to the extension: only a confirmation spoke for it. */
  fresh: boolean;
  /** Milliseconds after which a lease nobody ended is closed and charged in full. */
  lifetimeMs: number;
}

export interface Decision {
  verdict: Verdict;
  /** What the rules found before observe mode softened it. */
  action: Action;
  findings: Finding[];
  /** As judged: with the owner's class. Absent where an earlier decision is recalled. */
  destination?: Destination;
  /** What the call costs at the least once it is answered: one billed increment. Absent where it costs nothing. */
  least?: Micros;
  /** Present exactly when the call goes on over a trunk. */
  lease: Lease | null;
  /** With a warning: how many digits the caller has to press. */
  keys: number;
}
