import type { Command } from 'commander';
import { NotUnblocked, PUT_RIGHT, type Unblocked, type UnblockRequest } from '../guard/unblock.ts';
import * as blocks from '../store/sqlite/blocks.ts';
import { passes, unblock } from '../store/sqlite/unblock.ts';
import { type Cli, type CommonOptions, command } from './command.ts';
import { CommandError, STATUS } from './io.ts';
import { iso, printJson, printRows, table, wallTime, withIso } from './print.ts';
import { extensionOf, rowNumber, type State, sitePolicyOf, until, withState, zoneOf } from './state.ts';

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
  return { ext: ext === undefined ? ext : extensionOf(config, ext), site: name, prefix: prefix?.replace(/^\+/, '') };
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
  const rows = blocks.list(db);
  if (options.json) {
    printJson(
      cli.io,
      rows.map((row) => withIso(row, 'at', 'until', 'lifted_at')),
    );
    return;
  }
  const zone = zoneOf({ config });
  printRows(
    cli.io,
    rows,
    ['ID', 'ON', 'STOPS', 'SINCE', 'UNTIL', 'BY', 'WHY'],
    (b) => [b.id, said(b), b.what, wallTime(b.at, zone), wallTime(b.until, zone), b.by, b.reason],
    'No block is in force.',
  );
  const open = passes(db, cli.io.now());
  if (open.length === 0) return;
  const passing = open.map((p) => [said(p), wallTime(p.until, zone), p.by, p.done]);
  cli.io.out(`\n${table(['PASSES NEVERTHELESS', 'UNTIL', 'BY', 'PUT RIGHT'], passing)}`);
}

/** The list, unless something was said of a block whose place is missing. */
function listed(cli: Cli, options: BlockOptions, state: State): void {
  if (options.for !== undefined || options.why !== undefined)
    throw new CommandError('say what to block: an extension, --site, --prefix, or --all for everything', STATUS.usage);
  show(cli, options, state);
}

/** `dialwarden block`: stops an extension, a site or a prefix at once; emergency calls always pass. */
export function blockCommand(cli: Cli): Command {
  return command(cli, 'block', {
    does: 'Block an extension, a site or a prefix (international and costly calls; --all: everything but emergency, alone for everybody). Alone: list the blocks.',
    examples: [
      'block 214 --why "password stolen"',
      'block --prefix +25261 --for 2h',
      'block --site --all',
      'block --all',
    ],
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
        if (!options.all && !on.ext && !on.site && !on.prefix) return listed(cli, options, state);
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
        if (options.json) printJson(cli.io, [withIso({ id, ...row }, 'at', 'until')]);
        else cli.io.out(`block ${id} on ${said(on)} is in force from the next call on\n`);
      });
    });
}

/** What is to be unblocked; the block on a site is not the block on one of its extensions. */
function unblocking(ext: string | undefined, options: BlockOptions, state: State, { io }: Cli): UnblockRequest {
  const on = scope(ext, options, state);
  const end = until(io.now(), options.for);
  const everybody = options.all && !on.ext && !on.site && !on.prefix;
  const narrow = everybody
    ? { site: '', ext: '', prefix: '' }
    : end === null && on.site && !on.ext && !on.prefix
      ? { ext: '', prefix: '' }
      : {};
  const id = options.id === undefined ? undefined : rowNumber(options.id, 'a block');
  const done = (options.done ?? '').split(',').map((word) => word.trim());
  if (!everybody && !on.ext && !on.site && !on.prefix && id === undefined) {
    throw new CommandError('say which block: an extension, a site, a prefix or a number', STATUS.usage);
  }
  if (id !== undefined && end !== null) {
    throw new CommandError('--for opens for an extension, a site or a prefix, not for --id', STATUS.usage);
  }
  const said = { by: io.who, why: options.why ?? '', at: io.now() };
  return { ...on, ...narrow, id, until: end, done: done.filter(Boolean), ...said };
}

function lifted(request: UnblockRequest, { db }: State): Unblocked {
  try {
    return unblock(db, request);
  } catch (error) {
    if (!(error instanceof NotUnblocked)) throw error;
    const { id } = request;
    throw new CommandError(
      error.why === 'no_block'
        ? `no block in force on ${id ? `number ${id}` : said(request)}; see \`dialwarden block\``
        : `${error.message} (--done ${PUT_RIGHT.join(',')})`,
    );
  }
}

/** `dialwarden unblock`: lifts every block that matches, or lets something through for a time. */
export function unblockCommand(cli: Cli): Command {
  return command(cli, 'unblock', {
    does: 'Lift the blocks on an extension, a site or a prefix; with --for, let it through for a time.',
    examples: [
      'unblock 214 --done password,firewall',
      'unblock 214 --prefix +44 --for 2h --done password',
      'unblock --id 7',
    ],
  })
    .argument('[ext]', 'extension')
    .option('--site [name]', 'the block on the whole site')
    .option('--prefix <digits>', 'the block on this prefix')
    .option('--all', 'the block on everything')
    .option('--id <number>', 'one block by its number')
    .option('--for <time>', 'the block stays; what is named passes for 30m, 2h, 1d')
    .option('--done <what>', `what was put right: ${PUT_RIGHT.join(',')}; asked for after fraud`)
    .option('--why <text>', 'for whoever reads it later')
    .action((ext: string | undefined, _options, self: Command) => {
      const options = self.optsWithGlobals<BlockOptions>();
      return withState(cli, options, (state) => {
        const request = unblocking(ext, options, state, cli);
        const { blocks: ids, until: end, probation } = lifted(request, state);
        if (options.json)
          return printJson(cli.io, [
            { lifted: end === null ? ids.length : 0, blocks: ids, until: iso(end), probation: iso(probation) },
          ]);
        const time = (at: number) => wallTime(at, zoneOf(state));
        const count = `${ids.length} block${ids.length === 1 ? '' : 's'}`;
        cli.io.out(end === null ? `${count} lifted\n` : `${said(request)} passes ${count} until ${time(end)}\n`);
        if (probation !== null) cli.io.out(`its limits are armed until ${time(probation)}\n`);
      });
    });
}
