import type { Config } from '../config/load.ts';
import { SILENCES } from '../guard/silence.ts';
import { countriesOf } from '../guard/sites.ts';
import { exposition, type Metric, type Sample } from '../http/exposition.ts';
import type { Meter } from '../http/meter.ts';
import type { Health } from '../http/server.ts';
import type { Db } from '../store/sqlite/database.ts';
import { type Stake, stakesReader } from '../store/sqlite/figures.ts';
import { silences } from '../store/sqlite/habits.ts';
import { waitingReader } from '../store/sqlite/outbox-list.ts';
import { observingReader } from '../store/sqlite/settings.ts';

export interface StatusParts {
  /** A connection of its own, so that a scrape never stands in the ledger's way. */
  db: Db;
  config: () => Config;
  meter: Meter;
  version: string;
  /** Sessions with the PBX right now. */
  connections: () => number;
}

export interface Status {
  health(): Health;
  metrics(): string;
}

/** What `/healthz` and `/metrics` say. */
export function createStatus({ db, config, meter, version, connections }: StatusParts): Status {
  const started = Date.now();
  const stakes = stakesReader(db);
  const observing = observingReader(db);
  const outbox = waitingReader(db);
  const mode = () => (observing(Date.now()) ? 'observe' : config().settings.mode);

  function health(): Health {
    const country = countriesOf(config().settings);
    const details = { version, country, uptimeSeconds: Math.floor((Date.now() - started) / 1000) };
    try {
      return { ok: true, details: { ...details, mode: mode(), ledger: 'ok' } };
    } catch (error) {
      return { ok: false, details: { ...details, ledger: (error as Error).message } };
    }
  }

  function metrics(): string {
    const own: Metric[] = [
      gauge('dialwarden_build_info', 'Version of the guard and of its runtime.', [
        { labels: { version, node: process.version }, value: 1 },
      ]),
      gauge('dialwarden_start_time_seconds', 'When the guard was started, in seconds since 1970.', [
        { value: started / 1000 },
      ]),
      gauge('dialwarden_agi_connections', 'FastAGI sessions right now.', [{ value: connections() }]),
      gauge('dialwarden_resident_bytes', 'Resident memory of the process.', [{ value: process.memoryUsage.rss() }]),
    ];
    return exposition([...own, ...meter.metrics(), ...ledgerMetrics()]);
  }

  /** Left out while the database cannot be read: the rest is worth having then. */
  function ledgerMetrics(): Metric[] {
    try {
      const now = Date.now();
      return [
        ...moneyMetrics(config(), stakes(now), mode() === 'observe'),
        ...outboxMetrics(outbox(), now),
        silenceMetric(db),
      ];
    } catch {
      return [gauge('dialwarden_ledger_readable', 'Whether the database can be read.', [{ value: 0 }])];
    }
  }

  return { health, metrics };
}

const gauge = (name: string, help: string, samples: Sample[]): Metric => ({ name, help, type: 'gauge', samples });

const outboxMetrics = ({ waiting, since }: ReturnType<ReturnType<typeof waitingReader>>, now: number): Metric[] => [
  gauge('dialwarden_outbox_waiting', 'News of incidents that is not sent yet.', [{ value: waiting }]),
  gauge('dialwarden_outbox_oldest_seconds', 'How long the oldest of it has waited.', [
    { value: since === null ? 0 : Math.max(0, (now - since) / 1000) },
  ]),
];

/** The incidents of silence are open until somebody has seen to them. */
function silenceMetric(db: Db): Metric {
  const open = silences(db).map(({ kind }) => kind.split(':')[0]);
  const help =
    '1 while an open incident tells of it: calls past the guard, no question, nothing learned, silent rules.';
  return gauge(
    'dialwarden_silence',
    help,
    SILENCES.map((kind) => ({ labels: { kind }, value: Number(open.includes(kind)) })),
  );
}

function moneyMetrics(config: Config, stakes: Stake[], observing: boolean): Metric[] {
  const policies = config.settings.sites.map((s) => s.policy);
  const of = (site: string) => stakes.find((s) => s.site === site);
  const perSite = (read: (site: string) => number, unit = 1): Sample[] =>
    policies.map(({ site }) => ({ labels: { site }, value: read(site) / unit }));
  const money = (read: (stake: Stake) => number): Sample[] =>
    policies.map(({ site, currency }) => {
      const stake = of(site);
      return { labels: { site, currency }, value: stake ? read(stake) / 1_000_000 : 0 };
    });
  const ceiling = policies.map(({ site, currency, ceilingSite }) => ({
    labels: { site, currency },
    value: ceilingSite / 1_000_000,
  }));
  return [
    gauge('dialwarden_ledger_readable', 'Whether the database can be read.', [{ value: 1 }]),
    gauge('dialwarden_observing', '1 while the guard lets every call go on and only records.', [
      { value: Number(observing) },
    ]),
    gauge(
      'dialwarden_open_calls',
      'Calls that hold a lease.',
      perSite((site) => of(site)?.open ?? 0),
    ),
    gauge(
      'dialwarden_open_money_calls',
      'Calls that hold money.',
      perSite((site) => of(site)?.money ?? 0),
    ),
    gauge(
      'dialwarden_money_reserved',
      'Reserved by open calls.',
      money((s) => s.reserved),
    ),
    gauge(
      'dialwarden_money_charged_24h',
      'Charged for calls that ended in the last 24 hours.',
      money((s) => s.charged),
    ),
    gauge('dialwarden_money_ceiling', 'The most that reserved and charged together can reach.', ceiling),
  ];
}
