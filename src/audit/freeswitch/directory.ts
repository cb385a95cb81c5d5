import { type Config, childrenOf, descendants, type Setting, setting, settings } from './model.ts';
import type { Node } from './tree.ts';

/** A user of the directory with what its domain and groups give it. */
export interface User {
  id: string;
  domain: string;
  node: Node;
  params: Setting[];
  variables: Setting[];
  /** Neither the user, its group nor its domain has a `<params>`. */
  bare: boolean;
}

/** What a domain, a group or a user sets. */
interface Holder {
  params: Setting[];
  variables: Setting[];
  hasParams: boolean;
}

const held = (node: Node): Holder => ({
  params: settings(node, 'params'),
  variables: settings(node, 'variables', 'variable'),
  hasParams: childrenOf(node, 'params').length > 0,
});

function usersOf(domain: Node): User[] {
  const ofDomain = held(domain);
  const ofGroup = new Map<Node, Holder>();
  for (const group of descendants(domain, 'group')) {
    const its = held(group);
    for (const user of descendants(group, 'user')) ofGroup.set(user, its);
  }
  const own = descendants(domain, 'user').filter(({ attributes }) => attributes.type !== 'pointer');
  return own.map((node) => {
    const group = ofGroup.get(node);
    const holders = [ofDomain, ...(group ? [group] : []), held(node)];
    return {
      id: node.attributes.id ?? '',
      domain: domain.attributes.name ?? '',
      node,
      params: holders.flatMap(({ params }) => params),
      variables: holders.flatMap(({ variables }) => variables),
      bare: !holders.some(({ hasParams }) => hasParams),
    };
  });
}

/** Every user of every domain, once; pointers to users elsewhere are passed over. */
export const users = ({ domains }: Config): User[] => domains.flatMap(usersOf);

/** A setting of a user, the nearest first: its own, its group's, its domain's. */
export const param = (user: User, name: string): Setting | undefined => setting(user.params, name);
export const variable = (user: User, name: string): Setting | undefined => setting(user.variables, name);
