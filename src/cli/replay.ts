import { resolve } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import type { Command } from 'commander';
import { formatMicros } from '../core/money.ts';
import { classify } from '../core/risk/classify.ts';
import type { Settings } from '../guard/settings.ts';
import { policyOfCall, policyOfSite } from '../guard/sites.ts';
import { answeringCaller, readAnswers } from '../replay/answers.ts';
import type { CallPool } from '../replay/call-pool.ts';
import type { CdrCall } from '../replay/cdr.ts';
import { type Caller, createDriver, type Replayed } from '../replay/driver.ts';
import type { CdrsRead } from '../replay/read-cdrs.ts';
import { emptySummary, type Summary, summarise, type Tally, touched } from '../replay/summary.ts';
import { verdictLine } from '../replay/verdict-line.ts';
import { openLedger } from '../store/sqlite/ledger.ts';
import { SCRATCH } from '../store/sqlite/scratch.ts';
import { readWithProgress, withCdrOptions } from './cdrs.ts';
import { type Cli, type CommonOptions, command, surroundings } from './command.ts';
import { CommandError, type Io, STATUS } from './io.ts';
import { facts, inUnits, iso, table, wallTime } from './print.ts';
import { startProgress } from './progress.ts';
import { argument } from './state.ts';

interface ReplayOptions extends CommonOptions {
  format?: string;
  warned: string;
  answers?: string;
  against?: string;
}

type Guards = [ReturnType<typeof scratchGuard>, ReturnType<typeof scratchGuard>?];

/** Lines of a table in the summary. */
const SHOWN = 20;
/** Characters put together for one write. */
const WRITE = 64 * 1024;

function callerOf({ warned, answers }: ReplayOptions, cwd: string): Caller<CdrCall> {
  if (warned !== 'confirm' && warned !== 'hangup') {
    throw new CommandError(`--warned is confirm or hangup, not "${warned}"`, STATUS.usage);
  }
  const said = answers === undefined ? new Map() : argument(() => readAnswers(resolve(cwd, answers)));
  return answeringCaller(said, warned);
}

/** A guard with an empty ledger of its own. */
function scratchGuard(settings: Settings, caller: Caller<CdrCall>) {
  const ledger = openLedger({ file: SCRATCH, policies: (site) => policyOfSite(settings, site) });
  const driver = createDriver({ ledger, settings, classify, random: (below) => below - 1, caller });
  return { dial: driver.dial, close: () => ledger.close() };
}

/** Puts every call to the guard, and to a second one with other settings where there are any. */
async function replayAll(
  io: Io,
  [first, second]: Guards,
  calls: CallPool,
  tell: (r: Replayed, other: Replayed | null) => void,
) {
  const bar = startProgress(io, 'replaying');
  try {
    let done = 0;
    for (const call of calls.inTimeOrder()) {
      tell(await first.dial(call), second ? await second.dial(call) : null);
      if (++done % 250 !== 0) continue;
      bar.at(done, calls.size());
      await turn();
    }
  } finally {
    bar.stop();
    first.close();
    second?.close();
  }
}

/** Collects lines, so that a million calls are not a million writes. */
function lineWriter(io: Io): { line(value: object): void; flush(): void } {
  let text = '';
  const flush = () => {
    if (text) io.out(text);
    text = '';
  };
  const line = (value: object) => {
    text += `${JSON.stringify(value)}\n`;
    if (text.length >= WRITE) flush();
  };
  return { line, flush };
}

const percent = (part: number, whole: number) => `${part} (${((100 * part) / Math.max(whole, 1)).toFixed(2)}%)`;

function tallies(title: string, of: ReadonlyMap<string, Tally>): string {
  const rows = touched(of);
  if (rows.length === 0) return '';
  const cells = rows
    .slice(0, SHOWN)
    .map(([name, t]) => [name, t.calls, t.warned, t.blocked, t.cut, formatMicros(t.stopped), formatMicros(t.cost)]);
  const more = rows.length > SHOWN ? `and ${rows.length - SHOWN} more\n` : '';
  return `\n${table([title, 'CALLS', 'WARNED', 'BLOCKED', 'CUT', 'STOPPED', 'COST'], cells)}${more}`;
}

/** What the second configuration does otherwise. */
function difference({ differs }: Summary): string {
  if (differs.length === 0) return 'The other configuration says the same to every call.\n';
  const rows = differs
    .slice(0, SHOWN)
    .map(({ one, other }) => [one.call.uniqueid, one.call.ext, one.e164 ?? one.call.dialled, said(one), said(other)]);
  const head = ['CALL', 'EXT', 'DIALLED', 'THIS CONFIGURATION', 'THE OTHER'];
  return `${differs.length} calls differ:\n\n${table(head, rows)}`;
}

const said = ({ verdict, reasons }: Replayed): string => `${verdict} (${reasons[0] ?? ''})`;

function forPeople(
  summary: Summary,
  read: CdrsRead,
  { currency, timezone }: { currency: string; timezone: string },
  { warned, against }: ReplayOptions,
): string {
  const { all } = summary;
  const money = (value: number) => `${formatMicros(value)} ${currency}`;
  const skipped = `${read.inbound} inbound, ${read.internal} internal, ${read.merged} of calls already seen, ${read.bad} unreadable`;
  const head = facts([
    ['rows', read.rows],
    ['passed over', skipped],
    ['outbound calls', all.calls],
    ['from', all.calls ? wallTime(summary.from, timezone) : null],
    ['to', all.calls ? wallTime(summary.to, timezone) : null],
    ['allowed', percent(all.calls - all.warned - all.blocked, all.calls)],
    [
      'warned',
      `${percent(all.warned, all.calls)}; callers of whom no answer is known ${warned === 'confirm' ? 'confirm' : 'hang up'}`,
    ],
    ['blocked', percent(all.blocked, all.calls)],
    ['cut by their cap', all.cut],
    ['money at risk', `${money(all.cost)} by the guard's own upper prices`],
    ['of it stopped', money(all.stopped)],
  ]);
  const why = [...summary.byReason].sort((a, b) => b[1] - a[1]);
  const reasons = why.length > 0 ? `\n${table(['REASON', 'CALLS'], why)}` : '';
  const differs = against === undefined ? '' : `\n${difference(summary)}`;
  return (
    head + reasons + tallies('EXTENSION', summary.byExtension) + tallies('DESTINATION', summary.byDestination) + differs
  );
}

const spelt = (tally: Tally) => inUnits(tally, 'cost', 'stopped');
const byName = (of: ReadonlyMap<string, Tally>) =>
  Object.fromEntries([...of].map(([name, tally]) => [name, spelt(tally)]));

const forPrograms = (
  { from, to, all, byExtension, byDestination, byReason, differs }: Summary,
  { calls: _, ...read }: CdrsRead,
) => ({
  from: all.calls === 0 ? null : iso(from),
  to: all.calls === 0 ? null : iso(to),
  all: spelt(all),
  ...read,
  byExtension: byName(byExtension),
  byDestination: byName(byDestination),
  byReason: Object.fromEntries(byReason),
  differs: differs.map(({ one, other }) => ({ ...verdictLine(one), other: other.verdict })),
});

function guardsOf(cli: Cli, settings: Settings, { against, ...options }: ReplayOptions): Guards {
  const caller = callerOf(options, cli.io.cwd);
  if (against === undefined) return [scratchGuard(settings, caller)];
  const other = surroundings(cli, { ...options, config: against }).config.settings;
  return [scratchGuard(settings, caller), scratchGuard(other, caller)];
}

async function replay(cli: Cli, files: string[], options: ReplayOptions): Promise<void> {
  const { io } = cli;
  const { settings } = surroundings(cli, options).config;
  const guards = guardsOf(cli, settings, options);
  const read = await readWithProgress(io, settings, files, options.format);
  const summary = emptySummary();
  const { line, flush } = lineWriter(io);
  await replayAll(io, guards, read.calls, (replayed, other) => {
    summarise(summary, replayed, other);
    line(verdictLine(replayed));
  });
  flush();
  if (options.json) io.err(`${JSON.stringify(forPrograms(summary, read))}\n`);
  else io.err(forPeople(summary, read, policyOfCall(settings, '', ''), options));
}

/** `dialwarden replay`: what the guard would have done to past calls. */
export function replayCommand(cli: Cli): Command {
  const made = command(cli, 'replay', {
    does: 'Put past calls to the guard, on a scratch database: a JSON line a call on stdout, a summary on stderr.',
    examples: [
      'replay /var/log/asterisk/cdr-csv/Master.csv > verdicts.jsonl',
      'replay Master.csv.*.gz --warned hangup',
    ],
  });
  return withCdrOptions(made)
    .option('--warned <what>', 'what a warned caller does: confirm or hangup', 'confirm')
    .option('--answers <file>', 'JSON lines {"uniqueid": ..., "confirm": true|false}: what single callers did')
    .option('--against <file>', 'a second configuration: where the verdicts differ')
    .action((files: string[], _options, self: Command) => replay(cli, files, self.optsWithGlobals<ReplayOptions>()));
}
