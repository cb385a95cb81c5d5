import type { Command } from 'commander';
import { formatNetwork, parseNetwork } from '../core/addresses/network.ts';
import * as lists from '../store/sqlite/network-lists.ts';
import * as networks from '../store/sqlite/networks.ts';
import * as phones from '../store/sqlite/phones.ts';
import { type Cli, type CommonOptions, command } from './command.ts';
import { CommandError, STATUS } from './io.ts';
import { lister } from './lister.ts';
import { checkCommand } from './networks-check.ts';
import { importCommand, removeCommand } from './networks-lists.ts';
import { printJson, printRows, table, wallTime, withIso } from './print.ts';
import { extensionOf, type State, siteOrAll, until, withState, zoneOf } from './state.ts';

interface NetworkOptions extends CommonOptions {
  site?: string;
  ext?: string;
  for?: string;
  note?: string;
}

function say(cli: Cli, options: NetworkOptions, action: 'allow' | 'deny', ext: string, text: string): Promise<void> {
  const network = parseNetwork(text);
  if (!network)
    throw new CommandError(`"${text}" is no address or network such as 203.0.113.7 or 10.0.0.0/8`, STATUS.usage);
  return withState(cli, options, ({ db, config }) => {
    const site = siteOrAll(config, options.site);
    const at = cli.io.now();
    const row = {
      site,
      ext: extensionOf(config, ext, '*'),
      network,
      action,
      note: options.note,
      by: cli.io.who,
      at,
      until: until(at, options.for),
    };
    const id = networks.set(db, row);
    const plain = formatNetwork(network);
    if (options.json)
      return printJson(
        cli.io,
        networks
          .list(db)
          .filter((n) => n.id === id)
          .map((n) => withIso(n, 'at', 'until')),
      );
    const whose = ext === '*' ? 'every extension' : `extension ${ext}`;
    const confines = row.until === null ? '; costly calls from outside its networks are blocked' : ' for that time';
    cli.io.out(
      action === 'allow'
        ? `${plain} is a network of ${whose}${confines}\n`
        : `costly calls of ${whose} from ${plain} are blocked from the next one on\n`,
    );
  });
}

const common = (made: Command): Command =>
  made
    .option('--site <name>', 'at this site only; default: at every site')
    .option('--for <time>', 'only for the next 8h, 30d')
    .option('--note <text>', 'for whoever reads it later');

const allowCommand = (cli: Cli): Command =>
  common(
    command(cli, 'allow', {
      does: 'Name a network that an extension calls from: never questioned there, and costly calls from elsewhere are blocked (not with --for).',
      examples: ['networks allow 214 203.0.113.0/24', 'networks allow "*" 10.0.0.0/8 --site branch'],
    }).arguments('<ext> <network>'),
  ).action((ext: string, network: string, _options, self: Command) =>
    say(cli, self.optsWithGlobals<NetworkOptions>(), 'allow', ext, network),
  );

const denyCommand = (cli: Cli): Command =>
  common(
    command(cli, 'deny', {
      does: 'Block costly calls from an address or a network. The narrowest network that was named counts.',
      examples: ['networks deny 198.51.100.0/24 --note "hotel" --for 30d', 'networks deny 0.0.0.0/0 --ext 230'],
    })
      .argument('<network>', 'address or network')
      .option('--ext <ext>', 'of this extension only', '*'),
  ).action((network: string, _options, self: Command) => {
    const options = self.optsWithGlobals<NetworkOptions>();
    return say(cli, options, 'deny', options.ext ?? '*', network);
  });

function listCommand(cli: Cli, name: string): Command {
  return command(cli, name, {
    does: 'Networks that phones may and may not call from, and imported lists.',
    examples: ['networks', 'networks allow 214 203.0.113.0/24', 'networks import firehol.netset --expires 7d'],
  }).action((_options, self: Command) => {
    const options = self.optsWithGlobals<NetworkOptions>();
    return withState(cli, options, (state) => show(cli, options, state), { readonly: true });
  });
}

/** The networks that the configuration allows, in the shape of those that were named by a command. */
const configured = ({ config }: State) =>
  config.settings.sites.flatMap(({ policy: { site, networks: own } }) =>
    own.map((network) => ({
      id: null,
      site,
      ext: '*',
      network: formatNetwork(network),
      action: 'allow' as const,
      note: 'configuration',
      by: '',
      at: null,
      until: null,
    })),
  );

type Named = (ReturnType<typeof configured>[number] | networks.NetworkRow)[];

function tellPrograms({ io }: Cli, own: Named, imported: lists.NetworkList[]): void {
  printJson(
    io,
    own.map((n) => withIso(n, 'at', 'until')),
  );
  printJson(
    io,
    imported.map((l) => withIso(l, 'imported_at', 'until')),
  );
}

function tellPeople({ io }: Cli, own: Named, imported: lists.NetworkList[], zone: string): void {
  const now = io.now();
  const ends = (end: number | null) => `${wallTime(end, zone)}${end !== null && end <= now ? ' (over)' : ''}`;
  const cells = (n: Named[number]) => [n.id, n.site, n.ext, n.action, n.network, ends(n.until), n.note];
  const head = ['NUMBER', 'SITE', 'EXT', 'DOES', 'NETWORK', 'UNTIL', 'NOTE'];
  printRows(io, own, head, cells, 'No network is named: phones call from anywhere.');
  if (imported.length === 0) return;
  const rows = imported.map((l) => [l.name, l.ranges, wallTime(l.imported_at, zone), ends(l.until), l.source]);
  io.out(`\n${table(['DENIED LIST', 'RANGES', 'IMPORTED', 'UNTIL', 'FROM'], rows)}`);
}

function show(cli: Cli, { json }: NetworkOptions, state: State): void {
  const own = [...configured(state), ...networks.list(state.db)];
  const imported = lists.list(state.db);
  if (json) tellPrograms(cli, own, imported);
  else tellPeople(cli, own, imported, zoneOf(state));
}

const phonesCommand = (cli: Cli): Command =>
  lister<CommonOptions, phones.PhoneRow>(cli, 'phones', {
    does: 'Networks that extensions called from in the last 90 days and that count as their own.',
    examples: ['networks phones', 'networks phones 214'],
    rows: ({ db }, _options, [ext]) => phones.list(db, cli.io.now(), ext),
    head: ['SITE', 'EXT', 'NETWORK', 'COUNTRY', 'SINCE', 'LAST'],
    cells: (p, time) => [p.site, p.ext, p.network, p.country, time(p.first), time(p.last)],
    asJson: (row) => withIso(row, 'first', 'last'),
    nothing: 'No phone told its address yet.',
  }).argument('[ext]', 'of this extension');

/** `dialwarden networks`: where phones may call from. */
export function networksCommand(cli: Cli): Command {
  return listCommand(cli, 'networks')
    .addCommand(listCommand(cli, 'list'))
    .addCommand(allowCommand(cli))
    .addCommand(denyCommand(cli))
    .addCommand(removeCommand(cli))
    .addCommand(importCommand(cli))
    .addCommand(checkCommand(cli))
    .addCommand(phonesCommand(cli));
}
