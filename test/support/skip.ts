/** What is asked for cannot be had on this machine; the message says why. */
export class Skip extends Error {}

/** Called in a test or in `before`: skips that test, or all of the suite. */
export function skip(why: string): never {
  throw new Skip(why);
}
