import { type Chain, everybody, type Family, newRule, portsOf, type Rule, type RuleSet } from './ruleset.ts';

/** What says nothing about the packet in a rule of nft: counting, logging, and with which answer it is rejected. */
const SAYS_NOTHING =
  /\b(counter( packets \d+ bytes \d+)?|log( prefix "[^"]*")?|comment "[^"]*"|with tcp reset|with icmp\S*( type)? \S+)/g;

/** Which packets a table gets, by its family (nft(8), ADDRESS FAMILIES); arp, bridge and netdev get none for this host. */
const FAMILIES: Readonly<Record<string, readonly Family[]>> = { ip: [4], ip6: [6], inet: [4, 6] };

const familyOf = (word: string): Family => (word.includes('6') ? 6 : 4);

function verdictOf(word: string): Rule['does'] {
  const [, how, chain] = /^(jump|goto) (\S+)$/.exec(word) ?? [];
  if (chain) return { chain, goto: how === 'goto' };
  return word === 'reject' ? 'drop' : (word as 'accept' | 'drop' | 'return');
}

function ruleOf(line: string): Rule | null {
  let rest = line.replace(SAYS_NOTHING, ' ').trim();
  const [, verdict] = /\b(accept|drop|reject|return|(?:jump|goto) \S+)\s*$/.exec(rest) ?? [];
  if (!verdict) return null;
  const rule: Rule = { ...newRule(), does: verdictOf(verdict) };
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
  take(/\bmeta (?:nfproto|protocol) (ip(?:v4|v6|6)?)(?=\s|$)/, ([, word]) => (rule.family = familyOf(word!)));
  take(/\bmeta l4proto (\w+)/, ([, protocol]) => (rule.protocol = protocol!));
  take(/\b(ip protocol|ip6 nexthdr) (\w+)/, ([, word, protocol]) => {
    rule.family = familyOf(word!);
    rule.protocol = protocol!;
  });
  take(/\b(ip6?) saddr (!= )?(\{[^}]*\}|[\w.:/]+)/, ([, word, not, network]) => {
    rule.family = familyOf(word!);
    rule.never ||= !not && !everybody(network!);
  });
  take(/\biif(?:name)? (!= )?(\{[^}]*\}|"[^"]*"|\w[^\s]*)/, ([, not, names]) => {
    rule.interfaces = { names: names!.match(/[^\s{},"]+/g) ?? [], not: not !== undefined };
  });
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
      set.entrances.push({ chain: name, families: FAMILIES[table.split(' ')[0]!] ?? [] });
    } else if (chain && !/^type /.test(line)) {
      const rule = ruleOf(line);
      if (rule && typeof rule.does === 'object') rule.does = { ...rule.does, chain: `${table} ${rule.does.chain}` };
      if (rule) chain.rules.push(rule);
    }
  }
  return set;
}
