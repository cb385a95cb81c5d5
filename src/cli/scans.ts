import type { Command } from 'commander';
import type { Scan } from '../guard/port-scans.ts';
import * as scans from '../store/sqlite/scans.ts';
import { type Cli, type CommonOptions, command } from './command.ts';
import { iso, printJson, printRows, table, wallTime } from './print.ts';
import { rowNumber, type State, since, withState, zoneOf } from './state.ts';

interface ScansOptions extends CommonOptions {
  since: string;
  limit: string;
}

const HEAD = ['LAST', 'ADDRESS', 'WHAT', 'ATTEMPTS', 'SERVICE', 'AGENT', 'BAN', 'TRIED'];
const NUMBERS = ['LAST', 'NUMBER', 'TIMES', 'ADDRESS'];

/** Attackers and the numbers that strangers tried, as programs read them. */
function tellPrograms({ io }: Cli, attackers: Scan[], numbers: scans.Probed[]): void {
  printJson(
    io,
    attackers.map((row) => ({ ...row, since: iso(row.since), last: iso(row.last) })),
  );
  printJson(
    io,
    numbers.map(({ e164, at, ...row }) => ({ number: e164, last: iso(at), ...row })),
  );
}

function tellPeople({ io }: Cli, attackers: Scan[], numbers: scans.Probed[], zone: string): void {
  const cells = (s: Scan) => [
    wallTime(s.last, zone),
    s.address,
    s.kind,
    s.attempts,
    s.service,
    s.agent,
    s.exempt ? 'never' : '',
    s.accounts.slice(0, 5).join(' '),
  ];
  printRows(io, attackers, HEAD, cells, 'Nobody has attacked the PBX.');
  if (numbers.length === 0) return;
  const tried = numbers.map((n) => [wallTime(n.at, zone), n.e164, n.tries, n.address]);
  io.out(`\nNumbers that strangers tried; calls there are questioned:\n${table(NUMBERS, tried)}`);
}

/** `dialwarden scans`: who attacked the PBX itself, and which numbers strangers tried to call. */
export function scansCommand(cli: Cli): Command {
  return command(cli, 'scans', {
    does: 'Who attacked the PBX itself and what they tried, the latest first. Needs [ami] or [esl].',
    examples: ['scans', 'scans --since 1d --json'],
  })
    .option('--since <time>', 'of the last 2h, 1d, 4w', '7d')
    .option('--limit <count>', 'so many at most', '100')
    .action((_options, self: Command) => {
      const options = self.optsWithGlobals<ScansOptions>();
      const from = since(cli.io.now(), options.since);
      const limit = rowNumber(options.limit, 'scans');
      const show = (state: State) => {
        const [attackers, numbers] = [scans.list(state.db, from, limit), scans.probes(state.db, from, limit)];
        if (options.json) tellPrograms(cli, attackers, numbers);
        else tellPeople(cli, attackers, numbers, zoneOf(state));
      };
      return withState(cli, options, show, { readonly: true });
    });
}
