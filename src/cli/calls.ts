import type { Command } from 'commander';
import { formatMicros } from '../core/money.ts';
import * as calls from '../store/sqlite/calls.ts';
import type { Cli, CommonOptions } from './command.ts';
import { lister } from './lister.ts';
import { iso } from './print.ts';
import { rowNumber, since } from './state.ts';

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
  'REASONS',
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
export const callsCommand = (cli: Cli): Command =>
  lister<CallsOptions, calls.CallRow>(cli, 'calls', {
    does: 'The calls on record, oldest first.',
    examples: ['calls --since 1d', 'calls --ext 214 --limit 20 --json'],
    rows: ({ db }, { since: span, ext, site, limit }) =>
      calls.list(db, {
        since: span === undefined ? undefined : since(cli.io.now(), span),
        ext,
        site,
        limit: limit === undefined ? undefined : rowNumber(limit, 'calls'),
      }),
    head: HEAD,
    cells: (r, time) => [
      time(r.at),
      r.ext,
      r.dialled,
      r.e164,
      r.region,
      r.class,
      r.would ? `${r.verdict} (${r.would})` : r.verdict,
      r.state,
      r.reasons.map(({ code }) => code).join(' '),
      r.billsec,
      r.charged === 0 ? '' : formatMicros(r.charged),
      r.incident,
    ],
    asJson: callJson,
    nothing: 'No call is on record.',
  })
    .option('--since <time>', 'of the last 30m, 2h, 1d')
    .option('--ext <ext>', 'of one extension')
    .option('--site <name>', 'of one site')
    .option('--limit <count>', 'the newest so many');
