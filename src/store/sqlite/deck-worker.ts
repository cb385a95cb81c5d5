import { parentPort, workerData } from 'node:worker_threads';
import { transferList } from '../../core/risk/trie.ts';
import { build } from '../../core/risk/trie-build.ts';
import { openFile } from './database.ts';
import type { LoadedDeck } from './deck-memory.ts';
import { list, rowsOf } from './decks.ts';

/** Builds the trie of one generation, away from the thread that answers calls. */
function load(file: string, generation: number): LoadedDeck {
  const db = openFile(file, { create: false, readonly: true });
  try {
    const deck = list(db).find((d) => d.generation === generation);
    const rows = [...rowsOf(db, generation)];
    return {
      generation,
      name: deck?.name ?? String(generation),
      trie: build(
        rows.map(({ prefix }) => prefix),
        rows.map((_, i) => i),
      ),
      perMinute: Float64Array.from(rows, (row) => row.perMinute),
      connectFee: Float64Array.from(rows, (row) => row.connectFee),
      first: Int32Array.from(rows, (row) => row.first),
      next: Int32Array.from(rows, (row) => row.next),
    };
  } finally {
    db.close();
  }
}

const { file, generation } = workerData as { file: string; generation: number };
const deck = load(file, generation);
const { perMinute, connectFee, first, next } = deck;
const columns = [perMinute, connectFee, first, next].map(({ buffer }) => buffer as ArrayBuffer);
parentPort?.postMessage(deck, [...transferList(deck.trie), ...columns]);
