/** What a rule does with a packet: a verdict, or the name of a chain to go through. */
interface Rule {
  /** Null: every protocol, every port. */
  protocol: string | null;
  ports: readonly (readonly [from: number, to: number])[] | null;
  /** It never fits a first packet of a stranger: a source address, an inner interface, an established connection. */
  never: boolean;
  /** A condition that is not understood (limits, marks, sets): whether it fits is open. */
  unsure: boolean;
  does: 'accept' | 'drop' | 'return' | { chain: string };
}

interface Chain {
  rules: Rule[];
  /** What happens at its end; null for a chain that others call. */
  policy: 'accept' | 'drop' | null;
}

/** Chains by name, and which of them stand at the entrance. */
export interface RuleSet {
  chains: Map<string, Chain>;
  entrances: string[];
}

/** Whether a stranger's first packet comes through. */
export type Passage = 'open' | 'closed';

/** Here, unlike in the PBX's files, 0.0.0.0 without a length is one host. */
const everybody = (network: string): boolean => /^(0\.0\.0\.0|::)\/0$/.test(network);

function portsOf(text: string): [number, number][] {
  return text
    .replace(/[{}\s]/g, '')
    .split(',')
    .map((part) => {
      const [from = 0, to] = part.split(/[:-]/).map(Number);
      return [from, to ?? from];
    });
}

/** Options of iptables that say nothing about the packet. */
const SILENT = /^(-m|--match|--comment|--reject-with|--log-prefix|--log-level|-w)$/;

/** One `-A` line. */
function iptablesRule(words: readonly string[]): Rule | null {
  const rule: Rule = { protocol: null, ports: null, never: false, unsure: false, does: 'accept' };
  let target: string | null = null;
  for (let i = 0; i < words.length; i++) {
    const negated = words[i] === '!';
    const option = words[negated ? ++i : i]!;
    const value = words[i + 1] ?? '';
    i++;
    if (option === '-p') rule.protocol = value;
    else if (option === '--dport' || option === '--dports') rule.ports = portsOf(value);
    else if (option === '-s') rule.never ||= !negated && !everybody(value);
    else if (option === '-i') rule.never ||= !negated && value === 'lo';
    else if (option === '--ctstate' || option === '--state') rule.never ||= negated === /\bNEW\b/.test(value);
    else if (option === '-j' || option === '-g') target = value;
    else if (!SILENT.test(option)) rule.unsure = true;
    if (negated && (option === '-p' || option.startsWith('--dport'))) rule.unsure = true;
  }
  if (target === null || /^(LOG|NFLOG|ULOG|MARK|CONNMARK|NOTRACK|CT|TCPMSS|AUDIT|SET)$/.test(target)) return null;
  const verdicts: Record<string, Rule['does']> = { ACCEPT: 'accept', DROP: 'drop', REJECT: 'drop', RETURN: 'return' };
  return { ...rule, does: verdicts[target] ?? { chain: target } };
}

/** The filter table of `iptables-save`, and the rule files of ufw, which are written the same way. */
export function readIptables(text: string): RuleSet {
  const chains = new Map<string, Chain>();
  const chain = (name: string): Chain => {
    const made = chains.get(name) ?? { rules: [], policy: null };
    chains.set(name, made);
    return made;
  };
  let table = 'filter';
  for (const line of text.split('\n')) {
    if (line.startsWith('*')) table = line.slice(1).trim();
    if (table !== 'filter') continue;
    const [, name, policy] = /^:(\S+) (\S+)/.exec(line) ?? [];
    if (name) chain(name).policy = policy === 'ACCEPT' ? 'accept' : policy === 'DROP' ? 'drop' : null;
    const [, into, rest] = /^-A (\S+) (.*)$/.exec(line.trim()) ?? [];
    const rule = into ? iptablesRule(rest!.match(/"(?:\\.|[^"])*"|\S+/g) ?? []) : null;
    if (rule) chain(into!).rules.push(rule);
  }
  return { chains, entrances: chains.has('INPUT') ? ['INPUT'] : [] };
}

/** What says nothing about the packet in a rule of nft: counting, logging, and with which answer it is rejected. */
const SAYS_NOTHING =
  /\b(counter( packets \d+ bytes \d+)?|log( prefix "[^"]*")?|comment "[^"]*"|with tcp reset|with icmp\S*( type)? \S+)/g;

function nftRule(line: string): Rule | null {
  let rest = line.replace(SAYS_NOTHING, ' ').trim();
  const rule: Rule = { protocol: null, ports: null, never: false, unsure: false, does: 'accept' };
  const [, verdict, chain] = /\b(accept|drop|reject|return|(?:jump|goto) (\S+))\s*$/.exec(rest) ?? [];
  if (!verdict) return null;
  rule.does = chain ? { chain } : verdict === 'reject' ? 'drop' : (verdict as 'accept' | 'drop' | 'return');
  rest = rest.slice(0, rest.length - verdict.length);
  const take = (pattern: RegExp, use: (found: RegExpExecArray) => void) => {
    const found = pattern.exec(rest);
    if (!found) return;
    use(found);
    rest = rest.replace(found[0], ' ');
  };
  take(/\b(tcp|udp|th) dport (\{[^}]*\}|[\d-]+)/, ([, protocol, ports]) => {
    rule.protocol = protocol === 'th' ? null : protocol!;
    rule.ports = portsOf(ports!);
  });
  take(/\b(?:meta l4proto|ip protocol|ip6 nexthdr) (\w+)/, ([, protocol]) => (rule.protocol = protocol!));
  take(/\bip6? saddr (\{[^}]*\}|[\w.:/]+)/, ([, network]) => (rule.never ||= !everybody(network!)));
  take(/\biif(?:name)? "?lo"?(?=\s|$)/, () => (rule.never = true));
  take(/\bct state (\{[^}]*\}|[\w,]+)/, ([, states]) => (rule.never ||= !/\bnew\b/.test(states!)));
  take(/\b(?:icmp|icmpv6|igmp)\b[^,]*/, () => (rule.never = true));
  if (rest.trim() !== '') rule.unsure = true;
  return rule;
}

/** `nft list ruleset`: every chain with `hook input` is an entrance, and a packet has to come through all of them. */
export function readNft(text: string): RuleSet {
  const set: RuleSet = { chains: new Map(), entrances: [] };
  let table = '';
  let chain: Chain | null = null;
  let name = '';
  for (const line of text.split('\n').map((l) => l.trim())) {
    const opened = /^(table|chain) (.+) \{$/.exec(line);
    if (opened?.[1] === 'table') table = opened[2]!;
    else if (opened) {
      name = `${table} ${opened[2]}`;
      chain = { rules: [], policy: null };
      set.chains.set(name, chain);
    } else if (line === '}') chain = null;
    else if (chain && /^type filter hook input\b/.test(line)) {
      chain.policy = /policy drop/.test(line) ? 'drop' : 'accept';
      set.entrances.push(name);
    } else if (chain && !/^type /.test(line)) {
      const rule = nftRule(line);
      if (rule && typeof rule.does === 'object') rule.does = { chain: `${table} ${rule.does.chain}` };
      if (rule) chain.rules.push(rule);
    }
  }
  return set;
}

/** Deeper than any firewall's chains call each other. */
const MAX_DEPTH = 16;

function through(set: RuleSet, name: string, protocol: string, port: number, depth: number): Passage | null {
  const chain = set.chains.get(name);
  if (!chain || depth > MAX_DEPTH) return null;
  for (const rule of chain.rules) {
    if (rule.never || (rule.protocol !== null && rule.protocol !== protocol && rule.protocol !== 'all')) continue;
    if (rule.ports !== null && !rule.ports.some(([from, to]) => port >= from && port <= to)) continue;
    if (typeof rule.does === 'object') {
      const passage = through(set, rule.does.chain, protocol, port, depth + 1);
      if (passage !== null && !rule.unsure) return passage;
    } else if (rule.unsure) continue;
    else if (rule.does === 'return') break;
    else return rule.does === 'accept' ? 'open' : 'closed';
  }
  return chain.policy === null ? null : chain.policy === 'accept' ? 'open' : 'closed';
}

/** Whether a stranger's packet to a port comes through every entrance. Rules that are not understood let nothing by and stop nothing. */
export function passage(sets: readonly RuleSet[], protocol: 'tcp' | 'udp', port: number): Passage {
  const closed = sets.some((set) => set.entrances.some((name) => through(set, name, protocol, port, 0) === 'closed'));
  return closed ? 'closed' : 'open';
}
