/** Versions of IP, which have rules of their own. */
export type Family = 4 | 6;

/** What a rule does with a packet: a verdict, or the name of a chain to go through; `goto` does not come back to the rules after it. */
export interface Rule {
  /** Null: both. */
  family: Family | null;
  /** Null: every protocol, every port. */
  protocol: string | null;
  ports: readonly (readonly [from: number, to: number])[] | null;
  /** Interfaces by which the packet comes, or does not; `eth*` stands for all that begin so. Null: by any. */
  interfaces: { names: readonly string[]; not: boolean } | null;
  /** It never fits a first packet of a stranger: a source address, an established connection. */
  never: boolean;
  /** A condition that is not understood (limits, marks, sets): whether it fits is open. */
  unsure: boolean;
  does: 'accept' | 'drop' | 'return' | { chain: string; goto: boolean };
}

export interface Chain {
  rules: Rule[];
  /** What happens at its end; null for a chain that others call. */
  policy: 'accept' | 'drop' | null;
}

/** Chains by name, and which of them stand at the entrance, for packets of which IP versions. */
export interface RuleSet {
  chains: Map<string, Chain>;
  entrances: { chain: string; families: readonly Family[] }[];
}

/** A rule without a condition, which lets everything by. */
export const newRule = (): Rule => ({
  family: null,
  protocol: null,
  ports: null,
  interfaces: null,
  never: false,
  unsure: false,
  does: 'accept',
});

/** Here, unlike in the PBX's files, 0.0.0.0 without a length is one host. */
export const everybody = (network: string): boolean => /^(0\.0\.0\.0|::)\/0$/.test(network);

/** Ports as both programs list them: `22`, `22,8000:8010`, `{ 22, 8000-8010 }`. */
export function portsOf(text: string): [number, number][] {
  return text
    .replace(/[{}\s]/g, '')
    .split(',')
    .map((part) => {
      const [from = 0, to] = part.split(/[:-]/).map(Number);
      return [from, to ?? from];
    });
}
