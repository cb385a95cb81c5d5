import { chownSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type Command, Option } from 'commander';
import { readConfig } from '../config/load.ts';
import { asOwner } from '../install/as-owner.ts';
import { type Change, fileChange, fittingChanges, textAfter } from '../install/change.ts';
import type { Fitting } from '../install/fitting.ts';
import { bytes } from '../install/packaged.ts';
import { accountOf, closedFolder, hasSystemd, makeAccount, unitFile } from '../install/service.ts';
import { makeFolder } from '../process/make-folder.ts';
import { DATABASE_FILE, openDatabase } from '../store/sqlite/database.ts';
import { type Cli, command } from './command.ts';
import { dataDirectory } from './data-dir.ts';
import { carryOut, consent, tellNext, withRights } from './init-apply.ts';
import { pbxFitting } from './init-pbx.ts';
import { configAt, inside, PBX_CHOICES, type Places, places, wholeMachine } from './init-places.ts';
import { type InitOptions, pbxFor, settingsFor, trunksFor } from './init-questions.ts';
import { printJson } from './print.ts';

/** A data folder with a configuration in it: what a trial needs. */
async function initFolder(cli: Cli, options: InitOptions): Promise<void> {
  const dataDir = dataDirectory(options.data, cli.io.env, cli.io.cwd);
  const file = options.config ?? join(dataDir, 'dialwarden.toml');
  const kept = existsSync(file);
  const text = kept ? '' : await settingsFor(cli, options);
  makeFolder(dataDir);
  openDatabase(dataDir, { create: true, now: cli.io.now() }).close();
  if (!kept) writeFileSync(file, text, { flag: 'wx', mode: 0o640 });
  if (options.json) printJson(cli.io, [{ dataDir, config: file, kept }]);
  else cli.io.out(`data directory ${dataDir}\nconfiguration  ${file}${kept ? ' (kept as it was)' : ''}\n`);
}

/** The folder and its database, which belong to the guard's user. */
function makeData({ root, dataDir }: Places, now: number): void {
  if (existsSync(join(dataDir, DATABASE_FILE))) return;
  const fresh = !existsSync(dataDir);
  makeFolder(dataDir);
  const account = accountOf(root);
  if (fresh && account && process.geteuid!() === 0) chownSync(dataDir, account.uid, account.gid);
  asOwner(dataDir, () => openDatabase(dataDir, { create: true, now }).close());
}

/** The guard's user reads its configuration and cannot write it. */
function giveConfig(change: Change, root: string): void {
  const account = accountOf(root);
  change.owner = { uid: process.geteuid!(), gid: account?.gid ?? process.getegid!(), mode: account ? 0o640 : 0o600 };
  const folder = dirname(change.path);
  if (existsSync(folder)) return;
  mkdirSync(folder, { recursive: true, mode: 0o750 });
  if (account && process.geteuid!() === 0) chownSync(folder, 0, account.gid);
}

function configChange(path: string, text: string | null): Change[] {
  const owner = { uid: 0, gid: 0, mode: 0o600 };
  return text === null ? [] : [{ path, before: null, after: bytes(text), owner, keepOld: false }];
}

function unitChange({ root, dataDir, config }: Places): Change[] {
  if (!hasSystemd(root)) return [];
  const unit = unitFile(root, { dataDir: inside(root, dataDir), config: inside(root, config) });
  const change = fileChange(unit, { uid: 0, gid: 0, mode: 0o644 });
  return change ? [change] : [];
}

function warnings({ root }: Places): string[] {
  const closed = closedFolder();
  return [
    ...(closed === null
      ? []
      : [
          `The guard's user and the PBX cannot read ${closed}, where dialwarden is installed: install it for all (npm install --global, as root).`,
        ]),
    ...(hasSystemd(root) ? [] : ['There is no systemd here: have `dialwarden serve` started by what starts your PBX.']),
  ];
}

const nextSteps = (root: string, fitting: Fitting | null): string[] => [
  'dialwarden mode observe --for 7d       watch first: every call goes on, what would have been stopped is recorded',
  ...(hasSystemd(root) ? ['systemctl daemon-reload && systemctl enable --now dialwarden'] : []),
  ...(fitting ? [fitting.reload] : []),
  'dialwarden learn CDR-FILE...           what is called by habit is not asked about',
  'dialwarden doctor                      is everything in place?',
  'dialwarden audit                       what else is open?',
];

async function initMachine(cli: Cli, options: InitOptions): Promise<void> {
  const where = places(cli, options);
  const { root, config: file } = where;
  const text = existsSync(file) ? null : await settingsFor(cli, options);
  const config = text === null ? configAt(file, cli.io.env) : readConfig(text, file, cli.io.env);
  const pbx = await pbxFor(cli, root, options);
  const fitting = pbx && pbxFitting(pbx, config, await trunksFor(cli, pbx, options));
  const changes = withRights(() => [
    ...configChange(file, text),
    ...unitChange(where),
    ...(fitting ? fittingChanges(fitting) : []),
  ]);
  const byHand = withRights(() => [...warnings(where), ...(fitting?.byHand(textAfter(changes)) ?? [])]);
  const account = root === '/' && accountOf(root) === null;
  const fresh = !existsSync(join(where.dataDir, DATABASE_FILE));
  if (changes.length === 0 && !fresh && !account) {
    if (!options.json) cli.io.out('everything is in place: nothing was changed\n');
    return tellNext(cli, options, byHand, []);
  }
  await consent(cli, options, changes, [
    ...(account ? ['user dialwarden: new'] : []),
    ...(fresh ? [`${where.dataDir}: new, with an empty database`] : []),
  ]);
  withRights(() => {
    if (account) makeAccount(where.dataDir);
    makeData(where, cli.io.now());
    for (const change of changes) if (change.path === file) giveConfig(change, root);
  });
  carryOut(cli, options, changes);
  tellNext(cli, options, byHand, nextSteps(root, fitting));
}

const more = (value: string, before: string[] = []): string[] => [...before, value];

/** `dialwarden init`: the guard's user, data, configuration and unit, and its place in the PBX's dialplan. */
export function initCommand(cli: Cli): Command {
  return command(cli, 'init', {
    does: "Install the guard: data, configuration, unit file, and its place in the PBX's dialplan; asks before it changes a file.",
    examples: ['init', 'init --country DE --outside-line 0 --trunk telekom --yes', 'init --data ./var'],
  })
    .option('--country <code>', 'ISO code of the country of the lines')
    .option('--outside-line <digits>', 'digits dialled for an outside line')
    .option('--mail <address>', 'who is mailed about incidents')
    .addOption(new Option('--pbx <kind>', 'which PBX, where there are several').choices(PBX_CHOICES))
    .option('--trunk <name>', 'ask about calls to this trunk; may be repeated; otherwise about all', more)
    .option('--yes', 'ask nothing, make the changes')
    .option('--root <dir>', 'install into this folder instead of /')
    .action((_options, self: Command) => {
      const options = self.optsWithGlobals<InitOptions>();
      return wholeMachine(cli, options) ? initMachine(cli, options) : initFolder(cli, options);
    });
}
