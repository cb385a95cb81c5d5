import type { Family, Rule, RuleSet } from './ruleset.ts';

/** A stranger's first packet. */
export interface Packet {
  family: Family;
  protocol: 'tcp' | 'udp';
  port: number;
  /** The interface by which it comes; null where that is not known, which is never the loopback. */
  from: string | null;
}

/** Whether a stranger's first packet comes through. */
export type Passage = 'open' | 'closed';

/** Deeper than any firewall's chains call each other. */
const MAX_DEPTH = 16;

const isNamed = (name: string, pattern: string): boolean =>
  pattern.endsWith('*') ? name.startsWith(pattern.slice(0, -1)) : name === pattern;

/** Whether a packet surely comes by the interfaces of a rule. */
function comesBy(interfaces: Rule['interfaces'], from: string | null): boolean {
  if (interfaces === null) return true;
  const { names, not } = interfaces;
  if (from === null) return not && names.every((name) => name === 'lo');
  return names.some((name) => isNamed(from, name)) !== not;
}

/** Whether a rule surely fits a packet. */
function fits(rule: Rule, { family, protocol, port, from }: Packet): boolean {
  if (rule.never || rule.unsure || (rule.family !== null && rule.family !== family)) return false;
  if (rule.protocol !== null && rule.protocol !== protocol && rule.protocol !== 'all') return false;
  if (rule.ports !== null && !rule.ports.some(([first, last]) => port >= first && port <= last)) return false;
  return comesBy(rule.interfaces, from);
}

/** Null: the chain has come to its end, and its caller goes on. */
function through(set: RuleSet, name: string, packet: Packet, depth: number): Passage | null {
  const chain = set.chains.get(name);
  if (!chain || depth > MAX_DEPTH) return null;
  for (const { does } of chain.rules.filter((rule) => fits(rule, packet))) {
    if (does === 'return') break;
    if (typeof does !== 'object') return does === 'accept' ? 'open' : 'closed';
    const passage = through(set, does.chain, packet, depth + 1);
    if (passage !== null) return passage;
    // iptables(8), --goto: what is not decided there goes on in the chain that called this one.
    if (does.goto) break;
  }
  return chain.policy === null ? null : chain.policy === 'accept' ? 'open' : 'closed';
}

/**
 * Whether a stranger's packet comes through every entrance for its IP version. Rules that are not understood let nothing by
 * and stop nothing.
 */
export function passage(sets: readonly RuleSet[], packet: Packet): Passage {
  const closed = sets.some((set) =>
    set.entrances.some(
      ({ chain, families }) => families.includes(packet.family) && through(set, chain, packet, 0) === 'closed',
    ),
  );
  return closed ? 'closed' : 'open';
}
