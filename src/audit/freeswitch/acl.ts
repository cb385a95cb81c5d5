import type { Finding } from '../finding.ts';
import { at, type Check, type Config, childrenOf, descendants, isTrue, type Setting } from './model.ts';
import { type Profile, profiles } from './profiles.ts';
import type { Node } from './tree.ts';

/** Whom a network list lets in: every address, every address of the local network, or only those that are named. */
export type Reach = 'all' | 'local' | 'named';

/** Lists that FreeSWITCH makes itself (switch_core.c, switch_load_network_lists). */
const BUILT_IN: Record<string, Reach> = {
  'any_v4.auto': 'all',
  'any_v6.auto': 'all',
  'wan.auto': 'all',
  'wan_v4.auto': 'all',
  'wan_v6.auto': 'all',
  'rfc1918.auto': 'local',
  'localnet.auto': 'local',
  'nat.auto': 'local',
  'loopback.auto': 'named',
};

/** A network this large is no list of known addresses any more: prefix lengths below these. */
const WIDE_V4 = 8;
const WIDE_V6 = 16;

const isWide = (cidr: string): boolean => {
  const bits = Number(/\/(\d+)$/.exec(cidr)?.[1] ?? 128);
  return bits < (cidr.includes(':') ? WIDE_V6 : WIDE_V4);
};

const PRIVATE = /^(10\.\d+\.\d+\.\d+\/8|172\.16\.0\.0\/12|192\.168\.\d+\.\d+\/16)$/;

const lists = ({ configurations }: Config): Node[] => {
  const conf = configurations.get('acl.conf');
  return conf ? descendants(conf, 'list') : [];
};

const allows = ({ attributes }: Node): boolean => isTrue(attributes.type) || attributes.type === undefined;

function nodeReach(node: Node): Reach {
  const cidr = node.attributes.cidr ?? (node.attributes.mask === '0.0.0.0' ? '0.0.0.0/0' : '');
  if (cidr.split(',').some((each) => isWide(each.trim()))) return 'all';
  return cidr.split(',').some((each) => PRIVATE.test(each.trim())) ? 'local' : 'named';
}

/** Directory users that a list lets in by `<node domain="...">`: those with a `cidr` attribute. */
const usersByAddress = ({ domains }: Config): Node[] =>
  domains.flatMap((domain) => descendants(domain, 'user').filter(({ attributes }) => attributes.cidr));

function listReach(list: Node): Reach {
  const nodes = childrenOf(list, 'node');
  // The narrowest network that fits decides, so a denial of everything takes the place of the default.
  const closed = nodes.some((node) => !allows(node) && nodeReach(node) === 'all');
  if (isTrue(list.attributes.default) && !closed) return 'all';
  const reaches = nodes.filter(allows).map(nodeReach);
  return reaches.includes('all') ? 'all' : reaches.includes('local') ? 'local' : 'named';
}

/** Whom an ACL of a setting lets in: a list's name, a built-in list or a network; sofia's `list:pass:fail` is cut. */
export function reach(config: Config, value: string): Reach {
  const name = /^[\w.-]+$/.test(value.split(':')[0]!) && !value.includes('/') ? value.split(':')[0]! : value;
  const list = lists(config).find(({ attributes }) => attributes.name === name);
  if (list) return listReach(list);
  if (name.includes('/')) return isWide(name) ? 'all' : PRIVATE.test(name) ? 'local' : 'named';
  return BUILT_IN[name] ?? 'named';
}

/** The lists of `apply-inbound-acl`: one that allows is enough, and "none" takes back those before it. */
export function inboundLists({ params }: Profile): string[] {
  const all = params
    .filter(({ name, value }) => name === 'apply-inbound-acl' && value !== '')
    .map(({ value }) => value);
  return all.slice(all.lastIndexOf('none') + 1);
}

/** Whether calls come from listed addresses only. */
export function isClosed(config: Config, profile: Profile): boolean {
  const all = inboundLists(profile);
  return all.length > 0 && all.every((value) => reach(config, value) !== 'all');
}

const ACL_SETTINGS = ['apply-inbound-acl', 'apply-register-acl', 'apply-proxy-acl', 'auth-acl'];

/** Names of the lists that some setting refers to. */
function listsInUse({ configurations }: Config): ReadonlySet<string> {
  const params = [...configurations.values()].flatMap((conf) => descendants(conf, 'param'));
  const uses = params.filter(({ attributes }) => ACL_SETTINGS.includes((attributes.name ?? '').toLowerCase()));
  return new Set(uses.map(({ attributes }) => (attributes.value ?? '').split(':')[0]!));
}

function openList(list: Node, used: boolean): Finding {
  const name = list.attributes.name ?? '';
  const byDefault = isTrue(list.attributes.default);
  return at(list, 'acl_open', used ? 'high' : 'low', name, {
    text: `The network list ${name} lets in ${byDefault ? 'every address that it does not name (default="allow")' : 'the whole Internet'}${used ? '' : '; nothing uses it yet'}.`,
    why: 'Whatever is protected by this list alone is protected from nobody.',
    fix: `Write <list name="${name}" default="deny"> and one <node type="allow" cidr="..."/> for each network you know.`,
  });
}

/** An address that calls without a password because a list names it. */
function bypass(config: Config, use: Setting, profile: string): Finding[] {
  const who = reach(config, use.value);
  if (who === 'named') return [];
  const all = who === 'all';
  return [
    at(use, 'acl_instead_of_password', all ? 'critical' : 'medium', profile, {
      text: `Profile ${profile} takes ${use.name === 'apply-register-acl' ? 'registrations' : 'calls'} from ${all ? 'any address' : 'the whole local network'} without a password (${use.name}="${use.value}").`,
      why: 'An address that this list allows is taken as authenticated, so nobody there needs a password to dial.',
      fix: `Let ${use.name} name a list with default="deny" that holds the addresses of known trunks only, or delete the line.`,
    }),
  ];
}

function userWithoutPassword(user: Node): Finding {
  const wide = user.attributes.cidr!.split(',').some((each) => isWide(each.trim()));
  return at(user, 'user_by_address', wide ? 'critical' : 'medium', user.attributes.id ?? '', {
    text: `User ${user.attributes.id} is taken by address (cidr="${user.attributes.cidr}"), without a password.`,
    why: 'Whoever sends from, or sits behind, such an address dials as this user.',
    fix: `Delete the cidr attribute of user ${user.attributes.id}, or narrow it to the one address of the device (/32).`,
  });
}

/** Network lists that are open, and callers who need no password because of their address. */
export const acl: Check = (config) => {
  const inUse = listsInUse(config);
  const isUsed = ({ attributes: { name } }: Node): boolean => name !== undefined && inUse.has(name);
  const open = lists(config).filter((list) => listReach(list) === 'all');
  const byDomain = lists(config).filter((list) => childrenOf(list, 'node').some(({ attributes }) => attributes.domain));
  return [
    ...open.map((list) => openList(list, isUsed(list))),
    ...profiles(config).flatMap(({ name, params, challenges }) =>
      params
        .filter((each) => each.name === 'apply-register-acl' || (each.name === 'apply-inbound-acl' && challenges))
        .flatMap((each) => bypass(config, each, name)),
    ),
    ...(byDomain.some(isUsed) ? usersByAddress(config).map(userWithoutPassword) : []),
  ];
};
