import type { Command } from 'commander';
import { RISK_CLASSES, type RiskClass } from '../core/destination.ts';
import type { Override } from '../core/facts.ts';
import { formatMicros } from '../core/money.ts';
import { regionName } from '../core/numbering/plan.ts';
import { type Explanation, explain } from '../core/risk/explain.ts';
import * as decks from '../store/sqlite/decks.ts';
import * as overrides from '../store/sqlite/overrides.ts';
import { type Cli, type CommonOptions, command } from './command.ts';
import { CommandError, STATUS } from './io.ts';
import { lister } from './lister.ts';
import { facts, inUnits, printJson, withIso } from './print.ts';
import { argument, siteOrAll, until, withState } from './state.ts';

interface PrefixOptions extends CommonOptions {
  site?: string;
  for?: string;
  note?: string;
}

function prefixOf(text: string): string {
  const digits = text.replace(/^\+/, '');
  if (!/^\d{1,15}$/.test(digits))
    throw new CommandError(`"${text}" is no prefix of an E.164 number such as +25261`, STATUS.usage);
  return digits;
}

function explanationText(e: Explanation, override: Override | null, deck: string | null): string {
  const lines = e.path.map(({ prefix, says, sources }) => {
    const named = sources.map((s) => `\n      ${s.title} (${s.year}), ${s.url}`).join('');
    return `  +${prefix}  ${says.join('; ')}${named}\n`;
  });
  const { perMinute, connectFee } = e.price;
  const price = `${perMinute.toFixed(2)} USD a minute${connectFee > 0 ? ` and ${connectFee.toFixed(2)} a call` : ''}`;
  const said =
    override && [override.action, override.class, override.note && `(${override.note})`].filter(Boolean).join(' ');
  return `${facts([
    ['prefix', `+${e.digits}`],
    ['region', e.region === null ? 'nobody has this code' : `${e.region}, ${regionName(e.region)}`],
    ['line type', e.lineType],
    ['class', e.class],
    ['price at most', price],
    ['rate deck', deck],
    ['override', said && `+${override.prefix}: ${said}`],
  ])}\n${lines.join('')}`;
}

function showCommand(cli: Cli): Command {
  return command(cli, 'show', {
    does: 'What is known of a prefix or number: the path, the class, the price and why.',
    examples: ['prefixes show 25261'],
  })
    .argument('<prefix>', 'digits in E.164, with or without +')
    .option('--site <name>', 'with the overrides of this site')
    .action((text: string, _options, self: Command) => {
      const options = self.optsWithGlobals<PrefixOptions>();
      const digits = prefixOf(text);
      return withState(
        cli,
        options,
        ({ db, config }) => {
          const site = siteOrAll(config, options.site);
          const override = overrides.overrideReader(db)(site, digits, cli.io.now());
          const tariff = decks.tariffReader(db)(digits);
          const explanation = explain(digits);
          if (options.json)
            return printJson(cli.io, [
              { ...explanation, override, tariff: tariff && inUnits(tariff, 'perMinute', 'connectFee') },
            ]);
          const fee = tariff && tariff.connectFee > 0 ? ` and ${formatMicros(tariff.connectFee)} a call` : '';
          const deck =
            tariff &&
            `${formatMicros(tariff.perMinute)} a minute${fee}, by ${tariff.first}/${tariff.next} s, from ${tariff.source}`;
          cli.io.out(explanationText(explanation, override, deck));
        },
        { readonly: true },
      );
    });
}

type Word = { action: Override['action']; class: RiskClass | null };

function setOverride(cli: Cli, text: string, word: Word, options: PrefixOptions): Promise<void> {
  const prefix = prefixOf(text);
  return withState(cli, options, ({ db, config }) => {
    const at = cli.io.now();
    const row = {
      site: siteOrAll(config, options.site),
      prefix,
      ...word,
      note: options.note ?? '',
      by: cli.io.who,
      at,
      until: until(at, options.for),
    };
    argument(() => overrides.set(db, row));
    if (options.json) printJson(cli.io, [withIso(row, 'at', 'until')]);
    else cli.io.out(`+${prefix}: ${word.class ? `class ${word.class}` : word.action} from the next call on\n`);
  });
}

const withOverrideOptions = (made: Command): Command =>
  made
    .option('--site <name>', 'for one site only')
    .option('--for <time>', 'ends by itself after 8h, 30d')
    .option('--note <text>', 'for whoever reads it later');

function wordCommand(cli: Cli, action: 'allow' | 'deny', does: string): Command {
  return withOverrideOptions(
    command(cli, action, { does, examples: [`prefixes ${action} +25261`] }).argument('<prefix>', 'digits in E.164'),
  ).action((prefix: string, _options, self: Command) =>
    setOverride(cli, prefix, { action, class: null }, self.optsWithGlobals<PrefixOptions>()),
  );
}

function classCommand(cli: Cli): Command {
  return withOverrideOptions(
    command(cli, 'class', { does: 'Give a prefix another risk class.', examples: ['prefixes class +37060 watch'] })
      .argument('<prefix>', 'digits in E.164')
      .argument('<class>', RISK_CLASSES.join(', ')),
  ).action((prefix: string, name: string, _options, self: Command) => {
    const found = RISK_CLASSES.find((c) => c === name);
    if (!found) throw new CommandError(`"${name}" is no class; there are ${RISK_CLASSES.join(', ')}`, STATUS.usage);
    return setOverride(cli, prefix, { action: 'class', class: found }, self.optsWithGlobals<PrefixOptions>());
  });
}

function removeCommand(cli: Cli): Command {
  return command(cli, 'remove', {
    does: "Take the owner's word on a prefix back.",
    examples: ['prefixes remove +25261'],
  })
    .argument('<prefix>', 'as in `prefixes list`')
    .option('--site <name>', 'the word of one site')
    .action((text: string, _options, self: Command) => {
      const options = self.optsWithGlobals<PrefixOptions>();
      const prefix = prefixOf(text);
      return withState(cli, options, ({ db }) => {
        if (!overrides.remove(db, { site: options.site, prefix })) {
          throw new CommandError(`nothing was said about +${prefix}; see \`dialwarden prefixes\``);
        }
        if (options.json) printJson(cli.io, [{ prefix, removed: true }]);
        else cli.io.out(`+${prefix} is judged by the table again\n`);
      });
    });
}

const listCommand = (cli: Cli, name: string): Command =>
  lister<PrefixOptions, overrides.OverrideRow>(cli, name, {
    does: "The owner's word on prefixes.",
    examples: ['prefixes', 'prefixes show 25261'],
    rows: ({ db }) => overrides.list(db),
    head: ['PREFIX', 'WORD', 'SITE', 'UNTIL', 'BY', 'NOTE'],
    cells: (r, time) => [`+${r.prefix}`, r.class ?? r.action, r.site || '*', time(r.until), r.by, r.note],
    asJson: (row) => withIso(row, 'at', 'until'),
    nothing: 'Every prefix is judged by the built-in table.',
  });

/** `dialwarden prefixes`: risk by prefix, and the owner's word on it. */
export function prefixesCommand(cli: Cli): Command {
  return listCommand(cli, 'prefixes')
    .addCommand(listCommand(cli, 'list'))
    .addCommand(showCommand(cli))
    .addCommand(wordCommand(cli, 'allow', 'Let calls to a prefix through unasked; limits and the ceiling still hold.'))
    .addCommand(wordCommand(cli, 'deny', 'Block every call to a prefix.'))
    .addCommand(classCommand(cli))
    .addCommand(removeCommand(cli));
}
