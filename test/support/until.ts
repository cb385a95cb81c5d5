export const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

type Truthy<T> = Exclude<T, null | undefined | false | 0 | ''>;

/** Polls until `look` gives something truthy and returns it; throws after `ms`, naming `what`. */
export async function until<T>(what: string, look: () => T | Promise<T>, ms = 15_000): Promise<Truthy<T>> {
  const end = Date.now() + ms;
  for (;;) {
    const seen = await look();
    if (seen) return seen as Truthy<T>;
    if (Date.now() > end) throw new Error(`waited ${ms} ms in vain for ${what}`);
    await sleep(20);
  }
}
