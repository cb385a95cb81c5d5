/** Carriers' rate decks, row by row: whatever the header calls its columns, a row becomes prefixes and a tariff. */
import { micros, type Tariff } from '../money.ts';

type Field = 'prefix' | 'destination' | 'perMinute' | 'connectFee' | 'first' | 'next' | 'increments';

/** What carriers call their columns, letters and digits in lower case; of two in one header the earlier here counts. */
const ALIASES: Record<Field, string[]> = {
  prefix: ['prefix', 'code', 'dialcode', 'dialingcode', 'diallingcode', 'dialprefix', 'prefixes', 'codes'],
  destination: ['destination', 'destinationname', 'name', 'description', 'country', 'zone', 'route'],
  perMinute: [
    'newrate',
    'perminute',
    'permin',
    'rate',
    'price',
    'rateperminute',
    'priceperminute',
    'ratemin',
    'pricemin',
    'costperminute',
  ],
  connectFee: ['connectfee', 'connection', 'connectionfee', 'connect', 'setup', 'setupfee', 'callsetup', 'dropcharge'],
  first: ['first', 'firstincrement', 'initial', 'initialincrement', 'interval1', 'firstinterval', 'minimum', 'mintime'],
  next: ['next', 'nextincrement', 'subsequent', 'subsequentincrement', 'intervaln', 'interval2', 'nextinterval'],
  increments: [
    'increments',
    'increment',
    'billingincrement',
    'billingincrements',
    'billing',
    'interval',
    'rounding',
    'incrementation',
  ],
};

/** Where each known column stands. */
export type Columns = Partial<Record<Field, number>>;

/** One row of a deck. A row may name several prefixes: a list, or a range such as `2526-2529`. */
export interface DeckRow {
  prefixes: string[];
  destination: string;
  tariff: Omit<Tariff, 'source'>;
}

/** What is wrong with a row, as a sentence that names its line. */
export interface DeckError {
  line: number;
  error: string;
}

/** A whole minute is what is billed where a deck says nothing. */
const DEFAULT_INCREMENT = 60;
const MAX_INCREMENT = 3600;
/** Nothing on the telephone costs more: a larger figure is another column or another unit. */
const MAX_PRICE = 1000;
const MAX_RANGE = 1000;
/** Prefixes and ranges of one row. */
const MAX_PARTS = 1000;
const MAX_PREFIXES = 10_000;
/** Of a cell that cannot be read. */
const MAX_SHOWN = 60;

/** Finds the columns by a header line; `error` says which is missing. */
export function readHeader(cells: readonly string[]): { columns: Columns } | { error: string } {
  const names = cells.map((cell) => cell.toLowerCase().replace(/[^a-z0-9]/g, ''));
  const columns: Columns = {};
  for (const [field, aliases] of Object.entries(ALIASES) as [Field, string[]][]) {
    const alias = aliases.find((name) => names.includes(name));
    if (alias !== undefined) columns[field] = names.indexOf(alias);
  }
  if (columns.prefix === undefined) return { error: 'the header has no prefix column (prefix, code, dialcode)' };
  if (columns.perMinute === undefined) return { error: 'the header has no price column (per_minute, rate, price)' };
  return { columns };
}

/** Reads one row of a deck; `line` is its number in the file. */
export function readRow(cells: readonly string[], columns: Columns, line: number): DeckRow | DeckError {
  const cell = (field: Field): string => (columns[field] === undefined ? '' : (cells[columns[field]] ?? '').trim());
  const wrong = (text: string, what: string): DeckError => ({
    line,
    error: `line ${line}: "${text.slice(0, MAX_SHOWN)}" ${what}`,
  });
  const prefixes = readPrefixes(cell('prefix'));
  if (prefixes === null) return wrong(cell('prefix'), 'is no prefix of 1 to 15 digits');
  const perMinute = readPrice(cell('perMinute'));
  if (perMinute === null) return wrong(cell('perMinute'), 'is no price a minute');
  const connectFee = cell('connectFee') === '' ? 0 : readPrice(cell('connectFee'));
  if (connectFee === null) return wrong(cell('connectFee'), 'is no connect fee');
  const increments = readIncrements(cell('first'), cell('next'), cell('increments'));
  if (typeof increments === 'string')
    return wrong(increments, `is no billing increment in seconds (1-${MAX_INCREMENT})`);
  return { prefixes, destination: cell('destination'), tariff: { perMinute, connectFee, ...increments } };
}

/** `+252`, `00252`, `252 61`, `2526-2529`, `25261; 25263`. Null if any part is not understood. */
function readPrefixes(text: string): string[] | null {
  const parts = text.split(/[;,|/]/);
  const ranges = parts.length > MAX_PARTS ? [null] : parts.map((part) => readRange(part.trim()));
  const prefixes = ranges.flat().filter((prefix) => prefix !== null);
  return ranges.includes(null) || prefixes.length > MAX_PREFIXES ? null : prefixes;
}

function readRange(text: string): string[] | null {
  const [from, to, ...more] = text.split(/\s*[-–]\s*/).map(plainPrefix);
  if (!from || to === '' || more.length > 0) return null;
  if (to === undefined) return [from];
  const count = Number(to) - Number(from) + 1;
  if (to.length !== from.length || !(count >= 1 && count <= MAX_RANGE)) return null;
  return Array.from({ length: count }, (_, i) => String(Number(from) + i));
}

/** Digits without `+`, `00` and blanks; empty if anything else is in them. No country code begins with 0 (E.164). */
function plainPrefix(text: string): string {
  const digits = text.replace(/\s/g, '').replace(/^(?:\+|00)/, '');
  return /^[1-9][0-9]{0,14}$/.test(digits) ? digits : '';
}

/** A decimal with point or comma (never a thousands separator), in micro-units rounded up; null if it is none. */
function readPrice(text: string): number | null {
  const match = /^(?:[$€£]|[A-Z]{3})?\s*(?=[.,]?\d)(\d{0,4})(?:[.,](\d{1,12}))?\s*(?:[$€£]|[A-Z]{3})?$/.exec(text);
  if (!match) return null;
  const value = Number(`${match[1] || 0}.${match[2] ?? 0}`);
  return value <= MAX_PRICE ? Math.ceil(Number((value * micros(1)).toFixed(3))) : null;
}

/**
 * Seconds from two columns or from one such as `1/60` or `60-60`, which counts where both are there; text that is neither is
 * given back, in either.
 */
function readIncrements(first: string, next: string, both: string): { first: number; next: number } | string {
  const [left = '', right = left, ...more] = both === '' ? [first || next, next || first] : both.split(/\s*[/+:-]\s*/);
  const secondsOf = (text: string) => (/^\d{1,4}$/.test(text) ? Number(text) : Number.NaN);
  const isOdd = (text: string) => text !== '' && !(secondsOf(text) >= 1 && secondsOf(text) <= MAX_INCREMENT);
  const odd = more.length > 0 ? both : [left, right, first, next].find(isOdd);
  if (odd !== undefined) return odd;
  const orMinute = (text: string) => (text === '' ? DEFAULT_INCREMENT : secondsOf(text));
  return { first: orMinute(left), next: orMinute(right) };
}
