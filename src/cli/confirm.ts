import type { Command } from 'commander';
import { isWorkingDay } from '../core/hours.ts';
import { localTime } from '../core/local-time.ts';
import { regionName } from '../core/numbering/plan.ts';
import { readDialled } from '../core/numbering/read.ts';
import type { Policy } from '../core/policy.ts';
import * as confirmations from '../store/sqlite/confirmations.ts';
import { type Cli, type CommonOptions, command } from './command.ts';
import { CommandError, STATUS } from './io.ts';
import { lister } from './lister.ts';
import { printJson, withIso } from './print.ts';
import { extensionOf, rowNumber, sitePolicyOf, until, withState } from './state.ts';

interface ConfirmOptions extends CommonOptions {
  site?: string;
  ext?: string;
  for?: string;
}

/** A block of numbers by one of its numbers, a short code, or a whole region by its ISO code. */
function meant(text: string, { plan }: Policy): { region: string; block: string } {
  if (/^([A-Za-z]{2}|001)$/.test(text)) return { region: text.toUpperCase(), block: '' };
  const reading = readDialled(text, plan);
  if (reading.kind !== 'national' && reading.kind !== 'international' && reading.kind !== 'service') {
    const why = reading.kind === 'malformed' ? `: ${reading.why}` : ` but ${reading.kind}`;
    throw new CommandError(`"${text}" is no number to confirm${why}`, STATUS.usage);
  }
  return { region: reading.region, block: confirmations.blockOfDestination(reading) };
}

/** A block of numbers or a short code, for a person; empty for a whole region. */
const numbers = (block: string): string => block.replace(/^\+.*/, '$&xx').replace(/^service:/, '');

function addCommand(cli: Cli): Command {
  return command(cli, 'add', {
    does: 'Vouch for the numbers around a number, or for a region: an extension may call them unasked.',
    examples: ['confirm add 214 +252615550100', 'confirm add "*" PL --for 30d'],
  })
    .argument('<ext>', 'extension; "*": the whole site')
    .argument('<number>', 'a number as dialled or in E.164, or a region such as PL')
    .option('--site <name>', 'its site')
    .option('--for <time>', 'ends by itself after 8h, 30d')
    .action((ext: string, number: string, _options, self: Command) => {
      const options = self.optsWithGlobals<ConfirmOptions>();
      return withState(cli, options, ({ db, config }) => {
        const policy = sitePolicyOf(config, options.site);
        const at = cli.io.now();
        const local = localTime(at, policy.timezone);
        const row = {
          site: policy.site,
          ext: extensionOf(config, ext, '*') === '*' ? '' : ext,
          ...meant(number, policy),
          at,
          by: 'admin' as const,
          who: cli.io.who,
          until: until(at, options.for),
        };
        const id = confirmations.add(db, { ...row, local, working: isWorkingDay(policy.businessHours, local) });
        if (options.json) return printJson(cli.io, [withIso({ id, ...row }, 'at', 'until')]);
        const what = numbers(row.block) || regionName(row.region);
        cli.io.out(
          `confirmation ${id}: ${row.ext ? `extension ${row.ext}` : `site ${row.site}`} may call ${what} unasked\n`,
        );
      });
    });
}

function removeCommand(cli: Cli): Command {
  return command(cli, 'remove', { does: 'Forget a confirmation.', examples: ['confirm remove 12'] })
    .argument('<id>', 'its number in `confirm list`')
    .action((text: string, _options, self: Command) => {
      const options = self.optsWithGlobals<ConfirmOptions>();
      const id = rowNumber(text, 'a confirmation');
      return withState(cli, options, ({ db }) => {
        if (!confirmations.remove(db, id))
          throw new CommandError(`there is no confirmation ${id}; see \`dialwarden confirm\``);
        if (options.json) printJson(cli.io, [{ id, removed: true }]);
        else cli.io.out(`confirmation ${id} is forgotten\n`);
      });
    });
}

const listCommand = (cli: Cli, name: string): Command =>
  lister<ConfirmOptions, confirmations.ConfirmationRow>(cli, name, {
    does: 'What callers and administrators confirmed.',
    examples: ['confirm list --ext 214'],
    rows: ({ db }, { site, ext }) => confirmations.list(db, { site, ext }),
    head: ['ID', 'SITE', 'EXT', 'REGION', 'NUMBERS', 'WHEN', 'BY', 'UNTIL'],
    cells: (r, time) => [
      r.id,
      r.site,
      r.ext || '*',
      r.region,
      numbers(r.block) || 'all',
      time(r.at),
      r.who || r.by,
      time(r.until),
    ],
    asJson: (row) => withIso(row, 'at', 'until'),
    nothing: 'Nothing was confirmed.',
  })
    .option('--site <name>', 'of one site')
    .option('--ext <ext>', 'of one extension');

/** `dialwarden confirm`: destinations that extensions may call without a warning. */
export function confirmCommand(cli: Cli): Command {
  return listCommand(cli, 'confirm')
    .addCommand(listCommand(cli, 'list'))
    .addCommand(addCommand(cli))
    .addCommand(removeCommand(cli));
}
