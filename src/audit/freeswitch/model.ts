import type { Finding, Severity, Unread } from '../finding.ts';
import type { Variable } from './preprocess.ts';
import type { Node, Tree } from './tree.ts';

/** A FreeSWITCH configuration, taken apart into its sections. */
export interface Config {
  /** Its `freeswitch.xml`. */
  file: string;
  variables: Map<string, Variable>;
  /** `<configuration>` by its name: the first of a name counts. */
  configurations: Map<string, Node>;
  /** `<domain>` elements of the directory. */
  domains: Node[];
  /** `<context>` elements of the dialplan by name: the first of a name counts. */
  contexts: Map<string, Node>;
  /** Modules that are loaded; null when `modules.conf` is not there. */
  modules: Set<string> | null;
  unread: Unread[];
}

/** One family of checks: reads the configuration and returns what is wrong with it. */
export type Check = (config: Config) => Finding[];

/** A setting with the place where it stands. */
export interface Setting {
  name: string;
  value: string;
  file: string;
  line: number;
}

/** Every element of a name below `node`, in the order of the file. */
export function descendants(node: Node, name: string): Node[] {
  const found: Node[] = [];
  const visit = ({ children }: Node): void => {
    for (const child of children) {
      if (child.name === name) found.push(child);
      visit(child);
    }
  };
  visit(node);
  return found;
}

export const childrenOf = (node: Node, name: string): Node[] => node.children.filter((child) => child.name === name);

/** The settings of `<settings>`, `<params>` or `<variables>`: their children with a name and a value. */
export function settings(node: Node | undefined, wrapper: string | null, element = 'param'): Setting[] {
  if (!node) return [];
  const parents = wrapper === null ? [node] : childrenOf(node, wrapper);
  return parents.flatMap((parent) =>
    childrenOf(parent, element).map(({ attributes, file, line }) => ({
      name: (attributes.name ?? '').toLowerCase(),
      value: attributes.value ?? '',
      file,
      line,
    })),
  );
}

/** The setting that counts: FreeSWITCH reads them in order, so the last one. */
export const setting = (all: readonly Setting[], name: string): Setting | undefined =>
  all.findLast((each) => each.name === name);

/** FreeSWITCH's own idea of true (`switch_true`). */
export const isTrue = (value: string | undefined): boolean =>
  value !== undefined && (/^(yes|on|true|t|enabled|active|allow)$/i.test(value) || /^-?0*[1-9]\d*$/.test(value));

/** Whether a module is loaded; without a `modules.conf` to tell, it is taken to be. */
export const loaded = ({ modules }: Config, module: string): boolean => modules === null || modules.has(module);

/** How an administrator knows an extension: `public/disa`. */
export const extensionName = (context: string, { attributes }: Node): string =>
  `${context}/${attributes.name ?? 'unnamed'}`;

/** Groups by key, in the order of first appearance. */
export function groupBy<T, K>(all: readonly T[], keyOf: (each: T) => K): T[][] {
  const groups = new Map<K, T[]>();
  for (const each of all) {
    const key = keyOf(each);
    const group = groups.get(key);
    if (group) group.push(each);
    else groups.set(key, [each]);
  }
  return [...groups.values()];
}

/** A finding at a place of the configuration. */
export const at = (
  { file, line }: { file: string; line: number },
  code: string,
  severity: Severity,
  subject: string,
  words: Pick<Finding, 'text' | 'why' | 'fix'>,
): Finding => ({ code, severity, file, line, subject, ...words });

const sections = (root: Node, name: string): Node[] =>
  descendants(root, 'section').filter(({ attributes }) => attributes.name === name);

function byName(nodes: Node[]): Map<string, Node> {
  const named = new Map<string, Node>();
  for (const node of nodes) {
    const name = node.attributes.name ?? '';
    if (!named.has(name)) named.set(name, node);
  }
  return named;
}

/** Takes the document apart. */
export function asConfig({ root, variables, unread }: Tree): Config {
  const configurations = byName(sections(root, 'configuration').flatMap((each) => descendants(each, 'configuration')));
  const modules = configurations.get('modules.conf');
  return {
    file: root.file,
    variables,
    configurations,
    domains: sections(root, 'directory').flatMap((each) => childrenOf(each, 'domain')),
    contexts: byName(sections(root, 'dialplan').flatMap((each) => descendants(each, 'context'))),
    modules: modules ? new Set(descendants(modules, 'load').map((each) => each.attributes.module ?? '')) : null,
    unread: [...unread],
  };
}
