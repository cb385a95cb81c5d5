import type { Command } from 'commander';
import { type DeliveryRow, list, retry } from '../store/sqlite/outbox-list.ts';
import { type Cli, type CommonOptions, command } from './command.ts';
import { printJson, printRows, wallTime } from './print.ts';
import { withState } from './state.ts';

interface OutboxOptions extends CommonOptions {
  all?: boolean;
}

const iso = (at: number | null) => (at === null ? null : new Date(at).toISOString());
const deliveryJson = ({ at, next, sent, ...row }: DeliveryRow) => ({
  ...row,
  at: iso(at),
  next: iso(next),
  sent: iso(sent),
});

function lister(cli: Cli, name: string): Command {
  return command(cli, name, {
    does: 'What is still to be told of incidents, to whom, and why it is not yet.',
    examples: ['outbox', 'outbox --all --json', 'outbox retry'],
  })
    .option('--all', 'what was sent too')
    .action((_options, self: Command) => {
      const options = self.optsWithGlobals<OutboxOptions>();
      const show = ({ db, config }: Parameters<Parameters<typeof withState>[2]>[0]) => {
        const rows = list(db, { all: options.all ?? false });
        if (options.json) return printJson(cli.io, rows.map(deliveryJson));
        const zone = config.settings.sites.at(-1)!.policy.timezone;
        const time = (at: number | null) => wallTime(at, zone);
        printRows(
          cli.io,
          false,
          rows,
          ['MESSAGE', 'INCIDENT', 'NEWS', 'SINCE', 'TO', 'STATE', 'TRIES', 'NEXT', 'SENT', 'ERROR'],
          (r) => [
            r.message,
            r.incident,
            r.kind,
            time(r.at),
            r.route,
            r.state,
            r.attempts,
            time(r.next),
            time(r.sent),
            r.error,
          ],
          'Nothing waits.',
        );
      };
      return withState(cli, options, show, { readonly: true });
    });
}

function retryCommand(cli: Cli): Command {
  return command(cli, 'retry', {
    does: 'Try what waits at once; what may have arrived already still waits its minute.',
    examples: ['outbox retry'],
  }).action((_options, self: Command) => {
    const options = self.optsWithGlobals<CommonOptions>();
    return withState(cli, options, ({ db }) => {
      const waiting = retry(db);
      if (options.json) printJson(cli.io, [{ waiting }]);
      else cli.io.out(`${waiting} waiting; a running guard tries them now\n`);
    });
  });
}

/** `dialwarden outbox`: news of incidents on their way. */
export const outboxCommand = (cli: Cli): Command =>
  lister(cli, 'outbox').addCommand(lister(cli, 'list')).addCommand(retryCommand(cli));
