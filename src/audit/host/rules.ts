import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { readText } from '../read-text.ts';
import { type RuleSet, readIptables, readNft } from './firewall.ts';

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

/** ufw writes its rules down; they hold where it is enabled. */
function fromUfw(etc: string): RuleSet[] {
  const [conf, defaults, rules] = ['ufw/ufw.conf', 'default/ufw', 'ufw/user.rules'].map((name) => {
    const got = readText(join(etc, name));
    return 'text' in got ? got.text : '';
  });
  if (!/^\s*ENABLED\s*=\s*"?yes/im.test(conf!) || rules === '') return [];
  const policy = /^\s*DEFAULT_INPUT_POLICY\s*=\s*"?ACCEPT/im.test(defaults!) ? 'accept' : 'drop';
  const set = readIptables(rules!);
  const user = set.chains.get('ufw-user-input');
  if (!user) return [];
  set.chains.set('ufw-user-input', { ...user, policy });
  return [{ chains: set.chains, entrances: ['ufw-user-input'] }];
}

/**
 * The firewall of this host: what nft and iptables-save list, else what ufw has written down. Null where nothing could be
 * read, which is so without root.
 */
export function firewall(run: List, etc: string): RuleSet[] | null {
  const nft = run('nft', ['list', 'ruleset']);
  const iptables = run('iptables-save', ['-t', 'filter']);
  const listed = [nft === null ? null : readNft(nft), iptables === null ? null : readIptables(iptables)];
  const read = listed.filter((set): set is RuleSet => set !== null);
  if (read.length > 0) return read;
  const written = fromUfw(etc);
  return written.length > 0 ? written : null;
}
