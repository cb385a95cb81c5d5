import { type Target, targetOf } from './dial-string.ts';
import { type Config, childrenOf, descendants } from './model.ts';
import { pattern } from './pattern.ts';
import type { Node } from './tree.ts';

function entryTargets({ attributes }: Node, samples: readonly string[], context: string): Target[] {
  const { action, digits = '', param = '' } = attributes;
  const command = /^(?:transfer|execute_extension)\s+(.*)$/s.exec(param)?.[1];
  if (action !== 'menu-exec-app' || command === undefined) return [];
  const regex = digits.startsWith('/') ? pattern(digits) : null;
  const numbers = regex ? samples.flatMap((sample) => regex.exec(sample) ?? []) : [];
  const commands = numbers.length > 0 ? numbers.map((number) => command.replace(/\$\d/g, number)) : [command];
  return commands.flatMap((each) => targetOf(each, context) ?? []);
}

/** Where a caller gets to from an IVR menu (`ivr.conf`), with every sample number that he could key in there. */
export function menuTargets(config: Config, name: string, samples: readonly string[], context: string): Target[] {
  const conf = config.configurations.get('ivr.conf');
  const menu = conf && descendants(conf, 'menu').find(({ attributes }) => attributes.name === name.trim());
  return menu ? childrenOf(menu, 'entry').flatMap((entry) => entryTargets(entry, samples, context)) : [];
}
