import type { Attempt, CallEnd } from '../core/attempt.ts';
import type { Facts } from '../core/facts.ts';
import type { Decision, IncidentKind } from '../core/verdict.ts';

/** The store cannot be read or written now. The PBX's own fallback decides. */
export class LedgerUnavailable extends Error {
  override name = 'LedgerUnavailable';
}

/** A decision as it stands in the ledger. */
export interface Recorded {
  decision: Decision;
  /** The call's row, for `answered`. */
  call: number;
  incident: number | null;
  /** The same key was asked before and this is its earlier outcome. */
  repeated: boolean;
}

/** How a warning ended. `early`: a key before the digit was spoken, which is a guess and counts as wrong. */
export type Answer = 'confirmed' | 'wrong' | 'early' | 'silent' | 'hangup';

export type Decide = (facts: Facts) => Decision;

/** What an end changed. */
export interface Released {
  /** No open call matched: a mark was left, so that a later question opens no lease. */
  marked: boolean;
  /** The trunk's channel still lives: the lease stays until the PBX says otherwise or it expires. */
  kept: boolean;
  seconds: number;
  charged: number;
}

/** Something an administrator must see that no call of the ledger made. */
export interface Report {
  /** `guard` where it is not given. */
  kind?: IncidentKind;
  /** Reports of one kind and key are one incident while it is open; the title where it is not given. */
  key?: string;
  severity: 'info' | 'warning' | 'critical';
  site?: string;
  ext?: string;
  /** Of a graver report it takes the place of what the incident had. */
  title: string;
  evidence?: Record<string, string | number>;
  why: string;
  /** Milliseconds since 1970. */
  at: number;
  /** How many calls it concerns. */
  calls: number;
  /** Single calls, for its log. */
  lines?: { at: number; text: string; what?: string }[];
}

/**
 * The book of calls, leases and incidents. SQLite now; a shared store for many PBXs later.
 * Every method rejects with LedgerUnavailable when the store fails, and then has changed nothing.
 */
export interface Ledger {
  /** Reads the facts, decides, records and reserves in one transaction. Atomic against every other admit. */
  admit(attempt: Attempt, decide: Decide): Promise<Recorded>;
  /** A warned call was answered: decides again with the warning cleared (or records the refusal), in one transaction. */
  answered(call: number, attempt: Attempt, answer: Answer, decide: Decide): Promise<Recorded>;
  /** Releases a call's lease and charges it. Idempotent. */
  callEnded(end: CallEnd): Promise<Released>;
  /** Reads facts and decides; records nothing. */
  preview(attempt: Attempt, decide: Decide): Promise<Decision>;
  /** Closes leases past their lifetime, charged in full. Returns how many. */
  sweep(now: number): Promise<number>;
  /**
   * Closes leases opened before `asked` whose call was in no live list of two rounds, charged by wall time within their cap.
   * `live` holds unique ids. Returns how many.
   */
  reconcile(pbx: string, live: ReadonlySet<string>, asked: number): Promise<number>;
  /** Opens an incident, or joins the open one of that kind and key, which a graver report raises. Returns its number. */
  report(report: Report): Promise<number>;
  /** Closes the open incident of kind and key, where there is one: what it reported is over. */
  over(report: Pick<Report, 'kind' | 'key' | 'why' | 'at'>): Promise<void>;
  /** Calls that hold a lease, to compare with the PBX's live channels. */
  open(): { call: number; pbx: string; uniqueid: string; site: string; ext: string | null; since: number }[];
  close(): void;
}
