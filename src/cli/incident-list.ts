import type { Command } from 'commander';
import { formatMicros } from '../core/money.ts';
import { INCIDENT_KINDS, type IncidentKind } from '../core/verdict.ts';
import * as incidents from '../store/sqlite/incidents.ts';
import type { Cli, CommonOptions } from './command.ts';
import { CommandError, STATUS } from './io.ts';
import { iso, printJson, table, wallTime } from './print.ts';
import { type State, withState, zoneOf } from './state.ts';

interface ListOptions extends CommonOptions {
  state?: incidents.IncidentState;
  kind?: IncidentKind;
}

/** An incident as programs read it: times in ISO 8601, money in units of the currency. */
export const incidentJson = ({ opened_at, updated_at, closed_at, lost, saved, ...row }: incidents.IncidentRow) => ({
  ...row,
  openedAt: iso(opened_at),
  updatedAt: iso(updated_at),
  closedAt: iso(closed_at),
  lost: lost / 1_000_000,
  saved: saved / 1_000_000,
});

/** What nobody has to look into: a slip of the finger. */
const isMisdial = ({ kind, resolution }: incidents.IncidentRow): boolean =>
  kind === 'misdial' || resolution === 'misdial';

function rowsText(rows: incidents.IncidentRow[], zone: string): string {
  return table(
    ['ID', 'OPENED', 'SEVERITY', 'KIND', 'EXT', 'CALLS', 'STOPPED', 'COST', 'STATE', 'WHAT'],
    rows.map((r) => [
      r.id,
      wallTime(r.opened_at, zone),
      r.severity,
      r.kind,
      r.ext,
      r.calls,
      r.stopped,
      r.lost === 0 ? '' : formatMicros(r.lost),
      r.resolution ? `${r.state} (${r.resolution})` : r.state,
      r.title,
    ]),
  );
}

/** Misdials stand under a heading of their own, behind what may be fraud. */
function listText(rows: incidents.IncidentRow[], zone: string): string {
  const [slips, others] = [rows.filter(isMisdial), rows.filter((r) => !isMisdial(r))];
  const none = slips.length > 0 ? 'No incident but misdials.\n' : 'No incident.\n';
  const head = others.length > 0 ? rowsText(others, zone) : none;
  return slips.length > 0 ? `${head}\nMisdials\n${rowsText(slips, zone)}` : head;
}

/** The action that lists incidents. */
export function list(cli: Cli): (options: unknown, self: Command) => Promise<void> {
  return (_options, self) => {
    const options = self.optsWithGlobals<ListOptions>();
    const { state, kind } = options;
    if (state !== undefined && !['open', 'acknowledged', 'closed'].includes(state)) {
      throw new CommandError('--state is open, acknowledged or closed', STATUS.usage);
    }
    if (kind !== undefined && !INCIDENT_KINDS.includes(kind)) {
      throw new CommandError(`--kind is one of ${INCIDENT_KINDS.join(', ')}`, STATUS.usage);
    }
    const show = (around: State) => {
      const rows = incidents.list(around.db, { state, kind });
      if (options.json) return printJson(cli.io, rows.map(incidentJson));
      cli.io.out(listText(rows, zoneOf(around)));
    };
    return withState(cli, options, show, { readonly: true });
  };
}
