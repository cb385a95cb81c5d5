import { lookup } from 'node:dns/promises';
import { networkInterfaces } from 'node:os';
import type { Config } from '../config/load.ts';
import type { Knock } from '../core/intrusion/knock.ts';
import { addressTest, plainAddress } from '../guard/addresses.ts';
import { createIntrusions, type Intrusions } from '../guard/intrusion.ts';
import type { Log } from '../guard/log.ts';
import type { Ledger } from '../guard/ports.ts';
import type { Db } from '../store/sqlite/database.ts';
import { scanBook } from '../store/sqlite/scans.ts';

const FLUSH_MS = 2_000;
/** Trunks and the machine's own addresses change seldom; a PBX that could not be asked is asked again soon. */
const REFRESH_MS = 10 * 60_000;
const RETRY_MS = 5_000;
/** Knocks that wait until the trunks are known. */
const WAITING = 1_000;

/** Asks for the hosts of a PBX's trunks, names or addresses; null while it cannot be asked. May reject. */
export type TrunkSource = () => Promise<string[]> | null;

export interface IntrusionWatch extends Pick<Intrusions, 'knock'> {
  trunks(source: TrunkSource): void;
  stop(): Promise<void>;
}

async function resolved(host: string): Promise<string[]> {
  if (host.includes('/') || plainAddress(host) !== null) return [host];
  try {
    return (await lookup(host, { all: true })).map(({ address }) => address);
  } catch {
    return [];
  }
}

/** Watches for attacks on the PBX itself, and knows which addresses no firewall may be told of. */
export function startIntrusionWatch(
  db: Db,
  ledger: Pick<Ledger, 'report'>,
  config: () => Config,
  log: Log,
): IntrusionWatch {
  const sources: TrunkSource[] = [];
  const hosts = new Map<TrunkSource, string[]>();
  const waiting: Knock[] = [];
  let exempt: (address: string) => boolean = () => true;
  let ready = false;
  /** The list of `[scan]` that `exempt` was made with. */
  let ignore: string[] = [];
  let own: string[] | null = null;
  let refreshedAt = Number.NEGATIVE_INFINITY;
  let refreshing = false;

  const intrusions = createIntrusions({
    ledger,
    book: scanBook(db),
    exempt: (address) => exempt(address),
    plans: () => config().settings.sites.map(({ policy }) => policy.plan),
    log,
  });

  /** The machine's own; a sandbox without netlink does not tell them. */
  function ownAddresses(): string[] {
    try {
      own = Object.values(networkInterfaces()).flatMap((all) => (all ?? []).map(({ address }) => address));
    } catch (error) {
      const why = (error as Error).message;
      if (own === null) log.warn('the addresses of this machine are not known: list them in [scan] ignore', { why });
    }
    own ??= [];
    return own;
  }

  async function ask(source: TrunkSource): Promise<void> {
    try {
      const found = await source();
      if (found) hosts.set(source, (await Promise.all(found.map(resolved))).flat());
    } catch (error) {
      const why = (error as Error).message;
      if (!hosts.has(source)) log.warn('the addresses of trunks are not known: list them in [scan] ignore', { why });
      hosts.set(source, hosts.get(source) ?? []);
    }
  }

  async function refresh(): Promise<void> {
    if (refreshing) return;
    refreshing = true;
    await Promise.all(sources.map(ask));
    ignore = config().scan.ignore;
    exempt = addressTest([...ownAddresses(), ...ignore, ...[...hosts.values()].flat()]);
    ready = sources.every((source) => hosts.has(source));
    if (ready) for (const knock of waiting.splice(0)) intrusions.knock(knock);
    refreshedAt = performance.now();
    refreshing = false;
  }

  const round = async () => {
    const old = performance.now() - refreshedAt > (ready ? REFRESH_MS : RETRY_MS);
    if (old || ignore !== config().scan.ignore) await refresh();
    await intrusions.flush();
  };
  const timer = setInterval(() => void round(), FLUSH_MS);
  return {
    knock(knock) {
      if (ready) return intrusions.knock(knock);
      // A trunk must not be taken for an attacker because nobody has asked yet.
      if (waiting.length < WAITING) waiting.push(knock);
      void refresh();
    },
    trunks: (source) => void sources.push(source),
    async stop() {
      clearInterval(timer);
      await intrusions.flush();
    },
  };
}
