import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from 'commander';
import { asOwner } from '../install/as-owner.ts';
import { type Change, renewals } from '../install/change.ts';
import { unitFile, unitPath } from '../install/service.ts';
import { backup } from '../store/sqlite/backup.ts';
import { DATABASE_FILE, openFile } from '../store/sqlite/database.ts';
import { lacking, type Upgraded, upgradeDatabase } from '../store/sqlite/upgrade.ts';
import { type Cli, command } from './command.ts';
import { carryOut, consent, type InstallOptions, tellNext, withRights } from './init-apply.ts';
import { pbxFitting } from './init-pbx.ts';
import { chosenPbxs, configAt, inside, lockOf, type Places, places } from './init-places.ts';
import { printJson } from './print.ts';
import { startProgress } from './progress.ts';
import { VERSION } from './version.ts';

interface Part {
  changes: Change[];
  /** What makes the new files count. */
  restart: string;
}

function parts({ io }: Cli, where: Places, options: InstallOptions): Part[] {
  const config = configAt(where.config, io.env);
  const { root, dataDir, config: file } = where;
  const unit = unitFile(root, { dataDir: inside(root, dataDir), config: inside(root, file) });
  const fittings = chosenPbxs(root, options.pbx).map((pbx) => pbxFitting(pbx, config, null));
  return [
    { changes: renewals([unit]), restart: 'systemctl daemon-reload' },
    ...fittings.map(({ files, reload }) => ({ changes: renewals(files), restart: reload })),
  ];
}

/** Brings the database up to date, or, under a running guard, only copies it: the guard migrates when it starts. */
function upgradeData({ io }: Cli, dataDir: string): Upgraded {
  const file = join(dataDir, DATABASE_FILE);
  const unlock = lockOf(dataDir);
  if (unlock === null) {
    const db = openFile(file, { create: false, readonly: true, older: true });
    try {
      return { backup: backup(db, file, io.now()), applied: [] };
    } finally {
      db.close();
    }
  }
  const progress = startProgress(io, 'Upgrading');
  try {
    return upgradeDatabase(file, io.now(), progress.at);
  } finally {
    progress.stop();
    unlock();
  }
}

function tellData({ io }: Cli, { json }: InstallOptions, missing: readonly string[], done: Upgraded): void {
  if (json) {
    printJson(io, [{ backup: done.backup, applied: done.applied }]);
    return;
  }
  io.out(`copied   ${done.backup}\n`);
  for (const name of done.applied) io.out(`applied  ${name}\n`);
  if (done.applied.length < missing.length)
    io.out('The guard is running: it brings the database up to date when it starts again.\n');
}

async function upgrade(cli: Cli, options: InstallOptions): Promise<void> {
  const where = places(cli, options);
  const { dataDir } = where;
  const file = join(dataDir, DATABASE_FILE);
  const missing = existsSync(file) ? withRights(() => asOwner(dataDir, () => lacking(file))) : [];
  const found = withRights(() => parts(cli, where, options));
  const changes = found.flatMap((part) => part.changes);
  const restart = existsSync(unitPath(where.root)) ? 'systemctl restart dialwarden' : 'start `dialwarden serve` again';
  const next = [...found.filter((part) => part.changes.length > 0).map((part) => part.restart), restart];
  if (missing.length === 0 && changes.length === 0) {
    if (!options.json) cli.io.out(`database and files are those of dialwarden ${VERSION}: nothing was changed\n`);
    return tellNext(cli, options, [], [restart]);
  }
  await consent(cli, options, changes, missing.length > 0 ? [`${file}: a copy, then ${missing.join(', ')}`] : []);
  if (missing.length > 0) {
    const done = withRights(() => asOwner(dataDir, () => upgradeData(cli, dataDir)));
    tellData(cli, options, missing, done);
  }
  carryOut(cli, options, changes);
  tellNext(cli, options, [], next);
}

/** `dialwarden upgrade`: after a newer package was installed, the database and the installed files follow. */
export function upgradeCommand(cli: Cli): Command {
  return command(cli, 'upgrade', {
    does: 'After the installation of a newer version: copy the database and bring it up to date, renew the installed files.',
    examples: ['upgrade', 'upgrade --yes'],
  })
    .option('--yes', 'ask nothing, make the changes')
    .option('--root <dir>', 'what is installed in this folder instead of /')
    .action((_options, self: Command) => upgrade(cli, self.optsWithGlobals<InstallOptions>()));
}
