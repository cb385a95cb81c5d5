import type { Command } from 'commander';
import { type DeliveryRow, list, retry } from '../store/sqlite/outbox-list.ts';
import { type Cli, type CommonOptions, command } from './command.ts';
import { lister } from './lister.ts';
import { iso, printJson } from './print.ts';
import { withState } from './state.ts';

interface OutboxOptions extends CommonOptions {
  all?: boolean;
}

const deliveryJson = ({ at, next, sent, ...row }: DeliveryRow) => ({
  ...row,
  at: iso(at),
  next: iso(next),
  sent: iso(sent),
});

const listCommand = (cli: Cli, name: string): Command =>
  lister<OutboxOptions, DeliveryRow>(cli, name, {
    does: 'What is still to be told of incidents, to whom, and why it is not yet.',
    examples: ['outbox', 'outbox --all --json', 'outbox retry'],
    rows: ({ db }, { all = false }) => list(db, { all }),
    head: ['MESSAGE', 'INCIDENT', 'NEWS', 'SINCE', 'TO', 'STATE', 'TRIES', 'NEXT', 'SENT', 'ERROR'],
    cells: (r, time) => [
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
    asJson: deliveryJson,
    nothing: 'Nothing waits.',
  }).option('--all', 'what was sent too');

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
  listCommand(cli, 'outbox').addCommand(listCommand(cli, 'list')).addCommand(retryCommand(cli));
