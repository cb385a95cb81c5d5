import type { DialAttempt } from '../../src/core/attempt.ts';
import type { Tariff } from '../../src/core/money.ts';
import { classify } from '../../src/core/risk/classify.ts';
import { longest, NONE } from '../../src/core/risk/trie.ts';
import { build } from '../../src/core/risk/trie-build.ts';
import { createGuard } from '../../src/guard/guard.ts';
import { openLedger } from '../../src/store/sqlite/ledger.ts';
import { policy, TUESDAY } from '../support/facts.ts';
import { dialAttempt } from '../support/guard-bench.ts';
import { atMost, type Figure, median, seeded } from './bench.ts';
import { fileIn, folderWith } from './support/many-calls.ts';

// Verdicts a second in process: guard, whole policy, ledger on disk and a rate deck of 250,000 prefixes in memory; one call in
// seven abroad to a country that the site knows. Every call ends after a minute. The four databases are asked in turn.

export const long = true;

const PREFIXES = 250_000;
const ROUNDS = 9;
const CALLS = 1_000;
const AT_ONCE = 32;
/** Between two calls, on the virtual clock: ten extensions make 360 calls an hour each. */
const STEP_MS = 1_000;

/** Prices by random prefixes of 2 to 8 digits, and one for every country of the bench's calls. */
function deck(): (digits: string) => Tariff | null {
  const random = seeded(250);
  const prefixes = new Set(['33', '49']);
  while (prefixes.size < PREFIXES) {
    const length = 2 + Math.floor(random() * 7);
    prefixes.add(String(Math.floor(random() * 10 ** length)).padStart(length, '0'));
  }
  const trie = build(
    [...prefixes],
    Int32Array.from({ length: PREFIXES }, (_, i) => i),
  );
  return (digits) => {
    const row = longest(trie, digits);
    return row === NONE ? null : { perMinute: 10_000 + row, connectFee: 0, first: 1, next: 1, source: 'deck bench' };
  };
}

interface Station {
  /** Nanoseconds a call (question and end). */
  round(): Promise<number>;
  close(): void;
}

function station(file: string, extensions: number, rateLookup: (digits: string) => Tariff | null): Station {
  let now = TUESDAY;
  let serial = 0;
  const site = policy({ ceilingExtension: 1e15, ceilingSite: 1e15, ceilingsByOwner: true });
  const ledger = openLedger({ file, policies: () => site, clock: () => now, rateLookup });
  const settings = {
    mode: 'enforce',
    deadlineMs: 60_000,
    digit: 'random',
    answerFirst: true,
    announce: true,
    language: 'en',
  } as const;
  const silent = { info: () => {}, warn: () => {}, error: () => {} };
  const guard = createGuard({
    ledger,
    settings: () => ({ ...settings, sites: [{ policy: site, match: { realms: [], extensions: [] } }] }),
    classify,
    now: () => now,
    random: (below) => below - 1,
    log: silent,
  });
  const silentPayer = { transferer: null, inherited: null, accountcode: null, redirecting: null };
  async function call(): Promise<void> {
    const at = TUESDAY + ++serial * STEP_MS;
    now = at;
    const digits =
      serial % 7 === 0 ? `00331${40_000_000 + (serial % 400)}` : `030${20_000_000 + ((serial * 7919) % 70_000_000)}`;
    const asked: DialAttempt = dialAttempt(digits, at, {
      uniqueid: `${Math.floor(at / 1000)}.${serial}`,
      payer: { endpoint: String(1000 + ((serial * 17) % extensions)), ...silentPayer },
    });
    const { action, reason, e164 } = await guard.ask(asked);
    if (action !== 'allow') throw new Error(`${digits} was answered ${action}: ${reason}`);
    await guard.ended({
      pbx: asked.pbx,
      uniqueid: asked.uniqueid,
      at: at + 60_000,
      e164,
      seconds: [50],
      answered: true,
      cause: 16,
      trunkUp: false,
    });
  }
  async function round(): Promise<number> {
    const begin = performance.now();
    for (let done = 0; done < CALLS; done += AT_ONCE) await Promise.all(Array.from({ length: AT_ONCE }, call));
    return ((performance.now() - begin) * 1e6) / (Math.ceil(CALLS / AT_ONCE) * AT_ONCE);
  }
  return { round, close: () => ledger.close() };
}

const CELLS = [
  { calls: 1_000, extensions: 10 },
  { calls: 1_000, extensions: 10_000 },
  { calls: 5_000_000, extensions: 10 },
  { calls: 5_000_000, extensions: 10_000 },
];

export async function bench(): Promise<Figure[]> {
  const rateLookup = deck();
  const stations = CELLS.map(({ calls, extensions }) =>
    station(fileIn(folderWith(TUESDAY, calls, extensions)), extensions, rateLookup),
  );
  for (const { round } of stations) await round();
  const times: number[][] = CELLS.map(() => []);
  for (let i = 0; i < ROUNDS; i++) for (const [cell, { round }] of stations.entries()) times[cell]!.push(await round());
  for (const { close } of stations) close();
  const name = ({ calls, extensions }: (typeof CELLS)[number]) =>
    `${calls.toLocaleString('en')} recorded calls, ${extensions.toLocaleString('en')} extensions`;
  return CELLS.flatMap((cell, i) => {
    const rate = { name: `admits and ends, ${name(cell)}`, value: 1e9 / median(times[i]!), unit: 'a second' };
    const slower = median(times[i]!.map((time, round) => time / times[0]![round]!));
    return i === 0 ? [rate] : [rate, atMost('of the time of the first', slower, 'times', 1.3)];
  });
}
