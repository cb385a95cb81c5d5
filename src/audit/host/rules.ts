import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { readText } from '../read-text.ts';
import { readIptables } from './iptables.ts';
import { readNft } from './nft.ts';
import type { Family, RuleSet } from './ruleset.ts';

/** Runs a program that lists rules; null where it is missing, fails or takes too long. */
export type List = (program: string, args: string[]) => string | null;

const FOLDERS = ['/usr/sbin', '/sbin', '/usr/bin', '/bin'];
const LONGEST_MS = 5_000;

export const list: List = (program, args) => {
  const path = FOLDERS.map((dir) => join(dir, program)).find(existsSync);
  if (!path) return null;
  try {
    const stdio: ['ignore', 'pipe', 'ignore'] = ['ignore', 'pipe', 'ignore'];
    return execFileSync(path, args, { encoding: 'utf8', timeout: LONGEST_MS, maxBuffer: 64 * 1024 * 1024, stdio });
  } catch {
    return null;
  }
};

/** What is known of a firewall. */
export interface Firewall {
  sets: readonly RuleSet[];
  /** IP versions whose rules could be read. */
  known: readonly Family[];
}

const BOTH: readonly Family[] = [4, 6];

/** ufw writes its rules down; they hold where it is enabled. Without IPV6=yes it takes IPv6 from the loopback only (/etc/default/ufw). */
function fromUfw(etc: string): Firewall {
  const read = (name: string): string => {
    const got = readText(join(etc, name));
    return 'text' in got ? got.text : '';
  };
  const [conf, defaults] = [read('ufw/ufw.conf'), read('default/ufw')];
  if (!/^\s*ENABLED\s*=\s*"?yes/im.test(conf)) return { sets: [], known: [] };
  const accepts = /^\s*DEFAULT_INPUT_POLICY\s*=\s*"?ACCEPT/im.test(defaults);
  const has6 = /^\s*IPV6\s*=\s*"?yes/im.test(defaults);
  const of = (family: Family, rules: string, chain: string, policy: 'accept' | 'drop'): RuleSet => {
    const set = readIptables(rules, family, chain);
    const entrance = set.chains.get(chain);
    if (entrance) entrance.policy = policy;
    return set;
  };
  const sets = [
    of(4, read('ufw/user.rules'), 'ufw-user-input', accepts ? 'accept' : 'drop'),
    of(
      6,
      has6 ? read('ufw/user6.rules') : ':ufw6-user-input -',
      'ufw6-user-input',
      has6 && accepts ? 'accept' : 'drop',
    ),
  ];
  return { sets, known: BOTH.filter((_, i) => sets[i]!.entrances.length > 0) };
}

/**
 * The firewall of this host: what nft, iptables-save and ip6tables-save list, else what ufw has written down. Nothing is known
 * where nothing could be read, which is so without root.
 */
export function firewall(run: List, etc: string): Firewall {
  const nft = run('nft', ['list', 'ruleset']);
  const saved = BOTH.map((family) => run(family === 4 ? 'iptables-save' : 'ip6tables-save', ['-t', 'filter']));
  const known = BOTH.filter((_, i) => nft !== null || saved[i] !== null);
  if (known.length === 0) return fromUfw(etc);
  const listed = saved.map((text, i) => (text === null ? null : readIptables(text, BOTH[i]!)));
  return { sets: [nft === null ? null : readNft(nft), ...listed].filter((set) => set !== null), known };
}
