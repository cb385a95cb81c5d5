import { existsSync, readdirSync, rmdirSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { type Command, Option } from 'commander';
import { asOwner } from '../install/as-owner.ts';
import { type Change, removal, textAfter, unfittingChanges } from '../install/change.ts';
import { removePlain } from '../install/place.ts';
import { accountOf, removeAccount, unitFile, unitPath } from '../install/service.ts';
import { DATABASE_FILE } from '../store/sqlite/database.ts';
import { type Cli, command } from './command.ts';
import { carryOut, consent, type InstallOptions, tellDone, tellNext, withRights } from './init-apply.ts';
import { pbxFitting } from './init-pbx.ts';
import { chosenPbxs, configAt, inside, lockOf, PBX_CHOICES, type Places, places } from './init-places.ts';
import { CommandError } from './io.ts';

interface RemoveOptions extends InstallOptions {
  purge?: boolean;
}

function refuseDangling(lines: readonly string[]): void {
  if (lines.length === 0) return;
  const shown = lines.map((line) => `    ${line}`).join('\n');
  throw new CommandError(
    `nothing was changed: calls are still sent to the guard, and would end without it. Take this out first:\n${shown}`,
  );
}

/** `systemctl enable` made it; systemctl(1) does not disable what has no unit any more. */
const enabled = (root: string): string =>
  join(dirname(unitPath(root)), 'multi-user.target.wants', basename(unitPath(root)));

function unitRemoval({ root, dataDir, config }: Places): Change[] {
  const change = removal(unitFile(root, { dataDir: inside(root, dataDir), config: inside(root, config) }));
  return change ? [change] : [];
}

/** What the guard and its commands write into its folder. */
const DATA = /^(dialwarden\.(db|toml)|serve\.(lock|pid)|backups$|damaged-)/;

/** What `--purge` takes as well. Throws CommandError while the guard runs. */
function purgeable({ dataDir, config }: Places): string[] {
  const data: string[] = [];
  if (existsSync(join(dataDir, DATABASE_FILE))) {
    const unlock = asOwner(dataDir, () => lockOf(dataDir));
    if (!unlock) throw new CommandError('nothing was changed: the guard is running: systemctl stop dialwarden');
    unlock();
    for (const name of readdirSync(dataDir)) if (DATA.test(name)) data.push(join(dataDir, name));
  }
  return [...new Set([...data, ...(existsSync(config) ? [config] : [])])];
}

function dropEmpty(folder: string): void {
  if (existsSync(folder) && readdirSync(folder).length === 0) rmdirSync(folder);
}

function purge({ root, dataDir, config }: Places, paths: readonly string[]): void {
  const data = paths.filter((path) => dirname(path) === dataDir);
  if (data.length > 0)
    asOwner(dataDir, () => data.forEach((path) => void rmSync(path, { recursive: true, force: true })));
  if (existsSync(config)) removePlain(config);
  for (const folder of [dataDir, dirname(config)]) dropEmpty(folder);
  if (root === '/' && accountOf(root)) removeAccount();
}

const nextSteps = (reloads: readonly string[], unit: boolean): string[] => [
  ...reloads,
  ...(unit ? ['systemctl stop dialwarden && systemctl daemon-reload'] : []),
  'npm uninstall --global dialwarden',
];

async function remove(cli: Cli, options: RemoveOptions): Promise<void> {
  const where = places(cli, options);
  const { root, dataDir, config: file } = where;
  const config = configAt(file, cli.io.env);
  const fittings = chosenPbxs(root, options.pbx).map((pbx) => pbxFitting(pbx, config, null));
  const changes = withRights(() => [...fittings.flatMap(unfittingChanges), ...unitRemoval(where)]);
  withRights(() => refuseDangling(fittings.flatMap((fitting) => fitting.stillAsking(textAfter([])))));
  const data = options.purge ? purgeable(where) : [];
  if (changes.length === 0 && data.length === 0) {
    if (!options.json) cli.io.out('nothing of dialwarden is installed here: nothing was changed\n');
    return tellNext(cli, options, [], []);
  }
  const unit = existsSync(unitPath(root));
  await consent(
    cli,
    options,
    changes,
    data.map((path) => `${path}: is deleted for good`),
  );
  carryOut(cli, options, changes);
  withRights(() => {
    rmSync(enabled(root), { force: true });
    if (options.purge) purge(where, data);
  });
  for (const path of data) tellDone(cli, options, 'remove', path, null);
  const kept = [dataDir, file].filter(existsSync);
  const keeps = kept.length > 0 ? [`Kept: ${kept.join(', ')} (--purge deletes the data).`] : [];
  const fitted = fittings.filter(({ files }) =>
    files.some(({ path }) => changes.some((change) => change.path === path)),
  );
  tellNext(
    cli,
    options,
    keeps,
    nextSteps(
      fitted.map(({ reload }) => reload),
      unit,
    ),
  );
}

/** `dialwarden remove`: takes the guard out of the PBX and off the machine; calls go on as before it came. */
export function removeCommand(cli: Cli): Command {
  return command(cli, 'remove', {
    does: 'Take the guard out of the PBX and its unit off the machine, so that calls go on as before. Data stays.',
    examples: ['remove', 'remove --purge'],
  })
    .addOption(new Option('--pbx <kind>', 'out of this PBX alone').choices(PBX_CHOICES))
    .option('--purge', 'delete data, configuration and user as well')
    .option('--yes', 'ask nothing, make the changes')
    .option('--root <dir>', 'what is installed in this folder instead of /')
    .action((_options, self: Command) => remove(cli, self.optsWithGlobals<RemoveOptions>()));
}
