import { Argument, type Command } from 'commander';
import { type FallbackList, fallbackList } from '../core/fallback-list.ts';
import { regionName } from '../core/numbering/plan.ts';
import type { Policy } from '../core/policy.ts';
import { fallbackXml } from '../pbx/freeswitch/fallback.ts';
import { type Cli, type CommonOptions, command, surroundings } from './command.ts';
import { printJson } from './print.ts';
import { sitePolicyOf } from './state.ts';

interface FallbackOptions extends CommonOptions {
  site?: string;
}

const ASTERISK = 'asterisk';
const FREESWITCH = 'freeswitch';

/** Where the list comes from, for whoever opens its file. */
function origin({ site, plan }: Policy, pbx: string): string {
  const country = plan.country ? regionName(plan.country) : 'a country that is not known: set [site] country';
  return `Written by \`dialwarden fallback ${pbx}\` for site ${site}, ${country}. Write it anew when the site's numbers change.`;
}

/** The two contexts that `dialwarden.conf` asks whether an extension exists in. */
export function asteriskFallback(policy: Policy, { emergency, patterns }: FallbackList): string {
  return [
    `; dialwarden-fallback.conf: what passes while the guard gives no verdict.`,
    `; ${origin(policy, ASTERISK)}`,
    '',
    '[dialwarden-emergency-site]',
    ...emergency.map((code) => `exten => ${code},1,Return()`),
    '',
    '; National geographic, mobile and freephone numbers, in full length.',
    '[dialwarden-fallback]',
    ...patterns.map((pattern) => `exten => _${pattern},1,Return()`),
    '',
  ].join('\n');
}

/** The extensions that `dialwarden.xml` includes. */
export const freeswitchFallback = (policy: Policy, list: FallbackList): string =>
  fallbackXml(`What passes while the guard gives no verdict. ${origin(policy, FREESWITCH)}`, list);

/** `dialwarden fallback`: the allow list that a PBX's dialplan falls back on. */
export function fallbackCommand(cli: Cli): Command {
  return command(cli, 'fallback', {
    does: "Print the dialplan's allow list for the time when the guard gives no verdict.",
    examples: [
      'fallback > /etc/asterisk/dialwarden-fallback.conf',
      'fallback freeswitch > /etc/freeswitch/dialplan/dialwarden/site.xml',
    ],
  })
    .addArgument(new Argument('[pbx]', 'whose dialplan').choices([ASTERISK, FREESWITCH]).default(ASTERISK))
    .option('--site <name>', 'for which site')
    .action((pbx: string, _options, self: Command) => {
      const options = self.optsWithGlobals<FallbackOptions>();
      const policy = sitePolicyOf(surroundings(cli, options).config, options.site);
      const list = fallbackList(policy.plan);
      if (options.json) printJson(cli.io, [{ site: policy.site, country: policy.plan.country, ...list }]);
      else cli.io.out((pbx === FREESWITCH ? freeswitchFallback : asteriskFallback)(policy, list));
      if (policy.plan.country === null) cli.io.err('the country is not known: only emergency numbers are listed\n');
    });
}
