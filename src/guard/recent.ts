/** The values that were used last, by key: a map that forgets the one that was not used for the longest time. */
export interface Recent<T> {
  get(key: string): T | null;
  /** Puts a value, or marks the one that is there as used. */
  set(key: string, value: T): void;
  size(): number;
}

export function recent<T>(most: number): Recent<T> {
  const kept = new Map<string, T>();
  return {
    get: (key) => kept.get(key) ?? null,
    set(key, value) {
      kept.delete(key);
      kept.set(key, value);
      if (kept.size > most) kept.delete(kept.keys().next().value as string);
    },
    size: () => kept.size,
  };
}
