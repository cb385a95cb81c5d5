import { type Config, descendants, isTrue, type Setting, setting, settings } from './model.ts';
import type { Node } from './tree.ts';

/** A SIP profile of mod_sofia. */
export interface Profile {
  name: string;
  node: Node;
  params: Setting[];
  /** The value that counts for a setting, or null. */
  value(name: string): string | null;
  /** Whether calls must authenticate (`auth-calls`, off unless set). */
  challenges: boolean;
  /** Whether phones may register here. */
  registers: boolean;
  context: string;
}

function asProfile(node: Node): Profile {
  const params = settings(node, 'settings');
  const value = (name: string) => setting(params, name)?.value ?? null;
  return {
    name: node.attributes.name ?? '',
    node,
    params,
    value,
    challenges: isTrue(value('auth-calls') ?? 'false'),
    registers: !isTrue(value('disable-register') ?? 'false'),
    context: value('context') || 'default',
  };
}

/** The SIP profiles of `sofia.conf`. */
export function profiles({ configurations }: Config): Profile[] {
  const sofia = configurations.get('sofia.conf');
  return sofia ? descendants(sofia, 'profile').map(asProfile) : [];
}

/** Where a setting stands, or the profile itself when it is missing. */
export const place = ({ node, params }: Profile, name: string): { file: string; line: number } =>
  setting(params, name) ?? node;
