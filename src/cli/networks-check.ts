import type { Command } from 'commander';
import { formatAddress, parseAddress } from '../core/addresses/address.ts';
import { newIn, type Whereabouts } from '../core/addresses/whereabouts.ts';
import { createCountries } from '../geo/countries.ts';
import * as phones from '../store/sqlite/phones.ts';
import { type Cli, type CommonOptions, command } from './command.ts';
import { CommandError, STATUS } from './io.ts';
import { facts, printJson, withIso } from './print.ts';
import { SILENT } from './probe.ts';
import { type State, sitePolicyOf, withState } from './state.ts';

interface CheckOptions extends CommonOptions {
  site?: string;
}

/** What the rules make of it, in the order in which they speak. */
function met(where: Whereabouts): string {
  if (where.owner?.action === 'deny' || where.list !== null) return 'blocked (network_denied)';
  if (where.confined && where.owner === null) return 'blocked (network_outside)';
  const what = newIn(where);
  return what === null ? 'not questioned' : `questioned (${what}_new)`;
}

function show(cli: Cli, { site, json }: CheckOptions, addr: string, ext: string, { db, config }: State): void {
  const policy = sitePolicyOf(config, site);
  const { countryOf } = createCountries(config, SILENT);
  const attempt = { site: policy.site, ext, at: cli.io.now(), addr };
  const where = phones.whereaboutsReader(db, countryOf)(attempt, policy)!;
  const verdict = met(where);
  if (json) printJson(cli.io, [{ ...where, known: where.known.map((n) => withIso(n, 'first', 'last')), verdict }]);
  else
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
}

/** `dialwarden networks check`. */
export function checkCommand(cli: Cli): Command {
  return command(cli, 'check', {
    does: 'What a costly call from an address would be met with.',
    examples: ['networks check 198.51.100.7', 'networks check 198.51.100.7 214'],
  })
    .argument('<address>', 'IPv4 or IPv6')
    .argument('[ext]', 'the extension that calls', '*')
    .option('--site <name>', 'its site')
    .action((text: string, ext: string, _options, self: Command) => {
      const options = self.optsWithGlobals<CheckOptions>();
      const bytes = parseAddress(text);
      if (!bytes) throw new CommandError(`"${text}" is no address such as 203.0.113.7 or 2001:db8::7`, STATUS.usage);
      const addr = formatAddress(bytes);
      return withState(cli, options, (state) => show(cli, options, addr, ext, state), { readonly: true });
    });
}
