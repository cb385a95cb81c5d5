import type { Command } from 'commander';
import { formatMicros } from '../core/money.ts';
import * as calls from '../store/sqlite/calls.ts';
import { type Cli, type CommonOptions, command } from './command.ts';
import { iso, printJson, printRows, wallTime } from './print.ts';
import { rowNumber, since, withState, zoneOf } from './state.ts';

interface CallsOptions extends CommonOptions {
  since?: string;
  ext?: string;
  site?: string;
  limit?: string;
}

const HEAD = [
  'TIME',
  'EXT',
  'DIALLED',
  'NUMBER',
  'REGION',
  'CLASS',
  'VERDICT',
  'STATE',
  'REASON',
  'SECONDS',
  'COST',
  'INCIDENT',
];

/** A call as programs read it: times in ISO 8601, money in units of the currency. */
export function callJson(row: calls.CallRow): object {
  const { id, uniqueid, at, ext, dialled, verdict, charged, reasons, ...rest } = row;
  return {
    uniqueid,
    at: iso(at),
    ext,
    dialled,
    verdict,
    ...rest,
    reasons: reasons.map((r) => r.code),
    texts: reasons.map((r) => r.text),
    charged: charged / 1_000_000,
    id,
  };
}

/** `dialwarden calls`: the ledger, oldest first. */
export function callsCommand(cli: Cli): Command {
  return command(cli, 'calls', {
    does: 'The calls on record, oldest first.',
    examples: ['calls --since 1d', 'calls --ext 214 --limit 20 --json'],
  })
    .option('--since <time>', 'of the last 30m, 2h, 1d')
    .option('--ext <ext>', 'of one extension')
    .option('--site <name>', 'of one site')
    .option('--limit <count>', 'the newest so many')
    .action((_options, self: Command) => {
      const options = self.optsWithGlobals<CallsOptions>();
      const { ext, site } = options;
      const from = options.since === undefined ? undefined : since(cli.io.now(), options.since);
      const limit = options.limit === undefined ? undefined : rowNumber(options.limit, 'calls');
      return withState(
        cli,
        options,
        ({ db, config }) => {
          const rows = calls.list(db, { since: from, ext, site, limit });
          const zone = zoneOf({ config });
          if (options.json) return printJson(cli.io, rows.map(callJson));
          const cells = (r: calls.CallRow) => [
            wallTime(r.at, zone),
            r.ext,
            r.dialled,
            r.e164,
            r.region,
            r.class,
            r.would ? `${r.verdict} (${r.would})` : r.verdict,
            r.state,
            r.reasons[0]?.code,
            r.billsec,
            r.charged === 0 ? '' : formatMicros(r.charged),
            r.incident,
          ];
          printRows(cli.io, false, rows, HEAD, cells, 'No call is on record.');
        },
        { readonly: true },
      );
    });
}
