import { type Config, descendants, type Setting, setting, settings } from './model.ts';
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

const hasParams = (node: Node): boolean => node.children.some(({ name }) => name === 'params');

function usersOf(domain: Node): User[] {
  const groups = descendants(domain, 'group');
  return descendants(domain, 'user')
    .filter(({ attributes }) => attributes.type !== 'pointer')
    .map((node) => {
      const group = groups.find((each) => descendants(each, 'user').includes(node));
      const holders = [domain, ...(group ? [group] : []), node];
      return {
        id: node.attributes.id ?? '',
        domain: domain.attributes.name ?? '',
        node,
        params: holders.flatMap((each) => settings(each, 'params')),
        variables: holders.flatMap((each) => settings(each, 'variables', 'variable')),
        bare: !holders.some(hasParams),
      };
    });
}

/** Every user of every domain, once; pointers to users elsewhere are passed over. */
export const users = ({ domains }: Config): User[] => domains.flatMap(usersOf);

/** A setting of a user, the nearest first: its own, its group's, its domain's. */
export const param = (user: User, name: string): Setting | undefined => setting(user.params, name);
export const variable = (user: User, name: string): Setting | undefined => setting(user.variables, name);
