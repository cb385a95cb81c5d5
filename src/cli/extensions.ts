import type { Command } from 'commander';
import { PROFILES } from '../core/limits.ts';
import * as extensions from '../store/sqlite/extensions.ts';
import { type Cli, type CommonOptions, command } from './command.ts';
import { CommandError, STATUS } from './io.ts';
import { lister } from './lister.ts';
import { printJson } from './print.ts';
import { argument, extensionOf, sitePolicyOf, withState } from './state.ts';

interface ExtensionOptions extends CommonOptions {
  site?: string;
  profile?: string;
  machine?: boolean;
  note?: string;
}

function setCommand(cli: Cli): Command {
  return command(cli, 'set', {
    does: 'Give an extension a profile, or mark it as a machine on which nobody hears a warning.',
    examples: ['extensions set 230 --profile lobby', 'extensions set 290 --machine --note "fax"'],
  })
    .argument('<ext>', 'extension; "*": all that are not named')
    .option('--site <name>', 'its site')
    .option('--profile <name>', Object.keys(PROFILES).join(', '))
    .option('--machine', 'fax, door phone, alarm panel')
    .option('--no-machine', 'a person after all')
    .option('--note <text>', 'for whoever reads it later')
    .action((ext: string, _options, self: Command) => {
      const options = self.optsWithGlobals<ExtensionOptions>();
      const { profile, machine, note } = options;
      if (profile === undefined && machine === undefined && note === undefined) {
        throw new CommandError('say what to set: --profile, --machine, --no-machine or --note', STATUS.usage);
      }
      return withState(cli, options, ({ db, config }) => {
        const { site } = sitePolicyOf(config, options.site);
        const given = Object.entries({ profile, machine, note }).filter(([, value]) => value !== undefined);
        argument(() => extensions.set(db, { site, ext: extensionOf(config, ext, '*'), ...Object.fromEntries(given) }));
        const row = extensions.list(db).find((r) => r.site === site && r.ext === ext);
        if (options.json) printJson(cli.io, [row]);
        else cli.io.out(`${ext}: profile ${row?.profile}${row?.machine ? ', a machine' : ''}\n`);
      });
    });
}

function removeCommand(cli: Cli): Command {
  return command(cli, 'remove', { does: 'Forget what was set for an extension.', examples: ['extensions remove 230'] })
    .argument('<ext>', 'extension')
    .option('--site <name>', 'its site')
    .action((ext: string, _options, self: Command) => {
      const options = self.optsWithGlobals<ExtensionOptions>();
      return withState(cli, options, ({ db, config }) => {
        if (!extensions.remove(db, sitePolicyOf(config, options.site).site, ext)) {
          throw new CommandError(`nothing was set for extension ${ext}; see \`dialwarden extensions\``);
        }
        if (options.json) printJson(cli.io, [{ ext, removed: true }]);
        else cli.io.out(`${ext} is an extension like any other\n`);
      });
    });
}

const listCommand = (cli: Cli, name: string): Command =>
  lister<ExtensionOptions, extensions.ExtensionRow>(cli, name, {
    does: 'List the extensions with a profile of their own.',
    examples: ['extensions', 'extensions set 230 --profile lobby'],
    rows: ({ db }) => extensions.list(db),
    head: ['SITE', 'EXT', 'PROFILE', 'MACHINE', 'NOTE'],
    cells: (r) => [r.site, r.ext, r.profile, r.machine ? 'yes' : '', r.note],
    nothing: 'Every extension has the default profile.',
  });

/** `dialwarden extensions`: profiles and machines. */
export function extensionsCommand(cli: Cli): Command {
  return listCommand(cli, 'extensions')
    .addCommand(listCommand(cli, 'list'))
    .addCommand(setCommand(cli))
    .addCommand(removeCommand(cli));
}
