import { Worker } from 'node:worker_threads';
import type { Tariff } from '../../core/money.ts';
import { longest, NONE, type Trie } from '../../core/risk/trie.ts';
import type { Log } from '../../guard/log.ts';
import type { Db } from './database.ts';
import { tariffReader } from './decks.ts';

/** A deck as the worker hands it over: row `i` of the four columns is what the trie's value `i` means. */
export interface LoadedDeck {
  generation: number;
  name: string;
  trie: Trie;
  perMinute: Float64Array;
  connectFee: Float64Array;
  first: Int32Array;
  next: Int32Array;
}

export interface DeckMemory {
  /** The active deck's price of an E.164's digits; null without a deck or a match. */
  lookup(digits: string): Tariff | null;
  close(): void;
}

const WORKER = new URL('./deck-worker.js', import.meta.url);

/**
 * Keeps the active rate deck in memory. Which one is active is asked of the database at every call, so that a switch takes effect
 * at once; until its trie is built, in a worker, the database answers for the prices too.
 */
export function deckMemory(db: Db, file: string, log?: Pick<Log, 'info' | 'warn'>): DeckMemory {
  const active = db.prepare("SELECT generation FROM decks WHERE state = 'active'").pluck();
  const fromDatabase = tariffReader(db);
  let deck: LoadedDeck | null = null;
  let loading: { generation: number; worker: Worker } | null = null;

  function load(generation: number): void {
    if (loading?.generation === generation) return;
    void loading?.worker.terminate();
    const worker = new Worker(WORKER, { workerData: { file, generation } });
    loading = { generation, worker };
    worker.unref();
    worker.once('message', (loaded: LoadedDeck) => {
      deck = loaded;
      log?.info('rate deck in memory', { generation, name: loaded.name, rows: loaded.first.length });
    });
    worker.once('error', (error) => log?.warn('rate deck stays in the database', { generation, error: error.message }));
  }

  return {
    lookup(digits) {
      const generation = active.get() as number | undefined;
      if (generation === undefined) return null;
      if (deck?.generation === generation) return priceIn(deck, digits);
      load(generation);
      return fromDatabase(digits);
    },
    close: () => void loading?.worker.terminate(),
  };
}

function priceIn({ trie, name, perMinute, connectFee, first, next }: LoadedDeck, digits: string): Tariff | null {
  const row = longest(trie, digits);
  if (row === NONE) return null;
  return {
    perMinute: perMinute[row]!,
    connectFee: connectFee[row]!,
    first: first[row]!,
    next: next[row]!,
    source: `deck ${name}`,
  };
}
