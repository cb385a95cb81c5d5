import { randomInt } from 'node:crypto';
import { join } from 'node:path';
import { formatAddress } from '../config/address.ts';
import type { Config } from '../config/load.ts';
import { classify } from '../core/risk/classify.ts';
import { type Countries, createCountries } from '../geo/countries.ts';
import { onClock } from '../guard/clock.ts';
import { createGuard, type Guard } from '../guard/guard.ts';
import type { Log } from '../guard/log.ts';
import { policyOfSite } from '../guard/sites.ts';
import type { Meter } from '../http/meter.ts';
import { type HttpService, serveHttp } from '../http/server.ts';
import type { UnblockPages } from '../http/unblock.ts';
import { DATABASE_FILE, openFile } from '../store/sqlite/database.ts';
import { openLedger, type SqliteLedger } from '../store/sqlite/ledger.ts';
import { guardTime } from './clock.ts';
import { type Notifications, startNotifications } from './notifications.ts';
import { type Listening, listenToPbxs } from './pbxs.ts';
import { startRounds } from './rounds.ts';
import { createStatus } from './status.ts';
import { startUnblocking } from './unblocking.ts';
import { warmUp } from './warm-up.ts';
import type { Closer, Wiring } from './wiring.ts';

/** How long a mail that is on its way may take when the guard ends. */
const LAST_MAIL_MS = 3_000;

export interface AppParts {
  config: Config;
  dataDir: string;
  log: Log;
  meter: Meter;
  version: string;
}

export interface App {
  /** What listens where, as bound. */
  listening: { service: string; address: string }[];
  /** Takes over a new configuration from the next call on. */
  reload(config: Config): void;
  /** Takes no new calls, waits up to `ms` for those in hand, then closes everything. */
  stop(ms: number): Promise<void>;
}

/** Wires ledger, guard and adapters and starts to answer. Rejects with a one-line Error when an address cannot be had. */
export async function startApp(parts: AppParts): Promise<App> {
  const closers: Closer[] = [];
  try {
    return await start(parts, closers);
  } catch (error) {
    await closeAll(closers);
    throw error;
  }
}

async function start(parts: AppParts, closers: Closer[]): Promise<App> {
  const { dataDir, log } = parts;
  let current = parts.config;
  const config = () => current;
  const file = join(dataDir, DATABASE_FILE);
  const countries = createCountries(current, log);
  const ledger = openBook(file, config, countries, log);
  closers.push(() => ledger.close());
  const now = guardTime(ledger, log);
  const wiring = { config, file, ledger, now, log, closers };
  const unblocking = startUnblocking(ledger.db, config);
  const notifier = startNotifications({ db: ledger.db, config, link: unblocking.link, log });
  closers.push(() => notifier.stop(LAST_MAIL_MS));
  const judge = judgeOf(wiring, parts.meter, notifier);
  const guard = onClock(judge, now);
  startRounds(wiring, guard);
  await warmUp(judge, now);
  const pbxs = await listenToPbxs(wiring, guard, unblocking.code);
  const http = await listenToHttp(wiring, parts, pbxs, unblocking.pages);
  return {
    listening: [
      ...pbxs.map(({ service, server }) => ({ service, address: server.address })),
      { service: 'HTTP', address: formatAddress(http) },
    ],
    reload: (next) => {
      current = next;
      countries.reload(next);
    },
    stop: async (ms) => {
      await Promise.all(pbxs.map(({ server }) => server.drain(ms)));
      await closeAll(closers);
    },
  };
}

async function closeAll(closers: Closer[]): Promise<void> {
  for (const close of closers.splice(0).reverse()) await close();
}

const openBook = (file: string, config: () => Config, { countryOf }: Countries, log: Log): SqliteLedger =>
  openLedger({
    file,
    policies: (site) => policyOfSite(config().settings, site),
    mode: () => config().settings.mode,
    decksInMemory: true,
    checkpoints: true,
    countryOf,
    log,
  });

const judgeOf = ({ config, ledger, now, log }: Wiring, meter: Meter, notifier: Notifications): Guard =>
  createGuard({
    ledger,
    settings: () => config().settings,
    classify,
    now,
    random: (below) => randomInt(below),
    log,
    onVerdict: meter.verdict,
    onUnwritten: notifier.unwritten,
  });

/** What monitors ask, and the links in mails. */
async function listenToHttp(
  { config, file, closers }: Wiring,
  { meter, version }: AppParts,
  pbxs: Listening[],
  unblock: UnblockPages,
): Promise<HttpService> {
  const db = openFile(file, { create: false, readonly: true });
  closers.push(() => db.close());
  const connections = () => pbxs.reduce((sum, { server }) => sum + server.connections(), 0);
  const status = createStatus({ db, config, meter, version, connections });
  const { listen, hosts } = config().http;
  const http = await serveHttp({ ...listen, hosts, unblock, ...status });
  closers.push(http.close);
  return http;
}
