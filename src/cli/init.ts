import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from 'commander';
import { TEMPLATE } from '../config/template.ts';
import { makeFolder } from '../make-folder.ts';
import { openDatabase } from '../store/sqlite/database.ts';
import { type Cli, type CommonOptions, command } from './command.ts';
import { dataDirectory } from './data-dir.ts';

/** `dialwarden init`: a data directory with an empty database and a configuration in which every key is a comment. */
export function initCommand(cli: Cli): Command {
  return command(cli, 'init', {
    does: 'Create the data directory, its database and a commented dialwarden.toml.',
    examples: ['init --data /var/lib/dialwarden'],
    json: false,
  }).action((_options, self: Command) => {
    const options = self.optsWithGlobals<CommonOptions>();
    const dataDir = dataDirectory(options.data, cli.io.env, cli.io.cwd);
    makeFolder(dataDir);
    openDatabase(dataDir, { create: true, now: cli.io.now() }).close();
    const file = options.config ?? join(dataDir, 'dialwarden.toml');
    const kept = existsSync(file);
    if (!kept) writeFileSync(file, TEMPLATE, { flag: 'wx', mode: 0o640 });
    cli.io.out(`data directory ${dataDir}\nconfiguration  ${file}${kept ? ' (kept as it was)' : ''}\n`);
  });
}
