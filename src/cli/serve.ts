import { accessSync, constants } from 'node:fs';
import { url as inspectorUrl } from 'node:inspector';
import { isatty } from 'node:tty';
import { setFlagsFromString } from 'node:v8';
import type { Command } from 'commander';
import { type App, startApp } from '../app/app.ts';
import { startWatchdog } from '../app/watchdog.ts';
import { type Config, findConfig, loadConfig } from '../config/load.ts';
import type { Log } from '../guard/log.ts';
import { countriesOf, mainPolicy } from '../guard/sites.ts';
import { createMeter, type Meter } from '../http/meter.ts';
import { lockDataDir } from '../process/data-lock.ts';
import { createLog } from '../process/log.ts';
import { makeFolder } from '../process/make-folder.ts';
import { unfitRelease } from '../process/node-release.ts';
import { flushed, patientOutput } from '../process/output.ts';
import { type Cli, type CommonOptions, command, surroundings } from './command.ts';
import { CommandError, STATUS } from './io.ts';
import { VERSION } from './version.ts';

/** How long calls in hand may take after SIGTERM: a warning with its tries. */
const DRAIN_MS = 10_000;
const LAST_WORDS_MS = 500;
/**
 * By how much V8's heap may outgrow what lives in it before it is cleaned: left alone it takes several times as much. The
 * megabytes of its nursery can only be said when Node starts: see the first line of main.ts. With 8 the guard is as fast
 * as with Node's 16, and some 15 MB smaller.
 */
const HEAP_GROWTH_PERCENT = 40;

interface ServeOptions extends CommonOptions {
  watchdog: boolean;
}

function prepareDataDir(dataDir: string): void {
  try {
    makeFolder(dataDir);
    accessSync(dataDir, constants.W_OK | constants.X_OK);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new CommandError(
      `cannot write to the data directory ${dataDir} (${code}): give it to this user, or name another with --data`,
    );
  }
}

/** Log lines, with every error counted for the metrics. */
function counted(log: Log, meter: Meter): Log {
  return {
    ...log,
    error: (event, fields) => {
      meter.error(event);
      log.error(event, fields);
    },
  };
}

const secretsOf = ({ agi, ami, freeswitch, notify }: Config): string[] =>
  [agi.key, ami?.secret, freeswitch?.password, notify.smtp?.login?.password, notify.webhook?.secret].filter(
    (s) => s !== null && s !== undefined,
  );

function sayReady(log: Log, app: App, { settings, file, notices }: Config, dataDir: string): void {
  const unfit = unfitRelease(process.version);
  for (const notice of unfit ? [...notices, unfit] : notices) log.warn(notice, {});
  for (const { service, address } of app.listening) log.info('listening', { service, address });
  const { plan, currency, timezone } = mainPolicy(settings);
  if (plan.country === null) log.warn('the time zone tells no country: set [site] country', { timezone });
  log.info('ready', {
    country: countriesOf(settings) ?? 'unknown',
    timezone,
    currency,
    mode: settings.mode,
    data: dataDir,
    config: file,
  });
}

/** Settles when the guard is to end: on SIGTERM or SIGINT. SIGHUP reads the configuration again. */
function untilToldToStop(reload: () => void): Promise<string> {
  return new Promise((resolve) => {
    process.on('SIGHUP', reload);
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => resolve(signal));
  });
}

async function serve(cli: Cli, options: ServeOptions): Promise<void> {
  const { io } = cli;
  setFlagsFromString(`--heap-growing-percent=${HEAP_GROWTH_PERCENT}`);
  const { config: started, dataDir } = surroundings(cli, options);
  let config = started;
  // Whatever is written from here on is the guard's alone.
  process.umask(0o077);
  prepareDataDir(dataDir);
  const output = patientOutput(1);
  const meter = createMeter();
  const written = createLog({ output, plain: isatty(1), secrets: () => secretsOf(config) });
  const log = counted(written, meter);
  const unlock = lockDataDir(dataDir);
  // What state an unexpected error leaves behind is unknown: the process ends, the supervisor starts a new one, and
  // until then the dialplan's fallback decides.
  for (const event of ['uncaughtException', 'unhandledRejection'] as const) {
    process.on(event, (error: unknown) => {
      log.error(event, { error: error instanceof Error ? error.stack : String(error) });
      void flushed(output, LAST_WORDS_MS).then(() => process.exit(STATUS.failed));
    });
  }
  const app = await startApp({ config, dataDir, log, meter, version: VERSION });
  const stopWatchdog = options.watchdog && inspectorUrl() === undefined ? startWatchdog(log) : () => undefined;
  sayReady(log, app, config, dataDir);
  const signal = await untilToldToStop(() => {
    try {
      const next = loadConfig(findConfig(options.config, dataDir, io.env, io.cwd), io.env);
      for (const notice of [...next.notices, ...onlyAtStart(started, next)]) log.warn(notice, {});
      config = next;
      app.reload(next);
      log.info('configuration taken over', { config: next.file });
    } catch (error) {
      log.error('configuration refused; the old one stays', { error: (error as Error).message });
    }
  });
  log.info('stopping', { signal });
  await app.stop(DRAIN_MS);
  stopWatchdog();
  unlock();
  log.info('stopped', {});
  written.flush();
  await flushed(output, LAST_WORDS_MS);
  process.exit(STATUS.ok);
}

const TABLE = { agi: '[agi]', esl: '[esl]', freeswitch: '[esl] connect or password', http: '[http]', ami: '[ami]' };

/** What is another than at the start and cannot change under way. */
function onlyAtStart(old: Config, next: Config): string[] {
  return (Object.keys(TABLE) as (keyof typeof TABLE)[])
    .filter((table) => JSON.stringify(old[table]) !== JSON.stringify(next[table]))
    .map(
      (table) =>
        `${TABLE[table]} changed: restart the guard (systemctl restart dialwarden), the old one is still in force`,
    );
}

/** `dialwarden serve`: the guard itself. */
export function serveCommand(cli: Cli): Command {
  return command(cli, 'serve', {
    does: 'Answer the PBX: FastAGI for Asterisk, ESL for FreeSWITCH, health and metrics over HTTP. SIGHUP reads the configuration again, SIGTERM drains and ends.',
    examples: ['serve', 'serve --config /etc/dialwarden/dialwarden.toml --data /var/lib/dialwarden'],
    json: false,
  })
    .option('--no-watchdog', 'do not kill a guard that has been silent for a second')
    .action((_options, self: Command) => serve(cli, self.optsWithGlobals<ServeOptions>()));
}
