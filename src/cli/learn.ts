import { setImmediate as turn } from 'node:timers/promises';
import type { Command } from 'commander';
import { formatMicros, type Micros } from '../core/money.ts';
import type { Policy } from '../core/policy.ts';
import { classify } from '../core/risk/classify.ts';
import type { Settings } from '../guard/settings.ts';
import { policyOfSite } from '../guard/sites.ts';
import type { CdrCall } from '../replay/cdr.ts';
import { createDriver } from '../replay/driver.ts';
import { createLearner } from '../replay/learn.ts';
import { type Doubt, type Learned, learnedRows } from '../replay/lessons.ts';
import type { CdrsRead } from '../replay/read-cdrs.ts';
import { withoutCeilings } from '../replay/unbounded.ts';
import { type Db, openDatabase } from '../store/sqlite/database.ts';
import { allHours, type HoursRow, keepHours } from '../store/sqlite/hours.ts';
import { copyOwnersWord, keepLearned } from '../store/sqlite/learned.ts';
import { openLedger } from '../store/sqlite/ledger.ts';
import { SCRATCH } from '../store/sqlite/scratch.ts';
import * as stored from '../store/sqlite/settings.ts';
import { readWithProgress, withCdrOptions } from './cdrs.ts';
import { type Cli, type CommonOptions, command, surroundings } from './command.ts';
import type { Io } from './io.ts';
import { politely } from './politely.ts';
import { facts, inUnits, printJson, table, wallTime, withIso } from './print.ts';
import { startProgress } from './progress.ts';
import { PATIENCE_MS } from './state.ts';

interface LearnOptions extends CommonOptions {
  format?: string;
}

const SHOWN = 40;

/** Habits, and the hours in which extensions call. */
type Studied = Learned & { hours: HoursRow[] };

type PolicyOf = (site: string) => Policy;

/** Puts the calls to the rules, with what the owner already decided, and draws the habits from what they say. */
async function study(io: Io, settings: Settings, policyOf: PolicyOf, db: Db, read: CdrsRead): Promise<Studied> {
  const scratch = openLedger({ file: SCRATCH, policies: policyOf });
  const bar = startProgress(io, 'learning');
  try {
    copyOwnersWord(db, scratch.db);
    const learner = createLearner(policyOf);
    const { dial } = createDriver<CdrCall>({
      ledger: scratch,
      settings: withoutCeilings(settings),
      classify,
      random: (below) => below - 1,
      caller: (_call, { digits }) => digits,
    });
    let done = 0;
    for (const call of read.calls.inTimeOrder()) {
      learner.hear(await dial(call));
      if (++done % 250 !== 0) continue;
      bar.at(done, read.calls.size());
      await turn();
    }
    return { ...learner.result(), hours: allHours(scratch.db) };
  } finally {
    bar.stop();
    scratch.close();
  }
}

/** Name of a site's setting; the only site's has no suffix. */
function keepCeilings(db: Db, ceilings: ReturnType<typeof learnedRows>['ceilings']): void {
  for (const [site, { ceilingExtension, ceilingSite }] of ceilings) {
    const [extension, whole] = stored.ceilingSettings(site);
    stored.set(db, extension, String(ceilingExtension));
    stored.set(db, whole, String(ceilingSite));
  }
}

function doubtsTable(doubts: Doubt[], { timezone, currency }: Policy): string {
  const [first] = doubts;
  if (!first) return '';
  const rows = doubts.slice(0, SHOWN).map((d) => {
    const span = [wallTime(d.from, timezone), wallTime(d.to, timezone)];
    return [d.ext, d.region, `${d.block}xx`, d.calls, formatMicros(d.cost), ...span, d.why];
  });
  const more = doubts.length > SHOWN ? `and ${doubts.length - SHOWN} more (--json lists them all)\n` : '';
  const head = ['EXT', 'REGION', 'NUMBERS', 'CALLS', `COST ${currency}`, 'FIRST', 'LAST', 'WHY'];
  const accept = `dialwarden confirm add ${first.ext || '"*"'} ${first.block}00`;
  return `\nNot learned. Look at these; what is honest is accepted by a command such as\n  ${accept}\n\n${table(head, rows)}${more}`;
}

interface Outcome {
  learned: Learned;
  habits: number;
  ceilings: { policy: Policy; extension: Micros; whole: Micros }[];
}

function tellPeople(io: Io, read: CdrsRead, { learned, habits, ceilings }: Outcome): void {
  const regions = learned.lessons.filter((l) => l.block === '').length;
  io.out(
    facts([
      ['rows', read.rows],
      ['outbound calls', read.calls.size()],
      ['unreadable', read.bad],
      ['habits learned', `${habits}, ${regions} of them whole countries of one extension`],
      ['extensions', new Set(learned.lessons.map((l) => `${l.site} ${l.ext}`)).size],
      ['doubtful', learned.doubts.length],
    ]),
  );
  for (const { policy, extension, whole } of ceilings) {
    const { site, currency } = policy;
    const busiest = learned.busiest.get(site) ?? { extension: 0, site: 0 };
    const line = (ceiling: Micros, busy: Micros) =>
      `${formatMicros(ceiling)} ${currency} (busiest honest day: ${formatMicros(busy)})`;
    io.out(`\nLoss ceilings of site ${site}, in any 24 hours:\n`);
    const said: [string, string][] = [
      ['an extension', line(extension, busiest.extension)],
      ['the whole site', line(whole, busiest.site)],
    ];
    io.out(facts(said));
  }
  io.out(doubtsTable(learned.doubts, ceilings[0]!.policy));
}

function tellPrograms(io: Io, read: CdrsRead, { learned, habits, ceilings }: Outcome): void {
  const { calls, badRows: _, ...counts } = read;
  const said = ceilings.map(({ policy, extension, whole }) =>
    inUnits({ site: policy.site, extension, whole }, 'extension', 'whole'),
  );
  printJson(io, [{ ...counts, calls: calls.size(), habits, ceilings: said }]);
  printJson(
    io,
    learned.doubts.map((doubt) => ({ doubt: withIso(inUnits(doubt, 'cost'), 'from', 'to') })),
  );
}

async function learn(cli: Cli, files: string[], options: LearnOptions): Promise<void> {
  const { io } = cli;
  const { config, dataDir } = surroundings(cli, options);
  const { settings } = config;
  const policyOf: PolicyOf = (site) => policyOfSite(settings, site);
  const read = await readWithProgress(io, settings, files, options.format);
  const db = openDatabase(dataDir, { create: true });
  try {
    db.pragma(`busy_timeout = ${PATIENCE_MS}`);
    const learned = await study(io, settings, policyOf, db, read);
    const { habits, days, ceilings } = learnedRows(learned, policyOf);
    await keepLearned(db, habits, days);
    await keepHours(db, learned.hours);
    keepCeilings(db, ceilings);
    const said = settings.sites.map(({ policy }) => {
      const { ceilingExtension, ceilingSite } = ceilings.get(policy.site) ?? policy;
      return { policy, extension: ceilingExtension, whole: ceilingSite };
    });
    const outcome: Outcome = { learned, habits: habits.length, ceilings: said };
    if (options.json) tellPrograms(io, read, outcome);
    else tellPeople(io, read, outcome);
  } finally {
    db.close();
  }
}

/** `dialwarden learn`: habits from past calls, so that a new installation does not start blind. */
export function learnCommand(cli: Cli): Command {
  const made = command(cli, 'learn', {
    does: 'Learn from CDRs who calls what by habit, and set the loss ceilings. What looks like fraud is listed, not learned.',
    examples: ['learn /var/log/asterisk/cdr-csv/Master.csv', 'learn Master.csv Master.csv.1.gz'],
  });
  return withCdrOptions(made).action((files: string[], _options, self: Command) => {
    politely();
    return learn(cli, files, self.optsWithGlobals<LearnOptions>());
  });
}
