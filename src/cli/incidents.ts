import type { Command } from 'commander';
import { formatMicros } from '../core/money.ts';
import * as incidents from '../store/sqlite/incidents.ts';
import { callJson } from './calls.ts';
import { type Cli, type CommonOptions, command } from './command.ts';
import { exportCommand, verifyCommand } from './incident-export.ts';
import { CommandError, STATUS } from './io.ts';
import { facts, printJson, printRows, table, wallTime } from './print.ts';
import { rowNumber, type State, withState } from './state.ts';

const RESOLUTIONS = ['fraud', 'misdial', 'legitimate'];

interface IncidentOptions extends CommonOptions {
  state?: incidents.IncidentState;
  as?: string;
  why?: string;
}

const iso = (at: number | null) => (at === null ? null : new Date(at).toISOString());
const zoneOf = ({ config }: State) => config.settings.sites.at(-1)!.policy.timezone;

/** An incident as programs read it: times in ISO 8601, money in units of the currency. */
const incidentJson = ({ opened_at, updated_at, closed_at, lost, ...row }: incidents.IncidentRow) => ({
  ...row,
  openedAt: iso(opened_at),
  updatedAt: iso(updated_at),
  closedAt: iso(closed_at),
  lost: lost / 1_000_000,
});

function list(cli: Cli): (options: unknown, self: Command) => Promise<void> {
  return (_options, self) => {
    const options = self.optsWithGlobals<IncidentOptions>();
    const { state } = options;
    if (state !== undefined && !['open', 'acknowledged', 'closed'].includes(state)) {
      throw new CommandError('--state is open, acknowledged or closed', STATUS.usage);
    }
    const show = (around: State) => {
      const rows = incidents.list(around.db, { state });
      if (options.json) return printJson(cli.io, rows.map(incidentJson));
      printRows(
        cli.io,
        false,
        rows,
        ['ID', 'OPENED', 'SEVERITY', 'KIND', 'EXT', 'CALLS', 'STOPPED', 'COST', 'STATE', 'WHAT'],
        (r) => [
          r.id,
          wallTime(r.opened_at, zoneOf(around)),
          r.severity,
          r.kind,
          r.ext,
          r.calls,
          r.stopped,
          r.lost === 0 ? '' : formatMicros(r.lost),
          r.resolution ? `${r.state} (${r.resolution})` : r.state,
          r.title,
        ],
        'No incident.',
      );
    };
    return withState(cli, options, show, { readonly: true });
  };
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
    ...Object.entries(evidence).map(([name, value]) => [`  ${name}`, value] as const),
  ]);
  const log = row.log.map((l) => [wallTime(l.at, zone), l.who, l.what, l.why]);
  const calls = row.callRows.map((c) => [wallTime(c.at, zone), c.dialled, c.e164, c.verdict, c.state, c.billsec]);
  return `${head}\n${table(['TIME', 'WHO', 'DID', 'WHY'], log)}\n${table(['TIME', 'DIALLED', 'NUMBER', 'VERDICT', 'STATE', 'SECONDS'], calls)}`;
}

function change(cli: Cli, id: number, options: IncidentOptions, state: 'acknowledged' | 'closed'): Promise<void> {
  return withState(cli, options, ({ db }) => {
    if (!incidents.get(db, id)) throw new CommandError(`there is no incident ${id}; see \`dialwarden incidents\``);
    const why = options.why ?? '';
    try {
      incidents.change(db, id, { state, resolution: options.as, who: cli.io.who, why, at: cli.io.now() });
    } catch (error) {
      throw error instanceof incidents.AlreadyClosed ? new CommandError(error.message) : error;
    }
    if (options.json) printJson(cli.io, [{ id, state, resolution: options.as ?? null }]);
    else cli.io.out(`incident ${id} is ${state}\n`);
  });
}

function ackCommand(cli: Cli): Command {
  return command(cli, 'ack', { does: 'Say that somebody looks after an incident.', examples: ['incidents ack 7'] })
    .argument('<id>', 'its number')
    .option('--why <text>', 'for its log')
    .action((id: string, _options, self: Command) =>
      change(cli, rowNumber(id, 'an incident'), self.optsWithGlobals<IncidentOptions>(), 'acknowledged'),
    );
}

function closeCommand(cli: Cli): Command {
  return command(cli, 'close', {
    does: 'Close an incident as what it turned out to be.',
    examples: ['incidents close 7 --as fraud --why "password of 214 guessed; changed"'],
  })
    .argument('<id>', 'its number')
    .requiredOption('--as <what>', RESOLUTIONS.join(', '))
    .option('--why <text>', 'for its log')
    .action((id: string, _options, self: Command) => {
      const options = self.optsWithGlobals<IncidentOptions>();
      if (!RESOLUTIONS.includes(options.as!))
        throw new CommandError(`--as is one of ${RESOLUTIONS.join(', ')}`, STATUS.usage);
      return change(cli, rowNumber(id, 'an incident'), options, 'closed');
    });
}

/** `dialwarden incidents`: what an administrator must see. */
export function incidentsCommand(cli: Cli): Command {
  const text = {
    does: 'List incidents, show one, take it over, close it, write its dispute pack.',
    examples: ['incidents', 'incidents --state open --json', 'incidents show 7'],
  };
  const lister = () =>
    command(cli, 'list', text).option('--state <state>', 'open, acknowledged or closed').action(list(cli));
  return lister()
    .name('incidents')
    .addCommand(lister())
    .addCommand(showCommand(cli))
    .addCommand(ackCommand(cli))
    .addCommand(closeCommand(cli))
    .addCommand(exportCommand(cli))
    .addCommand(verifyCommand(cli));
}
