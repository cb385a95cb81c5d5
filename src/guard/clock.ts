import type { CallGuard } from './port-call-guard.ts';

/** A clock that is put right by less is simply followed. */
const JUMP_MS = 60_000;
/** How long a clock that jumped ahead has to stay there until it is believed. */
const PROOF_MS = 15 * 60_000;

export interface ClockParts {
  /** The machine's clock, in milliseconds since 1970. */
  wall: () => number;
  /** Milliseconds that have passed since some moment; never put right. */
  elapsed: () => number;
  /** Told once of every jump; `believed` is whether the guard follows it at once. */
  onJump: (byMs: number, believed: boolean) => void;
}

/**
 * The time that calls are judged by, in milliseconds since 1970. A machine's clock that jumps ahead would end every lease
 * and free the money of 24 hours, and leave calls on record that lie in the future once it is put right; so such a jump
 * is believed only after a quarter of an hour. A clock that goes back is followed at once: what lies ahead of it then
 * still counts as spent.
 */
export function steadyClock({ wall, elapsed, onJump }: ClockParts): () => number {
  let offset = wall() - elapsed();
  let doubted: { offset: number; since: number } | null = null;

  const follow = (seen: number) => {
    offset = seen;
    doubted = null;
  };
  return () => {
    const passed = elapsed();
    const seen = wall() - passed;
    const by = seen - offset;
    if (by <= JUMP_MS) {
      if (by < -JUMP_MS) onJump(by, true);
      follow(seen);
    } else if (doubted === null || Math.abs(seen - doubted.offset) > JUMP_MS) {
      doubted = { offset: seen, since: passed };
      onJump(by, false);
    } else if (passed - doubted.since >= PROOF_MS) follow(seen);
    return passed + offset;
  };
}

/** The same guard, which takes the time of questions and ends from `now` and not from whoever brings them. */
export const onClock = <G extends CallGuard>(guard: G, now: () => number): G => ({
  ...guard,
  ask: (attempt) => guard.ask({ ...attempt, at: now() }),
  ended: (end) => guard.ended({ ...end, at: now() }),
});
