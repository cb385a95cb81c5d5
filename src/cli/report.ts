import type { Command } from 'commander';
import { formatMicros } from '../core/money.ts';
import { regionName } from '../core/numbering/plan.ts';
import { mainPolicy } from '../guard/sites.ts';
import { type Report, report } from '../store/sqlite/figures.ts';
import { between } from '../store/sqlite/misdials.ts';
import { type Cli, type CommonOptions, command } from './command.ts';
import { type MisdialSummary, misdialSentence, misdialSummary } from './misdial-summary.ts';
import { type Cell, inUnits, iso, printJson, table, wallTime } from './print.ts';
import { since, withState } from './state.ts';

const DEFAULT_SPAN = '30d';
const TOP = 10;

interface ReportOptions extends CommonOptions {
  since: string;
}

function section(title: string, head: string[], rows: Cell[][]): string {
  return rows.length === 0 ? '' : `\n${title}\n${table(head, rows)}`;
}

function reportText(r: Report, misdials: MisdialSummary, currency: string): string {
  const money = (value: number) => (value === 0 ? '' : formatMicros(value));
  const total = `charged ${formatMicros(r.money.charged)}, reserved by open calls ${formatMicros(r.money.reserved)} ${currency}\n`;
  return [
    section(
      'Verdicts',
      ['VERDICT', 'CALLS'],
      r.verdicts.map((v) => [v.verdict, v.calls]),
    ),
    section(
      'Destinations',
      ['REGION', '', 'CALLS', 'MINUTES', 'COST'],
      r.destinations.map((d) => [d.region, regionName(d.region), d.calls, d.minutes, money(d.charged)]),
    ),
    section(
      'Warned and blocked',
      ['VERDICT', 'REASON', 'CALLS', 'EXTENSIONS'],
      r.reasons.map((x) => [x.verdict, x.code, x.calls, x.exts]),
    ),
    section(
      'Observed: what would have been questioned and blocked',
      ['VERDICT', 'REASON', 'CALLS', 'EXTENSIONS', 'COST'],
      r.observed.map((x) => [x.verdict, x.code, x.calls, x.exts, money(x.charged)]),
    ),
    section(
      'Extensions',
      ['SITE', 'EXT', 'CALLS', 'BLOCKED', 'COST'],
      r.extensions.map((x) => [x.site, x.ext || '(nobody)', x.calls, x.blocked, money(x.charged)]),
    ),
    section(
      'Incidents',
      ['STATE', 'INCIDENTS', 'CALLS', 'STOPPED', 'WOULD HAVE STOPPED'],
      r.incidents.map((i) => [i.state, i.incidents, i.calls, i.stopped, i.observed || '']),
    ),
    misdials.total === 0 ? '' : `\n${misdialSentence(misdials)}\n`,
    section(
      '',
      ['MEANT', 'REACHED', 'SLIP', 'TIMES'],
      misdials.ways.slice(0, TOP).map((w) => [w.from, w.to, w.edit, w.times]),
    ).trimStart(),
    `\nMoney: ${total}`,
  ].join('');
}

/** `dialwarden report`: what happened in the last 30 days. */
export function reportCommand(cli: Cli): Command {
  return command(cli, 'report', {
    does: 'Verdicts, destinations, blocks, misdials and money of a span of time.',
    examples: ['report', 'report --since 7d --json'],
  })
    .option('--since <time>', 'the last 12h, 7d, 30d', DEFAULT_SPAN)
    .action((_options, self: Command) => {
      const options = self.optsWithGlobals<ReportOptions>();
      const to = cli.io.now();
      const from = since(to, options.since);
      return withState(
        cli,
        options,
        ({ db, config }) => {
          const found = report(db, from, to + 1);
          const misdials = misdialSummary(between(db, from, to + 1));
          const { timezone, currency } = mainPolicy(config.settings);
          if (options.json) {
            const money = { ...inUnits(found.money, 'charged', 'reserved'), currency };
            const charged = <T extends { charged: number }>(row: T) => inUnits(row, 'charged');
            const span = { from: iso(from), to: iso(to) };
            const lists = {
              destinations: found.destinations.map(charged),
              observed: found.observed.map(charged),
              extensions: found.extensions.map(charged),
            };
            return printJson(cli.io, [{ ...span, ...found, ...lists, misdials, money }]);
          }
          cli.io.out(
            `From ${wallTime(from, timezone)} to ${wallTime(to, timezone)}\n${reportText(found, misdials, currency)}`,
          );
        },
        { readonly: true },
      );
    });
}
