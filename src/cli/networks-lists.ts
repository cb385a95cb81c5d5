import { basename, resolve } from 'node:path';
import type { Command } from 'commander';
import { parseAddress } from '../core/addresses/address.ts';
import { countOf, includes, type Ranges } from '../core/addresses/ranges.ts';
import type { Db } from '../store/sqlite/database.ts';
import * as lists from '../store/sqlite/network-lists.ts';
import * as networks from '../store/sqlite/networks.ts';
import * as phones from '../store/sqlite/phones.ts';
import { type Cli, type CommonOptions, command } from './command.ts';
import { CommandError, STATUS } from './io.ts';
import { readNetworkFile } from './network-file.ts';
import { politely } from './politely.ts';
import { printJson, withIso } from './print.ts';
import { withProgress } from './progress.ts';
import { rowNumber, until, withState } from './state.ts';

interface ImportOptions extends CommonOptions {
  name?: string;
  expires?: string;
}

const NAME = /^[A-Za-z][A-Za-z0-9_.-]{0,63}$/;

/** Networks on record of extensions that a list would shut out. */
function hit(db: Db, ranges: Ranges, now: number): string[] {
  const held = phones.list(db, now).filter(({ network }) => {
    const address = parseAddress(network.replace(/\/.*/, ''));
    return address !== null && includes(ranges, address);
  });
  return held.map(({ ext, network }) => `${ext} (${network})`);
}

/** `dialwarden networks import`. */
export function importCommand(cli: Cli): Command {
  return command(cli, 'import', {
    does: 'Deny the addresses of a list: one address, network (CIDR) or first-last a line, with comments. Replaces the list of that name.',
    examples: ['networks import firehol_level2.netset --name firehol --expires 7d', 'networks import drop.txt'],
  })
    .argument('<file>', 'the list')
    .option('--name <name>', 'how verdicts call it; default: the file name')
    .option('--expires <time>', 'denies nobody after 7d, 4w; default: never')
    .action((file: string, _options, self: Command) => {
      politely();
      const options = self.optsWithGlobals<ImportOptions>();
      const name = options.name ?? basename(file).replace(/\.[^.]*$/, '');
      if (!NAME.test(name))
        throw new CommandError(`"${name}" is no name of letters, digits, ., - and _: give one by --name`, STATUS.usage);
      return withState(cli, options, async ({ db }) => {
        const at = cli.io.now();
        const end = until(at, options.expires);
        const read = await withProgress(cli.io, 'reading', (progress) => readNetworkFile(file, progress));
        const { sha256, entries, ranges } = read;
        const list = { name, source: resolve(cli.io.cwd, file), sha256, imported_at: at, until: end };
        const total = countOf(ranges);
        await withProgress(cli.io, 'importing', (progress) =>
          lists.replace(db, list, ranges, (written) => progress(written, total)),
        );
        const shut = hit(db, ranges, at);
        if (options.json)
          return printJson(cli.io, [
            { ...withIso(list, 'imported_at', 'until'), entries, ranges: total, extensions: shut },
          ]);
        cli.io.out(`${entries} entries of ${name} (${total} ranges) are denied from the next call on\n`);
        if (shut.length > 0)
          cli.io.out(
            `Extensions that called from there lately: ${shut.slice(0, 10).join(', ')}; see \`dialwarden networks allow\`\n`,
          );
      });
    });
}

/** `dialwarden networks remove`: a network by its number, or a list by its name. */
export function removeCommand(cli: Cli): Command {
  return command(cli, 'remove', {
    does: 'Take back a network by its number, or an imported list by its name.',
    examples: ['networks remove 3', 'networks remove firehol'],
  })
    .argument('<what>', 'a number or a name as in `networks list`')
    .action((what: string, _options, self: Command) => {
      const options = self.optsWithGlobals<CommonOptions>();
      return withState(cli, options, async ({ db }) => {
        const numbered = /^\d/.test(what);
        const gone = numbered ? networks.remove(db, rowNumber(what, 'a network')) : await lists.remove(db, what);
        if (!gone)
          throw new CommandError(
            `there is no ${numbered ? 'network' : 'list'} ${what}; see \`dialwarden networks list\``,
          );
        if (options.json) printJson(cli.io, [{ removed: what }]);
        else cli.io.out(`${numbered ? `network ${what}` : `the list ${what}`} is no more from the next call on\n`);
      });
    });
}
