import type { Destination } from './destination.ts';
import type { Override } from './facts.ts';

/** The owner's class for a prefix replaces what the world table says. */
export function reclassed(destination: Destination, override: Override | null): Destination {
  if (override?.action !== 'class' || override.class === null || !('class' in destination)) return destination;
  return { ...destination, class: override.class };
}
