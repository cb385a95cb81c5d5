import { randomInt } from 'node:crypto';
import { join } from 'node:path';
import { formatAddress } from '../config/address.ts';
import type { Config } from '../config/load.ts';
import type { Policy } from '../core/policy.ts';
import { classify } from '../core/risk/classify.ts';
import { createCountries } from '../geo/countries.ts';
import { onClock } from '../guard/clock.ts';
import { startCutting } from '../guard/cut.ts';
import type { FeatureCode } from '../guard/feature-code.ts';
import { createGuard, type Guard } from '../guard/guard.ts';
import type { Log } from '../guard/log.ts';
import type { LiveCalls } from '../guard/port-live.ts';
import { startReconciling } from '../guard/reconcile.ts';
import { startRetention } from '../guard/retention.ts';
import type { Bypass } from '../guard/undecided.ts';
import type { Meter } from '../http/meter.ts';
import { serveHttp } from '../http/server.ts';
import type { AmiConnection } from '../pbx/asterisk/ami-connection.ts';
import { serveFastAgi } from '../pbx/asterisk/fastagi.ts';
import { asteriskLive } from '../pbx/asterisk/live.ts';
import { trunkHosts, watchSecurity } from '../pbx/asterisk/security.ts';
import type { EslInbound } from '../pbx/freeswitch/inbound.ts';
import { freeswitchLive } from '../pbx/freeswitch/live.ts';
import { serveEslOutbound } from '../pbx/freeswitch/outbound.ts';
import { gatewayHosts } from '../pbx/freeswitch/registrations.ts';
import type { SocketServer } from '../pbx/socket-server.ts';
import { blockedCalls } from '../store/sqlite/cuts.ts';
import { DATABASE_FILE, openFile } from '../store/sqlite/database.ts';
import { openLedger } from '../store/sqlite/ledger.ts';
import { pruner } from '../store/sqlite/prune.ts';
import { startBackups } from './backups.ts';
import { guardTime } from './clock.ts';
import { type IntrusionWatch, startIntrusionWatch } from './intrusion.ts';
import { startNotifications } from './notifications.ts';
import { type OutboundCalls, outboundCalls } from './outbound-calls.ts';
import { watchSilences } from './silences.ts';
import { createStatus } from './status.ts';
import { startUnblocking } from './unblocking.ts';
import { warmUp } from './warm-up.ts';

const SWEEP_MS = 5_000;
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
export async function startApp({ config: first, dataDir, log, meter, version }: AppParts): Promise<App> {
  let config = first;
  const file = join(dataDir, DATABASE_FILE);
  const closers: (() => unknown)[] = [];
  const closeAll = async () => {
    for (const close of closers.splice(0).reverse()) await close();
  };
  try {
    const countries = createCountries(config, log);
    const ledger = openLedger({
      file,
      policies: (site) => policyOf(config, site),
      mode: () => config.settings.mode,
      decksInMemory: true,
      checkpoints: true,
      countryOf: countries.countryOf,
      log,
    });
    closers.push(() => ledger.close());
    const now = guardTime(ledger, log);
    const judge = createGuard({
      ledger,
      settings: () => config.settings,
      classify,
      now,
      random: (below) => randomInt(below),
      log,
      onVerdict: meter.verdict,
      onUnwritten: (calls) => notifier.unwritten(calls),
    });
    const guard = onClock(judge, now);
    const sweeping = setInterval(() => void guard.sweep(), SWEEP_MS);
    closers.push(() => clearInterval(sweeping));
    closers.push(startBackups({ file, ledger, now: Date.now, log }));
    const intrusion = startIntrusionWatch(ledger.db, ledger, () => config, log);
    closers.push(intrusion.stop);
    const outbound = outboundCalls(() => config);
    const live = liveCalls(config, guard, outbound, intrusion, log);
    for (const calls of live) closers.push(startReconciling(calls, ledger, now, log));
    const blocked = blockedCalls(ledger.db, () => config.settings.mode);
    closers.push(startCutting(blocked, live, now, log));
    closers.push(watchSilences(ledger, outbound, () => config, log));
    const unblocking = startUnblocking(ledger.db, () => config);
    const notifier = startNotifications({ db: ledger.db, config: () => config, link: unblocking.link, log });
    closers.push(() => notifier.stop(LAST_MAIL_MS));
    const keepDays = () => config.keepDays;
    closers.push(startRetention({ retention: pruner(ledger.db), keepDays, now, log }));
    const db = openFile(file, { create: false, readonly: true });
    closers.push(() => db.close());
    await warmUp(judge, now);
    const pbxs = await listenToPbxs(config, guard, unblocking.code, log, closers);
    const connections = () => pbxs.reduce((sum, { server }) => sum + server.connections(), 0);
    const status = createStatus({ db, config: () => config, meter, version, connections });
    const http = await serveHttp({
      ...config.http.listen,
      hosts: config.http.hosts,
      unblock: unblocking.pages,
      ...status,
    });
    closers.push(http.close);
    return {
      listening: [
        ...pbxs.map(({ service, server }) => ({ service, address: server.address })),
        { service: 'HTTP', address: formatAddress(http) },
      ],
      reload: (next) => {
        config = next;
        countries.reload(next);
      },
      stop: async (ms) => {
        await Promise.all(pbxs.map(({ server }) => server.drain(ms)));
        await closeAll();
      },
    };
  } catch (error) {
    await closeAll();
    throw error;
  }
}

interface Listening {
  service: string;
  server: Pick<SocketServer, 'address' | 'connections' | 'drain'>;
}

/** Where PBXs ask. A port for FreeSWITCH that nobody configured and somebody else has is no reason not to guard Asterisk. */
async function listenToPbxs(
  { agi, esl }: Config,
  guard: Guard,
  code: FeatureCode,
  log: Log,
  closers: (() => unknown)[],
): Promise<Listening[]> {
  const fastAgi = await serveFastAgi(guard, { ...agi.listen, allow: agi.allow, key: agi.key, code, log });
  closers.push(() => fastAgi.drain(0));
  const pbxs: Listening[] = [{ service: 'FastAGI', server: fastAgi }];
  try {
    const server = await serveEslOutbound(guard, { ...esl.listen, allow: esl.allow, code, log });
    closers.push(() => server.drain(0));
    pbxs.push({ service: 'ESL', server });
  } catch (error) {
    if (esl.asked) throw error;
    log.warn('FreeSWITCH is not served', { why: (error as Error).message });
  }
  return pbxs;
}

/** The management connections that are configured. */
function liveCalls(
  { ami, freeswitch }: Config,
  guard: Guard,
  outbound: OutboundCalls,
  { knock, trunks }: IntrusionWatch,
  log: Log,
): LiveCalls[] {
  const common = {
    onBypass(bypass: Bypass) {
      outbound.bypassed(bypass);
      guard.bypassed(bypass);
    },
    onAnswered: outbound.seen,
    log,
  };
  const live: LiveCalls[] = [];
  if (ami) {
    const watch = (connection: AmiConnection) => {
      watchSecurity(connection, Date.now, knock);
      trunks(() => (connection.connected() ? trunkHosts(connection) : null));
    };
    live.push(asteriskLive({ ...ami.connect, user: ami.user, secret: ami.secret, watch, ...common }));
  }
  if (freeswitch) {
    const watch = (connection: EslInbound) => trunks(() => (connection.connected() ? gatewayHosts(connection) : null));
    const { connect, password } = freeswitch;
    live.push(freeswitchLive({ ...connect, password, onKnock: knock, watch, ...common }, guard));
  }
  return live;
}

/** A call of a site that is no longer configured ends under the rules of the last one. */
function policyOf({ settings: { sites } }: Config, site: string): Policy {
  return (sites.find((s) => s.policy.site === site) ?? sites.at(-1)!).policy;
}
