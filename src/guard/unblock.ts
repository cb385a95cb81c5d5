/** What can have been put right before a fraud block is lifted: each word a thing somebody has done. */
export const PUT_RIGHT = ['password', 'firewall', 'device'] as const;

/** How long the limits of an extension stay armed after its fraud block was lifted. */
export const PROBATION_MS = 7 * 86_400_000;

/** Which blocks to lift. With `until` they stay, and what is named passes until then (milliseconds since 1970). */
export interface UnblockRequest {
  site?: string | undefined;
  ext?: string | undefined;
  /** Digits of an E.164 without its `+`. */
  prefix?: string | undefined;
  id?: number | undefined;
  until: number | null;
  /** Words of PUT_RIGHT, and others for whoever reads it later. */
  done: string[];
  by: string;
  why: string;
  at: number;
}

export interface Unblocked {
  /** Blocks that were lifted, or through which something passes now. */
  blocks: number[];
  until: number | null;
  /** Until when the extension's limits are armed; null where no fraud block was lifted. */
  probation: number | null;
}

/** Nothing was lifted. `no_block`: none in force is meant; `nothing_put_right`: a fraud block asks what was done. */
export class NotUnblocked extends Error {
  override name = 'NotUnblocked';
  readonly why: 'no_block' | 'nothing_put_right';
  constructor(why: NotUnblocked['why'], message: string) {
    super(message);
    this.why = why;
  }
}

/** Whether somebody has said what was put right. */
export const putRight = (done: readonly string[]): boolean => done.some((word) => PUT_RIGHT.includes(word as never));

/** The part of the application that lifts blocks by link or feature code. */
export interface Unblocker {
  /** Throws NotUnblocked, or what the store throws. */
  unblock(request: UnblockRequest): Unblocked;
  /** A block in force; null when there is none of that number (any more). */
  block(id: number, now: number): { ext: string; site: string; reason: string; at: number; fraud: boolean } | null;
}
