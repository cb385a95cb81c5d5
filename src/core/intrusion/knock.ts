/** What a PBX says of one attempt at its door. All strings are hostile and as received. */
export interface Knock {
  /** Milliseconds since 1970, UTC. */
  at: number;
  address: string;
  /** The account that was claimed; null where there is none. */
  account: string | null;
  /**
   * `wrong-password`; `unknown-account`: no such account, or an access list refused it; `unanswered`: it was asked for a
   * password and has not answered (yet: an honest phone does so at once); `accepted`: the password was right;
   * `stranger-call`: a caller without an account dialled.
   */
  what: 'wrong-password' | 'unknown-account' | 'unanswered' | 'accepted' | 'stranger-call';
  /** What was knocked at, as the PBX names it: `PJSIP`, `AMI`, a FreeSWITCH profile. */
  service: string;
  userAgent: string | null;
  /** What was dialled, where the PBX tells. */
  digits: string | null;
}

/**
 * What an address does: `scanner` speaks by the user agent of an attack tool, `guessing` tries passwords, `enumeration`
 * tries one account after another, `probing` tries to call the outside without an account, `break-in` has found a password.
 */
export type IntrusionKind = 'scanner' | 'guessing' | 'enumeration' | 'probing' | 'break-in';
