import { MAX_DIGITS, MAX_ROWS, MAX_VALUE, NONE, pack, type Trie, WORDS } from './trie.ts';

/** Deeper than this the index would outgrow the rows. */
const MAX_INDEX_DEPTH = 6;
const MORE = 1 << 31;

/** A prefix as a number that sorts as its text does: base 11, a digit counting 1-10 and the end 0. Exact: 11^15 < 2^53. */
function sortKey(prefix: string): number {
  let key = 0;
  for (let i = 0; i < MAX_DIGITS; i++) key = key * 11 + (i < prefix.length ? prefix.charCodeAt(i) - 47 : 0);
  return key;
}

/** Input places in the order of their prefixes, the last of every equal run. */
function sorted(prefixes: readonly string[]): Uint32Array {
  const keys = Float64Array.from(prefixes, sortKey);
  const order = Uint32Array.from(prefixes, (_, i) => i).sort((a, b) => keys[a]! - keys[b]! || a - b);
  return order.filter((input, i) => i + 1 === order.length || keys[input] !== keys[order[i + 1]!]);
}

/**
 * Builds a trie from rows of (prefix, value): 1-15 digits without `+`, a whole number from 0 to `MAX_VALUE`. Of two rows
 * with one prefix the later wins.
 * @throws RangeError naming a prefix or value that is neither, or when there are more than `MAX_ROWS`.
 */
export function build(prefixes: readonly string[], values: ArrayLike<number>): Trie {
  prefixes.forEach((prefix, i) => {
    if (!/^[0-9]{1,15}$/.test(prefix)) throw new RangeError(`"${prefix}" is not a prefix of 1 to ${MAX_DIGITS} digits`);
    const value = values[i]!;
    if (!(Number.isInteger(value) && value >= 0 && value <= MAX_VALUE))
      throw new RangeError(`${value} is no trie value`);
  });
  const order = sorted(prefixes);
  if (order.length > MAX_ROWS)
    throw new RangeError(`${order.length} prefixes are more than a trie holds (${MAX_ROWS})`);
  const depth = Math.min(MAX_INDEX_DEPTH, Math.max(1, Math.floor(Math.log10(order.length || 1))));
  const trie = { depth, index: new Int32Array(2 * 10 ** depth), rows: new Int32Array(order.length * WORDS) };
  fill(trie, order, prefixes, values);
  return trie;
}

/** Writes rows and index. A shorter prefix comes before those it holds, so what covers more closely is written later. */
function fill(
  { depth, index, rows }: Trie,
  order: Uint32Array,
  prefixes: readonly string[],
  values: ArrayLike<number>,
) {
  for (let at = 0; at < index.length; at += 2) index[at] = NONE;
  order.forEach((input, row) => {
    const prefix = prefixes[input]!;
    rows.set([pack(prefix, 0), pack(prefix, 1), values[input]!], row * WORDS);
    const head = prefix.slice(0, depth);
    const bucket = Number(head.padEnd(depth, '0')) * 2;
    if (prefix.length <= depth) {
      const end = bucket + 2 * 10 ** (depth - head.length);
      for (let at = bucket; at < end; at += 2) index[at] = values[input]!;
    } else {
      if (index[bucket + 1] === 0) index[bucket + 1] = row << 10;
      else rows[(row - 1) * WORDS + 2]! |= MORE;
      index[bucket + 1]! |= 1 << Number(prefix[depth]);
    }
  });
}
