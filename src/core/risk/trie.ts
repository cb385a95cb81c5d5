/**
 * A static trie of telephone prefixes in two typed arrays: the longest prefix of a number in one to three cache lines.
 *
 * A direct index on the first `depth` digits answers with the longest prefix up to there and tells which digits longer
 * ones go on with. Those stand in lexicographic order behind it: the last one not after the number is its prefix, or
 * shares with it the digits among which the next shorter one is sought.
 */
export interface Trie {
  /** How many leading digits `index` is addressed by. */
  depth: number;
  /** Two words a bucket: the value of the prefix that covers it, or NONE; its first row (22 bits) and next digits (10). */
  index: Int32Array;
  /** Three words a row, sorted: two of digits (see `pack`), and the value, its sign set if the bucket has more rows. */
  rows: Int32Array;
}

/** E.164 (ITU-T) numbers have at most 15 digits. */
export const MAX_DIGITS = 15;
/** Values are whole numbers from 0 to this. */
export const MAX_VALUE = 2 ** 31 - 1;
export const MAX_ROWS = 2 ** 22;
export const NONE = -1;
/** 32-bit words a row. */
export const WORDS = 3;
const PLUS = 43;
const ZERO = 48;

/** A digit as a nibble: 1-10, for 0 is the end. Digits 0-7 fill one word, 8-14 the next, its last nibble the length. */
export function pack(prefix: string, word: 0 | 1): number {
  const digits = prefix.slice(word * 8, word * 8 + 8);
  let packed = 0;
  for (let i = 0; i < 8; i++) packed = (packed << 4) | (i < digits.length ? digits.charCodeAt(i) - ZERO + 1 : 0);
  return word === 0 ? packed : packed | prefix.length;
}

/** Where the digits of a number begin. */
const start = (e164: string): number => (e164.charCodeAt(0) === PLUS ? 1 : 0);

/** The digit of a row at place `i` (0-14) plus 1, or 0 behind its end. */
function nibble(rows: Int32Array, row: number, i: number): number {
  if (i < 8) return (rows[row * WORDS]! >>> (28 - i * 4)) & 15;
  return i === MAX_DIGITS ? 0 : (rows[row * WORDS + 1]! >>> (60 - i * 4)) & 15;
}

/** 0 if the row is a prefix of digits[from, end), negative if it sorts before them, positive if after. */
function compare(rows: Int32Array, row: number, digits: string, from: number, end: number): number {
  for (let i = 0; ; i++) {
    const ours = nibble(rows, row, i);
    if (ours === 0) return 0;
    const theirs = from + i < end ? digits.charCodeAt(from + i) - ZERO + 1 : 0;
    if (ours !== theirs) return ours - theirs;
  }
}

/** How many leading digits, known to be at least `known`, a row and digits[from, ...) have in common. */
function common(rows: Int32Array, row: number, digits: string, from: number, known: number): number {
  let i = known;
  while (from + i < digits.length && nibble(rows, row, i) === digits.charCodeAt(from + i) - ZERO + 1) i++;
  return i;
}

/** The last row of a bucket not after digits[from, end); `first - 1` if there is none. Look close by before afar. */
function lastNotAfter(rows: Int32Array, first: number, digits: string, from: number, end: number): number {
  const count = rows.length / WORDS;
  let row = first - 1;
  let step = 1;
  while (row + step < count && compare(rows, row + step, digits, from, end) <= 0) {
    row += step;
    step *= 2;
  }
  for (step >>>= 1; step > 0; step >>>= 1) {
    if (row + step < count && compare(rows, row + step, digits, from, end) <= 0) row += step;
  }
  return row;
}

/** The value of the longest prefix of an E.164 number, digits with or without `+`; NONE (-1) if no prefix matches. */
export function longest(trie: Trie, e164: string): number {
  const { depth, index, rows } = trie;
  const from = start(e164);
  const known = from + depth;
  if (e164.length < known) return path(trie, e164).at(-1)?.value ?? NONE;
  let bucket = 0;
  for (let i = from; i < known; i++) bucket = bucket * 10 + e164.charCodeAt(i) - ZERO;
  const below = index[bucket * 2 + 1]!;
  if (e164.length === known || (below & (1 << (e164.charCodeAt(known) - ZERO))) === 0) return index[bucket * 2]!;
  const first = below >>> 10;
  if (rows[first * WORDS + 2]! >= 0) {
    const shared = common(rows, first, e164, from, depth + 1);
    return shared === lengthOf(rows, first) ? rows[first * WORDS + 2]! : index[bucket * 2]!;
  }
  for (let end = e164.length; end > known; ) {
    const row = lastNotAfter(rows, first, e164, from, end);
    if (row < first) break;
    const shared = common(rows, row, e164, from, depth);
    if (shared === lengthOf(rows, row)) return rows[row * WORDS + 2]! & MAX_VALUE;
    end = from + shared;
  }
  return index[bucket * 2]!;
}

const lengthOf = (rows: Int32Array, row: number): number => rows[row * WORDS + 1]! & 15;

/** Every prefix of `e164` with its value, shortest first. */
export function path({ rows }: Trie, e164: string): { prefix: string; value: number }[] {
  const found: { prefix: string; value: number }[] = [];
  const from = start(e164);
  for (let length = 1; length <= Math.min(MAX_DIGITS, e164.length - from); length++) {
    const prefix = e164.slice(from, from + length);
    const row = find(rows, prefix);
    if (row >= 0) found.push({ prefix, value: rows[row * WORDS + 2]! & MAX_VALUE });
  }
  return found;
}

/** The row of exactly this prefix, or -1. */
function find(rows: Int32Array, prefix: string): number {
  const first = pack(prefix, 0) >>> 0;
  const second = pack(prefix, 1) >>> 0;
  let low = 0;
  let high = rows.length / WORDS;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const ahead = (rows[middle * WORDS]! >>> 0) - first || (rows[middle * WORDS + 1]! >>> 0) - second;
    if (ahead === 0) return middle;
    if (ahead < 0) low = middle + 1;
    else high = middle;
  }
  return -1;
}

/** Bytes that the table holds, values included. */
export const byteLength = ({ index, rows }: Trie): number => index.byteLength + rows.byteLength;

/** What to hand over when a trie goes to another thread: it is unusable here from then on. */
export const transferList = ({ index, rows }: Trie): ArrayBuffer[] =>
  [index, rows].map((array) => array.buffer as ArrayBuffer);
