import type { Command } from 'commander';
import * as blocks from '../store/sqlite/blocks.ts';
import { type Cli, type CommonOptions, command } from './command.ts';
import { CommandError, STATUS } from './io.ts';
import { printJson, printRows, wallTime } from './print.ts';
import { argument, rowNumber, type State, sitePolicyOf, until, withState } from './state.ts';

interface BlockOptions extends CommonOptions {
  site?: string | true;
  prefix?: string;
  for?: string;
  all?: boolean;
  why?: string;
  list?: boolean;
  id?: string;
  done?: string;
}

/** Whom a block is on; empty parts match everything. */
function scope(ext: string | undefined, options: BlockOptions, { config }: State) {
  const { site, prefix } = options;
  if (prefix !== undefined && !/^\+?\d{1,15}$/.test(prefix)) {
    throw new CommandError(`"${prefix}" is no prefix of an E.164 number such as +25261`, STATUS.usage);
  }
  const name = site === undefined ? undefined : sitePolicyOf(config, site === true ? undefined : site).site;
  return { ext, site: name, prefix: prefix?.replace(/^\+/, '') };
}

const said = ({
  ext,
  site,
  prefix,
}: {
  ext?: string | undefined;
  site?: string | undefined;
  prefix?: string | undefined;
}) =>
  [ext && `extension ${ext}`, site && `site ${site}`, prefix && `prefix +${prefix}`].filter(Boolean).join(', ') ||
  'everything';

function show(cli: Cli, options: BlockOptions, { db, config }: State): void {
  const zone = config.settings.sites.at(-1)!.policy.timezone;
  printRows(
    cli.io,
    options.json,
    blocks.list(db),
    ['ID', 'ON', 'STOPS', 'SINCE', 'UNTIL', 'BY', 'WHY'],
    (b) => [b.id, said(b), b.what, wallTime(b.at, zone), wallTime(b.until, zone), b.by, b.reason],
    'No block is in force.',
  );
}

/** `dialwarden block`: stops an extension, a site or a prefix at once; emergency calls always pass. */
export function blockCommand(cli: Cli): Command {
  return command(cli, 'block', {
    does: 'Block an extension, a site or a prefix (international and costly calls; --all: everything but emergency). Alone: list the blocks.',
    examples: ['block 214 --why "password stolen"', 'block --prefix +25261 --for 2h', 'block --site --all'],
  })
    .argument('[ext]', 'extension')
    .option('--site [name]', 'the whole site')
    .option('--prefix <digits>', 'numbers that begin so, in E.164')
    .option('--for <time>', 'lifts itself after 30m, 2h, 1d')
    .option('--all', 'national and internal calls too')
    .option('--why <text>', 'for whoever reads it later')
    .action((ext: string | undefined, _options, self: Command) => {
      const options = self.optsWithGlobals<BlockOptions>();
      return withState(cli, options, (state) => {
        const on = scope(ext, options, state);
        if (!on.ext && !on.site && !on.prefix) return show(cli, options, state);
        const at = cli.io.now();
        const row = {
          ...on,
          what: options.all ? ('all' as const) : ('international' as const),
          reason: options.why ?? 'blocked by hand',
          by: cli.io.who,
          at,
          until: until(at, options.for),
        };
        const id = blocks.add(state.db, row);
        if (options.json) printJson(cli.io, [{ id, ...row }]);
        else cli.io.out(`block ${id} on ${said(on)} is in force from the next call on\n`);
      });
    });
}

/** `dialwarden unblock`: lifts every block that matches. */
export function unblockCommand(cli: Cli): Command {
  return command(cli, 'unblock', {
    does: 'Lift the blocks on an extension, a site or a prefix.',
    examples: ['unblock 214 --done "password changed"', 'unblock --id 7'],
  })
    .argument('[ext]', 'extension')
    .option('--site [name]', 'the block on the whole site')
    .option('--prefix <digits>', 'the block on this prefix')
    .option('--id <number>', 'one block by its number')
    .option('--done <text>', 'what was done about the cause')
    .action((ext: string | undefined, _options, self: Command) => {
      const options = self.optsWithGlobals<BlockOptions>();
      return withState(cli, options, (state) => {
        const on = scope(ext, options, state);
        const id = options.id === undefined ? undefined : rowNumber(options.id, 'a block');
        // The block on a site is not the block on one of its extensions.
        const narrow = on.site && !on.ext && !on.prefix ? { ext: '', prefix: '' } : {};
        const lift = { ...on, ...narrow, id, by: cli.io.who, done: options.done, at: cli.io.now() };
        const lifted =
          on.ext || on.site || on.prefix || id !== undefined
            ? blocks.lift(state.db, lift)
            : argument(() => blocks.lift(state.db, lift));
        if (lifted === 0)
          throw new CommandError(`no block in force on ${id ? `number ${id}` : said(on)}; see \`dialwarden block\``);
        if (options.json) printJson(cli.io, [{ lifted }]);
        else cli.io.out(`${lifted} block${lifted === 1 ? '' : 's'} lifted\n`);
      });
    });
}
