import type { Command } from 'commander';
import { formatMicros } from '../core/money.ts';
import type { Db } from '../store/sqlite/database.ts';
import * as incidents from '../store/sqlite/incidents.ts';
import { closeAsMisdial, type TakenBack } from '../store/sqlite/resolve.ts';
import { callJson } from './calls.ts';
import { type Cli, type CommonOptions, command } from './command.ts';
import { exportCommand, verifyCommand } from './incident-export.ts';
import { incidentJson, list } from './incident-list.ts';
import { CommandError, STATUS } from './io.ts';
import { facts, iso, printJson, table, wallTime } from './print.ts';
import { rowNumber, type State, withState, zoneOf } from './state.ts';

const RESOLUTIONS = ['fraud', 'misdial', 'legitimate'];

interface IncidentOptions extends CommonOptions {
  as?: string;
  why?: string;
}

function showCommand(cli: Cli): Command {
  return command(cli, 'show', { does: 'One incident with its log and its calls.', examples: ['incidents show 7'] })
    .argument('<id>', 'its number')
    .action((text: string, _options, self: Command) => {
      const options = self.optsWithGlobals<IncidentOptions>();
      const id = rowNumber(text, 'an incident');
      const show = (around: State) => {
        const found = incidents.get(around.db, id);
        if (!found) throw new CommandError(`there is no incident ${id}; see \`dialwarden incidents\``);
        const { log, callRows, ...row } = found;
        if (!options.json) return cli.io.out(incidentText(found, zoneOf(around)));
        const lines = log.map(({ at, ...line }) => ({ at: iso(at), ...line }));
        printJson(cli.io, [{ ...incidentJson(row), log: lines, callRows: callRows.map(callJson) }]);
      };
      return withState(cli, options, show, { readonly: true });
    });
}

function incidentText(row: NonNullable<ReturnType<typeof incidents.get>>, zone: string): string {
  const { code, ...evidence } = row.evidence;
  const head = facts([
    ['incident', row.id],
    ['what', row.title],
    ['severity', row.severity],
    ['kind', `${row.kind} (${code})`],
    ['site', row.site],
    ['extension', row.ext],
    ['state', row.resolution ? `${row.state} as ${row.resolution}` : row.state],
    ['opened', wallTime(row.opened_at, zone)],
    ['last call', wallTime(row.updated_at, zone)],
    ['calls', `${row.calls}, ${row.stopped} of them stopped`],
    ['cost', formatMicros(row.lost)],
    ['saved', `at least ${formatMicros(row.saved)}`],
    ...Object.entries(evidence).map(([name, value]) => [`  ${name}`, value] as const),
  ]);
  const log = row.log.map((l) => [wallTime(l.at, zone), l.who, l.what, l.why]);
  const calls = row.callRows.map((c) => [wallTime(c.at, zone), c.dialled, c.e164, c.verdict, c.state, c.billsec]);
  return `${head}\n${table(['TIME', 'WHO', 'DID', 'WHY'], log)}\n${table(['TIME', 'DIALLED', 'NUMBER', 'VERDICT', 'STATE', 'SECONDS'], calls)}`;
}

const forgivenText = (calls: number): string =>
  `${calls} warned call${calls === 1 ? ' is' : 's are'} not held against the extension`;

/** Changes an incident by `make`, which returns what more there is to tell. */
function change(
  cli: Cli,
  id: number,
  options: IncidentOptions,
  state: 'acknowledged' | 'closed',
  make: (db: Db, by: Omit<incidents.Change, 'state'>) => Partial<TakenBack>,
): Promise<void> {
  return withState(cli, options, ({ db }) => {
    if (!incidents.get(db, id)) throw new CommandError(`there is no incident ${id}; see \`dialwarden incidents\``);
    const by = { resolution: options.as, who: cli.io.who, why: options.why ?? '', at: cli.io.now() };
    try {
      const back = make(db, by);
      if (options.json) return printJson(cli.io, [{ id, state, resolution: options.as ?? null, ...back }]);
      cli.io.out(`incident ${id} is ${state}\n`);
      if (back.lifted?.length) cli.io.out(`lifted: block ${back.lifted.join(', ')}\n`);
      if (back.forgiven) cli.io.out(`${forgivenText(back.forgiven)}\n`);
    } catch (error) {
      throw error instanceof incidents.AlreadyClosed ? new CommandError(error.message) : error;
    }
  });
}

const into = (id: number, state: incidents.IncidentState) => (db: Db, by: Omit<incidents.Change, 'state'>) => {
  incidents.change(db, id, { ...by, state });
  return {};
};

function ackCommand(cli: Cli): Command {
  return command(cli, 'ack', { does: 'Say that somebody looks after an incident.', examples: ['incidents ack 7'] })
    .argument('<id>', 'its number')
    .option('--why <text>', 'for its log')
    .action((text: string, _options, self: Command) => {
      const id = rowNumber(text, 'an incident');
      return change(cli, id, self.optsWithGlobals<IncidentOptions>(), 'acknowledged', into(id, 'acknowledged'));
    });
}

function closeCommand(cli: Cli): Command {
  return command(cli, 'close', {
    does: 'Close an incident as what it turned out to be. As a misdial, the blocks it brought are lifted and its wrong keys forgiven.',
    examples: [
      'incidents close 8 --as misdial',
      'incidents close 7 --as fraud --why "password of 214 guessed; changed"',
    ],
  })
    .argument('<id>', 'its number')
    .requiredOption('--as <what>', RESOLUTIONS.join(', '))
    .option('--why <text>', 'for its log')
    .action((text: string, _options, self: Command) => {
      const options = self.optsWithGlobals<IncidentOptions>();
      const id = rowNumber(text, 'an incident');
      if (!RESOLUTIONS.includes(options.as!))
        throw new CommandError(`--as is one of ${RESOLUTIONS.join(', ')}`, STATUS.usage);
      const misdial = (db: Db, by: Omit<incidents.Change, 'state'>) => closeAsMisdial(db, id, by);
      return change(cli, id, options, 'closed', options.as === 'misdial' ? misdial : into(id, 'closed'));
    });
}

/** `dialwarden incidents`: what an administrator must see. */
export function incidentsCommand(cli: Cli): Command {
  const text = {
    does: 'List incidents, show one, take it over, close it, write its dispute pack.',
    examples: ['incidents', 'incidents --state open --json', 'incidents --kind misdial', 'incidents show 7'],
  };
  const lister = () =>
    command(cli, 'list', text)
      .option('--state <state>', 'open, acknowledged or closed')
      .option('--kind <kind>', 'toll_block, misdial, questioned and the like')
      .action(list(cli));
  return lister()
    .name('incidents')
    .addCommand(lister())
    .addCommand(showCommand(cli))
    .addCommand(ackCommand(cli))
    .addCommand(closeCommand(cli))
    .addCommand(exportCommand(cli))
    .addCommand(verifyCommand(cli));
}
