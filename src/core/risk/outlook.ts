import { type RiskTable, type Step, stepsOf } from './table.ts';

/** What the table says of all national numbers that begin alike. */
export interface Outlook {
  /** Alike for prefixes of which it says the same. */
  key: string;
  /** It tells some of them from others. */
  parted: boolean;
}

const said = (steps: readonly Step[]): unknown[] => [
  steps.findLast(({ special }) => special)?.special?.name,
  steps.findLast(({ lineTypes }) => lineTypes)?.lineTypes,
];

/** The outlook on prefixes (with `+`) of country code `code`. */
export function outlookOf(table: RiskTable, code: string): (prefix: string) => Outlook {
  const longer = new Map<string, string[]>();
  for (const known of table.prefixes.filter((prefix) => prefix.startsWith(code)))
    for (let end = code.length; end < known.length; end++) {
      const prefix = `+${known.slice(0, end)}`;
      longer.set(prefix, [...(longer.get(prefix) ?? []), known.slice(end)]);
    }
  const seen = new Map<string, Outlook>();
  const look = (prefix: string): Outlook => {
    const tails = longer.get(prefix) ?? [];
    const parts = tails.map((tail) => [tail, ...said(stepsOf(table, prefix + tail).slice(-1))]);
    return { key: JSON.stringify([said(stepsOf(table, prefix)), parts]), parted: tails.length > 0 };
  };
  return (prefix) => {
    const outlook = seen.get(prefix) ?? look(prefix);
    seen.set(prefix, outlook);
    return outlook;
  };
}
