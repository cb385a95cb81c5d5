import type { Command } from 'commander';
import { parseDuration } from '../config/duration.ts';
import { pruneAll } from '../guard/retention.ts';
import { prunable, pruner } from '../store/sqlite/prune.ts';
import { type Cli, type CommonOptions, command } from './command.ts';
import { CommandError, STATUS } from './io.ts';
import { printJson } from './print.ts';
import { argument, withState } from './state.ts';

interface PruneOptions extends CommonOptions {
  older?: string;
  dryRun?: boolean;
}

const DAY = 86_400_000;
/** What the rules look back at. */
const LEAST_DAYS = 100;

function days(older: string): number {
  const wanted = argument(() => parseDuration(older)) / DAY;
  if (wanted >= LEAST_DAYS) return wanted;
  throw new CommandError(`--older ${older} is too little: the rules look back up to ${LEAST_DAYS} days`, STATUS.usage);
}

/** `dialwarden prune`: what a running guard does once an hour, now. */
export const pruneCommand = (cli: Cli): Command =>
  command(cli, 'prune', {
    does: 'Delete old calls, in small steps beside a running guard, which does so every hour. Calls of incidents stay.',
    examples: ['prune', 'prune --older 200d --dry-run'],
  })
    .option('--older <duration>', 'how old a call has to be (default: [guard] keep_days)')
    .option('--dry-run', 'say how many calls would go')
    .action((_options, self: Command) => {
      const { older, dryRun = false, json, ...common } = self.optsWithGlobals<PruneOptions>();
      return withState(
        cli,
        common,
        async ({ db, config }) => {
          const keepDays = older === undefined ? config.keepDays : days(older);
          const { now } = cli.io;
          const calls = dryRun
            ? prunable(db, now() - keepDays * DAY)
            : await pruneAll({ retention: pruner(db), keepDays: () => keepDays, now });
          if (json) printJson(cli.io, [{ calls, keepDays, deleted: !dryRun }]);
          else cli.io.out(`${calls} calls older than ${keepDays} days ${dryRun ? 'would go' : 'deleted'}\n`);
        },
        { readonly: dryRun },
      );
    });
