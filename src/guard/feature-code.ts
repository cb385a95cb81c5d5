/** Lifting a block from a telephone: a code that listed extensions may dial, and a PIN. */
export interface FeatureCode {
  /** Whether this authenticated endpoint may dial it. */
  listed(endpoint: string): boolean;
  /** `closed`: too many wrong ones; then no PIN is right. */
  tryPin(endpoint: string, pin: string): 'right' | 'wrong' | 'closed';
  /** Lifts every block on an extension. Throws NotUnblocked. */
  unblock(ext: string, done: string[], by: string): void;
}
