const UNITS: Record<string, number> = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 };

/** Reads `90s`, `10m`, `2h`, `1d`, `1h30m` as milliseconds. Throws an Error that says what a duration looks like. */
export function parseDuration(text: string): number {
  if (!/^(\d{1,6}[smhdw])+$/.test(text)) throw new Error(`"${text}" is no duration such as 30s, 10m, 2h or 1d`);
  let total = 0;
  for (const [, count, unit] of text.matchAll(/(\d+)([smhdw])/g)) total += Number(count) * (UNITS[unit!] ?? 0);
  if (total === 0) throw new Error(`"${text}" is no time at all`);
  return total;
}

/** Milliseconds as a person says them: `2h 30m`, `45s`. */
export function formatDuration(ms: number): string {
  const parts: string[] = [];
  let rest = Math.max(0, Math.round(ms / 1000));
  for (const [unit, size] of [
    ['d', 86_400],
    ['h', 3_600],
    ['m', 60],
    ['s', 1],
  ] as const) {
    if (rest >= size) parts.push(`${Math.floor(rest / size)}${unit}`);
    rest %= size;
  }
  return parts.slice(0, 2).join(' ') || '0s';
}
