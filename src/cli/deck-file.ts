import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { parse } from 'csv-parse/sync';
import { readHeader, readRow } from '../core/risk/deck.ts';
import { printable } from '../process/log.ts';
import type { RateRow } from '../store/sqlite/decks.ts';
import { CommandError } from './io.ts';

/** Bad rows that are named one by one; whoever has more has the wrong file. */
const NAMED = 20;

export interface DeckFile {
  sha256: string;
  rows: RateRow[];
}

/** Characters of what csv-parse complains of, which quotes the row. */
const SHOWN = 200;

/** The character between cells, by the header line: a decimal comma must not part a price. */
function delimiterOf(text: string): string {
  const header = text.slice(0, text.search(/[\r\n]|$/));
  const count = (d: string) => header.split(d).length - 1;
  return [';', '\t', ','].reduce((best, d) => (count(d) > count(best) ? d : best), ',');
}

/** Reads a rate deck whole. Throws CommandError with a line for every bad row: nothing of a bad deck is taken. */
export function readDeck(file: string): DeckFile {
  const bytes = contents(file);
  const text = bytes.toString('utf8');
  const cells = cellsOf(file, text);
  const [first, ...rest] = cells;
  const header = readHeader(first?.record ?? []);
  if ('error' in header) throw new CommandError(`${file}: line 1: ${header.error}`);
  const rows = new Map<string, RateRow & { line: number }>();
  const wrong: string[] = [];
  for (const { record, line } of rest) {
    const row = readRow(record, header.columns, line);
    if ('error' in row) {
      wrong.push(row.error);
      continue;
    }
    const { perMinute, connectFee, first: initial, next } = row.tariff;
    for (const prefix of row.prefixes) {
      const price = { prefix, destination: row.destination, perMinute, connectFee, first: initial, next };
      const twice = rows.get(prefix);
      if (twice && !samePrice(twice, price))
        wrong.push(`line ${line}: prefix ${prefix} has another price on line ${twice.line}`);
      else if (!twice) rows.set(prefix, { ...price, line });
    }
  }
  if (wrong.length > 0) throw new CommandError(complaint(file, wrong));
  if (rows.size === 0) throw new CommandError(`${file}: has a header and no rates`);
  return { sha256: createHash('sha256').update(bytes).digest('hex'), rows: [...rows.values()] };
}

const samePrice = (a: RateRow, b: RateRow): boolean =>
  a.perMinute === b.perMinute && a.connectFee === b.connectFee && a.first === b.first && a.next === b.next;

function complaint(file: string, wrong: string[]): string {
  const more = wrong.length > NAMED ? [`and ${wrong.length - NAMED} more`] : [];
  return [
    `${file}: ${wrong.length} bad row${wrong.length === 1 ? '' : 's'}, nothing was imported`,
    ...wrong.slice(0, NAMED).map(printable),
    ...more,
  ].join('\n');
}

function contents(file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (error) {
    throw new CommandError(`${file}: cannot be read (${(error as NodeJS.ErrnoException).code})`);
  }
}

function cellsOf(file: string, text: string): { record: string[]; line: number }[] {
  try {
    const options = {
      bom: true,
      delimiter: delimiterOf(text),
      relax_column_count: true,
      skip_empty_lines: true,
      trim: true,
      info: true,
    } as const;
    const parsed = parse(text, options) as unknown as { record: string[]; info: { lines: number } }[];
    return parsed.map(({ record, info }) => ({ record, line: info.lines }));
  } catch (error) {
    throw new CommandError(`${file}: is no CSV: ${printable((error as Error).message.slice(0, SHOWN))}`);
  }
}
