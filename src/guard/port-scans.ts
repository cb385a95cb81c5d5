import type { IntrusionKind } from '../core/intrusion/knock.ts';

/** What one address did, as it stands now. */
export interface Scan {
  address: string;
  kind: IntrusionKind;
  since: number;
  last: number;
  attempts: number;
  /** Accounts and numbers that were tried, the first few. */
  accounts: string[];
  agent: string | null;
  service: string;
  exempt: boolean;
}

/** A number that a stranger tried to call through the PBX. */
export interface Probe {
  e164: string;
  address: string;
  at: number;
}

/** Where attacks on the PBX are kept. Throws when the store fails. */
export interface ScanBook {
  /** Writes what is new of addresses and numbers, in one transaction. */
  save(scans: Scan[], probes: Probe[]): void;
}
