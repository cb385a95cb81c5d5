/** How bad a finding is: `critical` lets strangers dial at the owner's cost, `high` needs one more step, `medium` weakens, `low` is tidiness. */
export type Severity = 'critical' | 'high' | 'medium' | 'low';

/** From the worst. */
export const SEVERITIES: readonly Severity[] = ['critical', 'high', 'medium', 'low'];

/** 0 for the worst. */
export const rank = (severity: Severity): number => SEVERITIES.indexOf(severity);

/** `101, 102 and 7 more`; all where they are no more than `shown`. */
export const someOf = (names: readonly string[], shown = 4): string =>
  names.length <= shown ? names.join(', ') : `${names.slice(0, shown).join(', ')} and ${names.length - shown} more`;

/** One weakness of a PBX's configuration or of its host. */
export interface Finding {
  /** Stable name of the check, such as `secret_weak`. */
  code: string;
  severity: Severity;
  /** Where it stands: the file as given, and its line from 1; null for what has no line (the host, a missing setting of a whole file). */
  file: string | null;
  line: number | null;
  /** What it concerns: an endpoint, a context, a profile. Never a secret. */
  subject: string;
  /** All whom a finding about several concerns. */
  members?: readonly string[];
  /** What they are together, where the subject is a list of them, which grows and shrinks: a baseline goes by this. */
  group?: string;
  /** What was found, in one sentence. Never a secret. */
  text: string;
  /** Why it matters, in one sentence. */
  why: string;
  /** Exactly what to write or to do instead. */
  fix: string;
}

/** What could not be looked at, and why: a file that is not there, an include that loops. */
export interface Unread {
  file: string;
  line: number | null;
  why: string;
}

/** What looking through one PBX gave. */
export interface Audit {
  findings: Finding[];
  unread: Unread[];
  /** Files read. */
  files: number;
}
