import type { Command } from 'commander';
import { type FallbackList, fallbackList } from '../core/fallback-list.ts';
import { regionName } from '../core/numbering/plan.ts';
import type { Policy } from '../core/policy.ts';
import { type Cli, type CommonOptions, command, surroundings } from './command.ts';
import { printJson } from './print.ts';
import { sitePolicyOf } from './state.ts';

interface FallbackOptions extends CommonOptions {
  site?: string;
}

/** The two contexts that `dialwarden.conf` asks whether an extension exists in. */
function asteriskText({ site, plan }: Policy, { emergency, patterns }: FallbackList): string {
  const country = plan.country ? regionName(plan.country) : 'a country that is not known: set [site] country';
  return [
    `; dialwarden-fallback.conf: what passes while the guard gives no verdict.`,
    `; Written by \`dialwarden fallback\` for site ${site}, ${country}. Write it anew when the site's numbers change.`,
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

/** `dialwarden fallback`: the allow list that Asterisk's dialplan falls back on. */
export function fallbackCommand(cli: Cli): Command {
  return command(cli, 'fallback', {
    does: "Print the dialplan's allow list for the time when the guard gives no verdict.",
    examples: ['fallback > /etc/asterisk/dialwarden-fallback.conf'],
  })
    .option('--site <name>', 'for which site')
    .action((_options, self: Command) => {
      const options = self.optsWithGlobals<FallbackOptions>();
      const policy = sitePolicyOf(surroundings(cli, options).config, options.site);
      const list = fallbackList(policy.plan);
      if (options.json) printJson(cli.io, [{ site: policy.site, country: policy.plan.country, ...list }]);
      else cli.io.out(asteriskText(policy, list));
      if (policy.plan.country === null) cli.io.err('the country is not known: only emergency numbers are listed\n');
    });
}
