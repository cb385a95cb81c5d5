import { type Chain, everybody, type Family, newRule, portsOf, type Rule, type RuleSet } from './ruleset.ts';

/** Options of iptables that say nothing about the packet. */
const SILENT = /^(-m|--match|--comment|--reject-with|--log-prefix|--log-level|-w)$/;

/** Targets after which the next rule is looked at. */
const GOES_ON = /^(LOG|NFLOG|ULOG|MARK|CONNMARK|NOTRACK|CT|TCPMSS|AUDIT|SET)$/;

const VERDICTS: Readonly<Record<string, Rule['does']>> = {
  ACCEPT: 'accept',
  DROP: 'drop',
  REJECT: 'drop',
  RETURN: 'return',
};

/** One `-A` line. */
function ruleOf(words: readonly string[]): Rule | null {
  const rule = newRule();
  let target: string | null = null;
  let goto = false;
  for (let i = 0; i < words.length; i++) {
    const negated = words[i] === '!';
    const option = words[negated ? ++i : i]!;
    const value = words[i + 1] ?? '';
    i++;
    if (option === '-p') rule.protocol = value;
    else if (option === '--dport' || option === '--dports') rule.ports = portsOf(value);
    else if (option === '-s') rule.never ||= !negated && !everybody(value);
    else if (option === '-i') rule.interfaces = { names: [value.replace(/\+$/, '*')], not: negated };
    else if (option === '--ctstate' || option === '--state') rule.never ||= negated === /\bNEW\b/.test(value);
    else if (option === '-j' || option === '-g') [target, goto] = [value, option === '-g'];
    else if (!SILENT.test(option)) rule.unsure = true;
    if (negated && (option === '-p' || option.startsWith('--dport'))) rule.unsure = true;
  }
  if (target === null || GOES_ON.test(target)) return null;
  return { ...rule, does: VERDICTS[target] ?? { chain: target, goto } };
}

/**
 * The filter table of `iptables-save` (family 4) or `ip6tables-save` (6), and the rule files of ufw, which are written the
 * same way. `entrance` is the chain that packets for this host go through.
 */
export function readIptables(text: string, family: Family, entrance = 'INPUT'): RuleSet {
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
    const rule = into ? ruleOf(rest!.match(/"(?:\\.|[^"])*"|\S+/g) ?? []) : null;
    if (rule) chain(into!).rules.push(rule);
  }
  return { chains, entrances: chains.has(entrance) ? [{ chain: entrance, families: [family] }] : [] };
}
