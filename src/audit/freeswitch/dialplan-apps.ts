import type { Finding } from '../finding.ts';
import { dataOf } from './dialplan.ts';
import { at, type Check, type Config, childrenOf, descendants, extensionName, groupBy } from './model.ts';
import type { Node } from './tree.ts';

/** Applications that hand the call to something whose own rules the audit cannot read. */
const SCRIPTS = new Set([
  'lua',
  'javascript',
  'jsrun',
  'python',
  'python3',
  'perl',
  'java',
  'managed',
  'erlang',
  'httapi',
  'socket',
]);
const GUARD = /:8084\b|\$\{dw_socket\}/;
/** Text that a caller writes. */
const CALLERS = /\$\{(?:destination_number|caller_id_(?:name|number)|sip_[\w-]+|effective_caller_id_\w+)\}|\$[1-9]/;
const SHELL = /^(?:system|bgsystem|spawn|bg_spawn)$/;
const SHELL_CALL = /\$\{(?:system|bg_system|spawn|bg_spawn)\(([^)]*)\)/;

interface Placed {
  action: Node;
  extension: Node;
  subject: string;
}

function actions({ contexts }: Config): Placed[] {
  return [...contexts].flatMap(([context, node]) =>
    childrenOf(node, 'extension').flatMap((extension) =>
      ['action', 'anti-action'].flatMap((element) =>
        descendants(extension, element).map((action) => ({
          action,
          extension,
          subject: extensionName(context, extension),
        })),
      ),
    ),
  );
}

function inShell({ action, subject }: Placed): Finding[] {
  const { application = '' } = action.attributes;
  const command = SHELL.test(application) ? dataOf(action) : SHELL_CALL.exec(dataOf(action))?.[1];
  if (command === undefined || !CALLERS.test(command)) return [];
  return [
    at(action, 'shell_from_caller', 'critical', subject, {
      text: `Extension ${subject} puts text that the caller writes into a shell command.`,
      why: 'A caller ID or number with a ; or a backquote runs any command on this machine.',
      fix: 'Call no shell from the dialplan, or pass the command nothing but what an expression such as ^(\\d+)$ has taken.',
    }),
  ];
}

function listening({ action, extension, subject }: Placed): Finding[] {
  const { application } = action.attributes;
  if (application !== 'eavesdrop') return [];
  const guarded =
    descendants(extension, 'condition').some(
      ({ attributes }) => attributes.field && !/destination_number/.test(attributes.field),
    ) || descendants(extension, 'action').some((each) => /eavesdrop_require_group|pin/i.test(dataOf(each)));
  if (guarded) return [];
  return [
    at(action, 'eavesdrop_open', 'medium', subject, {
      text: `Every extension that may dial ${subject} can listen to the calls of others.`,
      why: 'One stolen password is enough to hear card numbers, PINs and passwords spoken on any call.',
      fix: 'Delete the extension, or write <action application="set" data="eavesdrop_require_group=GROUP"/> before eavesdrop.',
    }),
  ];
}

/** Steps of the dialplan that are dangerous wherever they stand; scripts are listed as unread. */
export const dialplanApps: Check = (config) => {
  const all = actions(config);
  for (const { action, subject } of all) {
    const { application = '' } = action.attributes;
    if (!SCRIPTS.has(application) || GUARD.test(dataOf(action))) continue;
    config.unread.push({
      file: action.file,
      line: action.line,
      why: `hands the call to "${application}" (${subject}): whether that dials out is not known`,
    });
  }
  const found = all.flatMap((each) => [...inShell(each), ...listening(each)]);
  return groupBy(found, ({ code, subject }) => `${code} ${subject}`).map(([first]) => first!);
};
