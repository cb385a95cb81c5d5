import { constants, setPriority } from 'node:os';

/** Long work beside a guard that answers calls: it takes the processor only when nobody else wants it. */
export function politely(): void {
  try {
    setPriority(constants.priority.PRIORITY_LOW);
  } catch {
    // Some containers forbid it; the work is done all the same.
  }
}
