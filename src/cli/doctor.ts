import { statfsSync } from 'node:fs';
import type { Command } from 'commander';
import { formatDuration } from '../config/duration.ts';
import type { Config } from '../config/load.ts';
import { formatMicros } from '../core/money.ts';
import { builtIn } from '../core/risk/table.ts';
import { unfitRelease } from '../process/node-release.ts';
import * as decks from '../store/sqlite/decks.ts';
import { integrity, lastAsked, stuckMegabytes } from '../store/sqlite/figures.ts';
import { type Cli, type CommonOptions, command, surroundings } from './command.ts';
import { dataDirectory } from './data-dir.ts';
import { asteriskChecks, asteriskThere } from './doctor-asterisk.ts';
import { freeswitchChecks, freeswitchThere } from './doctor-freeswitch.ts';
import { guardCheck } from './doctor-guard.ts';
import { networkChecks } from './doctor-networks.ts';
import { notifyChecks } from './doctor-notify.ts';
import { promptTest } from './doctor-prompt.ts';
import { recordsCheck } from './doctor-records.ts';
import { backupCheck, repairDatabase } from './doctor-repair.ts';
import { silenceChecks } from './doctor-silence.ts';
import { STATUS } from './io.ts';
import { modeNow } from './mode.ts';
import { printJson, printRows } from './print.ts';
import { type State, withState } from './state.ts';

/** One line of the doctor: what was looked at, how it is, and what to do where it is not well. */
export interface Finding {
  check: string;
  state: 'ok' | 'warn' | 'fail';
  text: string;
}

const DAY = 86_400_000;
const MB = 1_048_576;
const QUIET_MS = 7 * DAY;
const LITTLE_MB = 1_024;
const TOO_LITTLE_MB = 100;
/** A clock before this year was never set. */
const BUILT = Date.UTC(2026, 0, 1);

function diskCheck({ dataDir }: State): Finding {
  const { bavail, bsize } = statfsSync(dataDir);
  const free = Math.floor((bavail * bsize) / MB);
  const state = free < TOO_LITTLE_MB ? 'fail' : free < LITTLE_MB ? 'warn' : 'ok';
  return {
    check: 'disk',
    state,
    text: `${free} MB free for ${dataDir}${state === 'ok' ? '' : ': make room, no verdict is given on a full disk'}`,
  };
}

function databaseCheck({ db }: State): Finding {
  const said = integrity(db);
  const stuck = stuckMegabytes(db);
  const vacuum = `sqlite3 ${db.name} "PRAGMA auto_vacuum = INCREMENTAL; VACUUM"`;
  if (said === 'ok' && stuck > 0) {
    const text = `the file is sound; ${stuck} MB in it are free and stay so: stop the guard and run \`${vacuum}\``;
    return { check: 'database', state: 'warn', text };
  }
  if (said === 'ok') return { check: 'database', state: 'ok', text: 'the file is sound' };
  return {
    check: 'database',
    state: 'fail',
    text: `the file is damaged (${said}): stop the guard and run \`dialwarden doctor --repair\``,
  };
}

function clockCheck({ db }: State, now: number): Finding {
  const last = lastAsked(db) ?? 0;
  if (now < BUILT)
    return { check: 'clock', state: 'fail', text: `it is ${new Date(now).toISOString()}: set the clock` };
  if (last > now + 60_000) {
    return {
      check: 'clock',
      state: 'fail',
      text: `a call on record lies ${formatDuration(last - now)} ahead: the clock went back; check NTP`,
    };
  }
  return { check: 'clock', state: 'ok', text: new Date(now).toISOString() };
}

function siteChecks({ settings }: Config): Finding[] {
  return settings.sites.flatMap(({ policy: p }): Finding[] => {
    const where = { check: `site ${p.site}` };
    const country: Finding = p.plan.country
      ? { ...where, state: 'ok', text: `country ${p.plan.country}, time zone ${p.timezone}` }
      : {
          ...where,
          state: 'warn',
          text: `time zone ${p.timezone} tells no country, numbers are read roughly: set [site] country`,
        };
    const ceilings = `${formatMicros(p.ceilingExtension)} an extension and ${formatMicros(p.ceilingSite)} in all`;
    return [country, { ...where, state: 'ok', text: `loss ceiling in any 24 hours: ${ceilings} ${p.currency}` }];
  });
}

function modeCheck(state: State, now: number): Finding {
  const { mode, until } = modeNow(state, now);
  if (mode === 'enforce') return { check: 'mode', state: 'ok', text: 'verdicts are enforced' };
  const end =
    until === null ? 'by the configuration: set [guard] mode = "enforce"' : `for ${formatDuration(until - now)} more`;
  return { check: 'mode', state: 'warn', text: `the guard only observes, ${end}` };
}

function tableChecks({ db }: State, now: number): Finding[] {
  const { derivedFrom, sources } = builtIn();
  const newest = Math.max(...Object.values(sources).map((s) => s.year));
  const old = new Date(now).getUTCFullYear() - newest > 2;
  const table: Finding = {
    check: 'risk table',
    state: old ? 'warn' : 'ok',
    text: `${derivedFrom}; newest list of ${newest}${old ? ': update dialwarden' : ''}`,
  };
  const deck = decks.active(db);
  if (!deck) return [table, { check: 'rate deck', state: 'ok', text: 'none: the built-in upper bounds hold' }];
  const days = Math.floor((now - deck.imported_at) / DAY);
  const text = `${deck.name}, ${deck.rows} rates, imported ${days} days ago`;
  return [
    table,
    days > 180
      ? { check: 'rate deck', state: 'warn', text: `${text}: import the carrier's newest` }
      : { check: 'rate deck', state: 'ok', text },
  ];
}

/** The PBX that is there is looked at; where neither shows itself, it is an Asterisk elsewhere. */
async function pbxChecks(config: Config): Promise<Finding[]> {
  const freeswitch = freeswitchThere(config);
  return [
    ...(asteriskThere(config) || !freeswitch ? await asteriskChecks(config) : []),
    ...(freeswitch ? await freeswitchChecks(config) : []),
  ];
}

function nodeCheck(): Finding {
  const unfit = unfitRelease(process.version);
  return { check: 'node', state: unfit ? 'fail' : 'ok', text: unfit ?? `Node.js ${process.version}` };
}

function callsCheck(last: number | null, now: number): Finding {
  if (last === null) {
    const text =
      'no call was ever asked about: wire the dialplan (README.md in dialplan/asterisk, dialplan/freeswitch)';
    return { check: 'calls', state: 'warn', text };
  }
  const text = `the last one was asked about ${formatDuration(now - last)} ago`;
  if (now - last <= QUIET_MS) return { check: 'calls', state: 'ok', text };
  return { check: 'calls', state: 'warn', text: `${text}: is the dialplan still wired?` };
}

async function examine(state: State, now: number): Promise<Finding[]> {
  const { config } = state;
  const from = config.file ?? 'none found: everything is default';
  return [
    { check: 'configuration', state: 'ok', text: from },
    ...config.notices.map((text): Finding => ({ check: 'configuration', state: 'warn', text })),
    ...siteChecks(config),
    modeCheck(state, now),
    nodeCheck(),
    clockCheck(state, now),
    diskCheck(state),
    databaseCheck(state),
    backupCheck(state.dataDir, now),
    ...tableChecks(state, now),
    ...networkChecks(state, now),
    ...notifyChecks(state, now),
    await guardCheck(config.http),
    ...(await recordsCheck(state, now)),
    ...silenceChecks(state, now),
    ...(await pbxChecks(config)),
    callsCheck(lastAsked(state.db), now),
  ];
}

/** `dialwarden doctor`: is everything in place, and what to do where it is not. Exit code 1 when something fails. */
export function doctorCommand(cli: Cli): Command {
  return command(cli, 'doctor', {
    does: 'Look whether the guard, the PBX, the data and the clock are well, and say what to do.',
    examples: ['doctor', 'doctor --json', 'doctor --prompt 101'],
  })
    .option('--prompt <ext>', 'call this phone to find out whether its keys arrive before its call is answered (AMI)')
    .option('--repair', 'put a sound database in the place of a damaged one; the guard must not run')
    .action((_options, self: Command) => {
      const options = self.optsWithGlobals<CommonOptions & { prompt?: string; repair?: boolean }>();
      const { prompt, repair, json } = options;
      if (repair) return repairDatabase(cli, dataDirectory(options.data, cli.io.env, cli.io.cwd), json);
      if (prompt !== undefined) return promptTest(cli, surroundings(cli, options).config, prompt, json);
      const look = async (state: State) => {
        const found = await examine(state, cli.io.now());
        if (json) printJson(cli.io, found);
        else printRows(cli.io, found, ['', 'CHECK', 'FOUND'], (f) => [f.state, f.check, f.text], '');
        if (found.some((f) => f.state === 'fail')) cli.status = STATUS.failed;
      };
      return withState(cli, options, look, { readonly: true });
    });
}
