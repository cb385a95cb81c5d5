const TICK_MS = 50;
/** Shorter than this is the machine at work, not a machine that stands still. */
const SHORT_MS = 100;

/**
 * Milliseconds for which this process, which asks for next to nothing, did not get its turn since the watch began: so long
 * the machine was held by its host or by others, and whatever has to happen in time could not.
 */
export function watchStalls(): () => number {
  let due = performance.now() + TICK_MS;
  let held = 0;
  setInterval(() => {
    const late = performance.now() - due;
    if (late > SHORT_MS) held += late;
    due = performance.now() + TICK_MS;
  }, TICK_MS).unref();
  return () => held;
}

/** So long a stall of the machine excuses a failure once. */
const EXCUSED_MS = 1_000;

/** Runs once, and once more (`again` is told of the failure first) where it failed while the machine stood still. */
export async function patiently<T extends { failed: number }>(
  run: () => Promise<T>,
  stalled: () => number,
  again: (failed: T, stalledMs: number) => void,
): Promise<T> {
  const before = stalled();
  const result = await run();
  const ms = stalled() - before;
  if (result.failed === 0 || ms < EXCUSED_MS) return result;
  again(result, ms);
  return run();
}
