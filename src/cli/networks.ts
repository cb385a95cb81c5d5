import type { Command } from 'commander';
import { formatAddress, parseAddress } from '../core/addresses/address.ts';
import { formatNetwork, parseNetwork } from '../core/addresses/network.ts';
import { newIn, type Whereabouts } from '../core/addresses/whereabouts.ts';
import { createCountries } from '../geo/countries.ts';
import * as lists from '../store/sqlite/network-lists.ts';
import * as networks from '../store/sqlite/networks.ts';
import * as phones from '../store/sqlite/phones.ts';
import { type Cli, type CommonOptions, command } from './command.ts';
import { CommandError, STATUS } from './io.ts';
import { ends, importCommand, removeCommand } from './networks-lists.ts';
import { facts, printJson, printRows, table, wallTime } from './print.ts';
import { type State, sitePolicyOf, until, withState } from './state.ts';

interface NetworkOptions extends CommonOptions {
  site?: string;
  ext?: string;
  for?: string;
  note?: string;
}

const QUARTER = 90 * 86_400_000;
const zoneOf = ({ config }: State): string => config.settings.sites.at(-1)!.policy.timezone;

function say(cli: Cli, options: NetworkOptions, action: 'allow' | 'deny', ext: string, text: string): Promise<void> {
  const network = parseNetwork(text);
  if (!network)
    throw new CommandError(`"${text}" is no address or network such as 203.0.113.7 or 10.0.0.0/8`, STATUS.usage);
  return withState(cli, options, ({ db, config }) => {
    const site = options.site === undefined ? '' : sitePolicyOf(config, options.site).site;
    const at = cli.io.now();
    const row = { site, ext, network, action, note: options.note, by: cli.io.who, at, until: until(at, options.for) };
    const id = networks.set(db, row);
    const plain = formatNetwork(network);
    if (options.json)
      return printJson(
        cli.io,
        networks.list(db).filter((n) => n.id === id),
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

function show(cli: Cli, options: NetworkOptions, state: State): void {
  const { db, config } = state;
  const [now, zone] = [cli.io.now(), zoneOf(state)];
  const configured = config.settings.sites.flatMap(({ policy }) =>
    policy.networks.map((n) => ({
      id: null,
      site: policy.site,
      ext: '*',
      network: formatNetwork(n),
      action: 'allow' as const,
      note: 'configuration',
      by: '',
      at: null,
      until: null,
    })),
  );
  const [own, imported] = [[...configured, ...networks.list(db)], lists.list(db)];
  const cells = (n: (typeof own)[number]) => [
    n.id,
    n.site,
    n.ext,
    n.action,
    n.network,
    ends(n.until, now, zone),
    n.note,
  ];
  printRows(
    cli.io,
    options.json,
    own,
    ['NUMBER', 'SITE', 'EXT', 'DOES', 'NETWORK', 'UNTIL', 'NOTE'],
    cells,
    'No network is named: phones call from anywhere.',
  );
  if (options.json) printJson(cli.io, imported);
  if (options.json || imported.length === 0) return;
  const rows = imported.map((l) => [
    l.name,
    l.ranges,
    wallTime(l.imported_at, zone),
    ends(l.until, now, zone),
    l.source,
  ]);
  cli.io.out(`\n${table(['DENIED LIST', 'RANGES', 'IMPORTED', 'UNTIL', 'FROM'], rows)}`);
}

function checkCommand(cli: Cli): Command {
  return command(cli, 'check', {
    does: 'What a costly call from an address would be met with.',
    examples: ['networks check 198.51.100.7', 'networks check 198.51.100.7 214'],
  })
    .argument('<address>', 'IPv4 or IPv6')
    .argument('[ext]', 'the extension that calls', '*')
    .option('--site <name>', 'its site')
    .action((text: string, ext: string, _options, self: Command) => {
      const options = self.optsWithGlobals<NetworkOptions>();
      const bytes = parseAddress(text);
      if (!bytes) throw new CommandError(`"${text}" is no address such as 203.0.113.7 or 2001:db8::7`, STATUS.usage);
      const addr = formatAddress(bytes);
      return withState(
        cli,
        options,
        ({ db, config }) => {
          const policy = sitePolicyOf(config, options.site);
          const { countryOf } = createCountries(config, { info: () => undefined, error: () => undefined });
          const where = phones.whereaboutsReader(db, countryOf)(
            { site: policy.site, ext, at: cli.io.now(), addr },
            policy,
          )!;
          const verdict = met(where);
          if (options.json) return printJson(cli.io, [{ ...where, verdict }]);
          cli.io.out(
            facts([
              ['address', `${addr}${where.inHouse ? ', in a private network' : ''}`],
              ['country', where.country],
              ['named', where.owner && `${where.owner.action} ${where.owner.network} ${where.owner.note}`.trim()],
              ['on list', where.list],
              ['on record', ext === '*' ? null : where.known.map(({ network }) => network).join(', ')],
              ['costly calls', verdict],
            ]),
          );
        },
        { readonly: true },
      );
    });
}

/** What the rules make of it, in the order in which they speak. */
function met(where: Whereabouts): string {
  if (where.owner?.action === 'deny' || where.list !== null) return 'blocked (network_denied)';
  if (where.confined && where.owner === null) return 'blocked (network_outside)';
  const what = newIn(where);
  return what === null ? 'not questioned' : `questioned (${what}_new)`;
}

function phonesCommand(cli: Cli): Command {
  return command(cli, 'phones', {
    does: 'Networks that extensions called from in the last 90 days and that count as their own.',
    examples: ['networks phones', 'networks phones 214'],
  })
    .argument('[ext]', 'of this extension')
    .action((ext: string | undefined, _options, self: Command) => {
      const options = self.optsWithGlobals<NetworkOptions>();
      return withState(
        cli,
        options,
        (state) => {
          const zone = zoneOf(state);
          const cells = (p: phones.PhoneRow) => [
            p.site,
            p.ext,
            p.network,
            p.country,
            wallTime(p.first, zone),
            wallTime(p.last, zone),
          ];
          const rows = phones.list(state.db, cli.io.now() - QUARTER, ext);
          printRows(
            cli.io,
            options.json,
            rows,
            ['SITE', 'EXT', 'NETWORK', 'COUNTRY', 'SINCE', 'LAST'],
            cells,
            'No phone told its address yet.',
          );
        },
        { readonly: true },
      );
    });
}

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
