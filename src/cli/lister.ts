import type { Command } from 'commander';
import { type Cli, type CommandText, type CommonOptions, command } from './command.ts';
import { type Cell, printJson, printRows, wallTime } from './print.ts';
import { type State, withState, zoneOf } from './state.ts';

/** What a command lists. */
export interface Listing<O, T> extends CommandText {
  rows(state: State, options: O, args: readonly string[]): readonly T[];
  head: readonly string[];
  /** A row for a person; `time` turns milliseconds since 1970 into wall time at the site. */
  cells(row: T, time: (at: number | null) => string): readonly Cell[];
  /** A row for programs; without it, the row itself. */
  asJson?(row: T): object;
  /** What a person is told where there are no rows. */
  nothing: string;
}

/** A command that lists rows of the database, as a table or as JSON; it changes nothing. */
export function lister<O extends CommonOptions, T>(cli: Cli, name: string, listing: Listing<O, T>): Command {
  const { rows, head, cells, asJson, nothing } = listing;
  return command(cli, name, listing).action((...given) => {
    const self = given.at(-1) as Command;
    const options = self.optsWithGlobals<O>();
    const show = (state: State) => {
      const found = rows(state, options, self.args);
      if (options.json) return printJson(cli.io, asJson ? found.map(asJson) : found);
      const time = (at: number | null) => wallTime(at, zoneOf(state));
      printRows(cli.io, found, head, (row) => cells(row, time), nothing);
    };
    return withState(cli, options, show, { readonly: true });
  });
}
