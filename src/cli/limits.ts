import { readFileSync, writeFileSync } from 'node:fs';
import type { Command } from 'commander';
import * as limits from '../store/sqlite/limits.ts';
import { type Cli, type CommonOptions, command } from './command.ts';
import { CommandError, STATUS } from './io.ts';
import { facts, iso, printJson, table, wallTime } from './print.ts';
import { argument, extensionOf, sitePolicyOf, withState } from './state.ts';

interface LimitOptions extends CommonOptions {
  site?: string;
}

const VALUE_HELP = `
Limits: ${limits.LIMIT_NAMES.join(', ')}
A value is a number (money in units of the currency), "none", opening hours or ISO regions parted by commas.
EXT may be "*": every extension of the site.
`;

function showCommand(cli: Cli): Command {
  return command(cli, 'show', {
    does: 'Limits in force for an extension, and where each comes from.',
    examples: ['limits show 214'],
  })
    .argument('[ext]', 'extension', '*')
    .option('--site <name>', 'its site')
    .action((ext: string, _options, self: Command) => {
      const options = self.optsWithGlobals<LimitOptions>();
      return withState(
        cli,
        options,
        ({ db, config }) => {
          const { site, timezone } = sitePolicyOf(config, options.site);
          const { profile, values, probation } = limits.show(db, site, ext, cli.io.now());
          if (options.json) return printJson(cli.io, [{ site, ext, profile, probation: iso(probation), values }]);
          cli.io.out(
            facts([
              ['extension', ext],
              ['site', site],
              ['profile', profile],
              ['armed until', wallTime(probation, timezone)],
            ]),
          );
          cli.io.out(
            `\n${table(
              ['LIMIT', 'VALUE', 'FROM'],
              values.map((v) => [v.name, v.value, v.origin]),
            )}`,
          );
        },
        { readonly: true },
      );
    });
}

function setCommand(cli: Cli): Command {
  return command(cli, 'set', {
    does: 'Set one limit of an extension.',
    examples: ['limits set 214 calls_per_day.international 20', 'limits set "*" hours "Mon-Fri 07:00-20:00"'],
  })
    .arguments('<ext> <limit> <value>')
    .option('--site <name>', 'its site')
    .addHelpText('after', VALUE_HELP)
    .action((ext: string, name: string, value: string, _options, self: Command) => {
      const options = self.optsWithGlobals<LimitOptions>();
      return withState(cli, options, ({ db, config }) => {
        const { site } = sitePolicyOf(config, options.site);
        argument(() => limits.set(db, site, extensionOf(config, ext, '*'), name, value));
        if (options.json) printJson(cli.io, [{ site, ext, name, value }]);
        else cli.io.out(`${name} of ${ext} is ${value} from the next call on\n`);
      });
    });
}

function resetCommand(cli: Cli): Command {
  return command(cli, 'reset', {
    does: 'Take back what was set: one limit, or all of an extension.',
    examples: ['limits reset 214'],
  })
    .argument('<ext>', 'extension')
    .argument('[limit]', 'one limit; default: all')
    .option('--site <name>', 'its site')
    .action((ext: string, name: string | undefined, _options, self: Command) => {
      const options = self.optsWithGlobals<LimitOptions>();
      return withState(cli, options, ({ db, config }) => {
        const taken = limits.reset(db, sitePolicyOf(config, options.site).site, ext, name);
        if (options.json) printJson(cli.io, [{ ext, reset: taken }]);
        else cli.io.out(`${taken} limit${taken === 1 ? '' : 's'} of ${ext} taken back\n`);
      });
    });
}

function exportCommand(cli: Cli): Command {
  return command(cli, 'export', {
    does: 'Write all limits, profiles and machines as JSON.',
    examples: ['limits export limits.json'],
  })
    .argument('[file]', 'default: standard output')
    .action((file: string | undefined, _options, self: Command) =>
      withState(
        cli,
        self.optsWithGlobals<LimitOptions>(),
        ({ db }) => {
          const { json } = self.optsWithGlobals<LimitOptions>();
          const text = `${JSON.stringify(limits.exportAll(db), null, json ? 0 : 2)}\n`;
          if (file === undefined) cli.io.out(text);
          else writeFileSync(file, text);
        },
        { readonly: true },
      ),
    );
}

function importCommand(cli: Cli): Command {
  return command(cli, 'import', {
    does: 'Put an export in the place of all limits that were set. All or nothing.',
    examples: ['limits import limits.json'],
  })
    .argument('<file>', 'what `limits export` wrote')
    .action((file: string, _options, self: Command) => {
      const options = self.optsWithGlobals<LimitOptions>();
      return withState(cli, options, ({ db }) => {
        const all = readExport(file);
        limits.importAll(db, all);
        const counts = { limits: all.limits.length, extensions: all.extensions.length };
        if (options.json) printJson(cli.io, [counts]);
        else cli.io.out(`${counts.limits} limits and ${counts.extensions} extensions imported\n`);
      });
    });
}

function readExport(file: string): limits.LimitsExport {
  let all: Partial<limits.LimitsExport>;
  try {
    all = JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    throw new CommandError(`${file} cannot be read as JSON: ${(error as Error).message}`);
  }
  const texts = (row: unknown, ...keys: string[]) =>
    typeof row === 'object' &&
    row !== null &&
    keys.every((k) => typeof (row as Record<string, unknown>)[k] === 'string');
  const sound =
    Array.isArray(all?.limits) &&
    Array.isArray(all.extensions) &&
    all.limits.every((row) => texts(row, 'site', 'ext', 'name', 'value')) &&
    all.extensions.every((row) => texts(row, 'site', 'ext', 'profile'));
  if (!sound) throw new CommandError(`${file} is not what \`dialwarden limits export\` writes`, STATUS.failed);
  return all as limits.LimitsExport;
}

/** `dialwarden limits`: what an extension may use up. */
export function limitsCommand(cli: Cli): Command {
  const parent = command(cli, 'limits', {
    does: 'Show and set what extensions may use up.',
    examples: ['limits show 214'],
  });
  for (const make of [showCommand, setCommand, resetCommand, exportCommand, importCommand])
    parent.addCommand(make(cli));
  return parent;
}
