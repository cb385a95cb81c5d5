import { basename } from 'node:path';
import type { Command } from 'commander';
import { formatMicros } from '../core/money.ts';
import { mainPolicy } from '../guard/sites.ts';
import * as decks from '../store/sqlite/decks.ts';
import { type Cli, type CommonOptions, command } from './command.ts';
import { readDeck } from './deck-file.ts';
import { CommandError, STATUS } from './io.ts';
import { lister } from './lister.ts';
import { politely } from './politely.ts';
import { facts, inUnits, printJson, withIso } from './print.ts';
import { withProgress } from './progress.ts';
import { rowNumber, withState } from './state.ts';

interface RateOptions extends CommonOptions {
  name?: string;
  activate: boolean;
}

function importCommand(cli: Cli): Command {
  return command(cli, 'import', {
    does: 'Take over a rate deck (CSV: prefix, destination, per minute, connect fee, first and next increment). All or nothing.',
    examples: ['rates import deck.csv', 'rates import deck.csv --name carrier-2026 --no-activate'],
  })
    .argument('<file>', 'CSV with a header; prices in units of the currency')
    .option('--name <name>', 'how verdicts call it; default: the file name')
    .option('--no-activate', 'load it, and switch later with `rates activate`')
    .action((file: string, _options, self: Command) => {
      politely();
      const options = self.optsWithGlobals<RateOptions>();
      return withState(cli, options, async ({ db }) => {
        const { sha256, rows } = readDeck(file);
        const name = options.name ?? basename(file).replace(/\.[^.]*$/, '');
        const generation = await withProgress(cli.io, 'importing', (at) =>
          decks.begin(db, { name, sha256, at: cli.io.now() }, rows, (written) => at(written, rows.length)),
        );
        if (options.activate) await decks.activate(db, generation);
        const state = options.activate ? 'active' : 'loaded';
        if (options.json) printJson(cli.io, [{ generation, name, rows: rows.length, sha256, state }]);
        else
          cli.io.out(
            `${rows.length} rates of ${name} are ${options.activate ? 'in force from the next call on' : `loaded; switch with \`dialwarden rates activate ${generation}\``}\n`,
          );
      });
    });
}

function activateCommand(cli: Cli): Command {
  return command(cli, 'activate', {
    does: 'Switch to a loaded deck, or back to the built-in prices.',
    examples: ['rates activate 3', 'rates activate none'],
  })
    .argument('<generation>', 'as in `rates list`; "none": the built-in prices')
    .action((text: string, _options, self: Command) => {
      const options = self.optsWithGlobals<RateOptions>();
      return withState(cli, options, async ({ db }) => {
        if (text === 'none') await decks.deactivate(db);
        else await decks.activate(db, loaded(decks.list(db), rowNumber(text, 'a deck')));
        const active = decks.active(db);
        if (options.json) printJson(cli.io, [{ active: active?.generation ?? null }]);
        else
          cli.io.out(
            active ? `${active.name} is in force from the next call on\n` : 'the built-in prices are in force\n',
          );
      });
    });
}

/** The generation, if it is whole: an import that was cut short left no count of rows, a retired one no rows. */
function loaded(list: decks.DeckRow[], generation: number): number {
  const deck = list.find((d) => d.generation === generation);
  if (!deck) throw new CommandError(`there is no deck ${generation}; see \`dialwarden rates list\``);
  if (deck.state === 'retired' || deck.rows === 0) {
    throw new CommandError(
      `the rates of deck ${generation} are no longer there or were never complete: import it again`,
    );
  }
  return generation;
}

function showCommand(cli: Cli): Command {
  return command(cli, 'show', {
    does: 'What the deck in force says of a number.',
    examples: ['rates show +4930901820'],
  })
    .argument('<number>', 'digits in E.164, with or without +')
    .action((text: string, _options, self: Command) => {
      const options = self.optsWithGlobals<RateOptions>();
      const digits = text.replace(/^\+/, '');
      if (!/^\d{1,15}$/.test(digits)) throw new CommandError(`"${text}" is no number in E.164`, STATUS.usage);
      return withState(
        cli,
        options,
        ({ db, config }) => {
          const tariff = decks.tariffReader(db)(digits);
          if (!tariff) {
            const why = decks.active(db) ? 'the deck in force has no prefix of it' : 'no rate deck is in force';
            throw new CommandError(`${why}: the built-in price holds; see \`dialwarden prefixes show ${digits}\``);
          }
          if (options.json)
            return printJson(cli.io, [{ number: `+${digits}`, ...inUnits(tariff, 'perMinute', 'connectFee') }]);
          const { currency } = mainPolicy(config.settings);
          cli.io.out(
            facts([
              ['number', `+${digits}`],
              ['a minute', `${formatMicros(tariff.perMinute)} ${currency}`],
              ['a call', `${formatMicros(tariff.connectFee)} ${currency}`],
              ['increments', `${tariff.first}/${tariff.next} s`],
              ['from', tariff.source],
            ]),
          );
        },
        { readonly: true },
      );
    });
}

/** A deck that is whole and waits for `rates activate` is loaded; without a count of its rows its import was cut short. */
const listed = (deck: decks.DeckRow) => ({
  ...deck,
  state: deck.state === 'loading' && deck.rows > 0 ? 'loaded' : deck.state,
});

const listCommand = (cli: Cli, name: string): Command =>
  lister<RateOptions, ReturnType<typeof listed>>(cli, name, {
    does: 'The rate decks.',
    examples: ['rates', 'rates import deck.csv'],
    rows: ({ db }) => decks.list(db).map(listed),
    head: ['DECK', 'NAME', 'RATES', 'IMPORTED', 'STATE'],
    cells: (d, time) => [d.generation, d.name, d.rows, time(d.imported_at), d.state],
    asJson: (deck) => withIso(deck, 'imported_at'),
    nothing: 'No rate deck: the built-in prices are in force.',
  });

/** `dialwarden rates`: the owner's rate decks. */
export function ratesCommand(cli: Cli): Command {
  return listCommand(cli, 'rates')
    .addCommand(listCommand(cli, 'list'))
    .addCommand(importCommand(cli))
    .addCommand(activateCommand(cli))
    .addCommand(showCommand(cli));
}
