import { readConfig } from '../config/load.ts';
import { machineZone } from '../config/place.ts';
import { countryForTimeZone } from '../core/numbering/time-zone.ts';
import { dialplans } from '../install/asterisk.ts';
import { asking, wireDials } from '../install/asterisk-wire.ts';
import type { Pbx } from '../install/fitting.ts';
import { readPlain } from '../install/place.ts';
import { type Answers, settingsText } from '../install/settings-file.ts';
import type { Cli } from './command.ts';
import type { InstallOptions } from './init-apply.ts';
import { chosenPbxs } from './init-places.ts';
import { CommandError, STATUS } from './io.ts';

export interface InitOptions extends InstallOptions, Answers {
  trunk?: string[];
}

type Ask = (question: string) => Promise<string>;

/** Asks until the answer can be read as configuration; an empty answer is `standard`. */
async function answer(cli: Cli, ask: Ask, question: string, key: keyof Answers, standard = ''): Promise<string> {
  for (;;) {
    const said = (await ask(`${question}${standard && ` [${standard}]`}: `)) || standard;
    try {
      readConfig(settingsText({ [key]: said }), null, cli.io.env);
      return said;
    } catch (error) {
      cli.io.err(`${(error as Error).message}\n`);
    }
  }
}

/** The settings of a new installation: from flags, else asked, else guessed. Throws ConfigError for a flag that is none. */
export async function settingsFor(cli: Cli, options: InitOptions): Promise<string> {
  const ask = options.yes ? undefined : cli.io.ask;
  const guess = countryForTimeZone(machineZone(cli.io.env)) ?? '';
  let { country, outsideLine, mail } = options;
  if (ask) {
    country ??= await answer(cli, ask, 'Country of the telephone lines (ISO code)', 'country', guess);
    outsideLine ??= await answer(cli, ask, 'Digits dialled for an outside line, none if empty', 'outsideLine');
    mail ??= await answer(cli, ask, 'Mail address for incidents, none if empty', 'mail');
  }
  const text = settingsText({ country: country ?? (options.yes ? guess : ''), outsideLine, mail });
  readConfig(text, null, cli.io.env);
  return text;
}

/** The PBX to fit the guard into; null: none. */
export async function pbxFor(cli: Cli, root: string, options: InitOptions): Promise<Pbx | null> {
  const found = chosenPbxs(root, options.pbx);
  if (found.length <= 1) return found[0] ?? null;
  const kinds = found.map(({ kind }) => kind);
  if (options.yes || !cli.io.ask) {
    throw new CommandError(`there are several PBXs here: say which, --pbx ${kinds.join('|')}|none`, STATUS.usage);
  }
  for (;;) {
    const said = await cli.io.ask(`PBX (${kinds.join(', ')}, none): `);
    if (said === 'none') return null;
    const chosen = found.find(({ kind }) => kind === said);
    if (chosen) return chosen;
  }
}

/** Whose calls are to be asked about; null: all trunks that are found. Where some are asked already, no others are added unasked. */
export async function trunksFor(cli: Cli, pbx: Pbx | null, options: InitOptions): Promise<string[] | null> {
  if (options.trunk) return options.trunk;
  if (pbx?.kind !== 'asterisk') return null;
  const texts = dialplans(pbx.dir).map((path) => readPlain(path)?.text ?? '');
  if (texts.some((text) => asking(text).length > 0)) return [];
  const found = new Set(texts.flatMap((text) => wireDials(text, null).trunks));
  if (found.size < 2 || options.yes || !cli.io.ask) return null;
  const said = await cli.io.ask(`Trunks whose calls are asked about [${[...found].join(' ')}]: `);
  return said === '' ? null : said.split(/[\s,]+/);
}
