import type { Micros } from '../core/money.ts';
import { printable } from '../process/log.ts';
import type { Io } from './io.ts';

export type Cell = string | number | null | undefined;

const text = (cell: Cell): string => (cell === null || cell === undefined ? '' : printable(String(cell)));

/** Aligned columns for a person; columns that hold only numbers stand right. No trailing blanks. */
export function table(head: readonly string[], rows: readonly (readonly Cell[])[]): string {
  const cells = rows.map((row) => head.map((_, i) => text(row[i])));
  const width = head.map((title, i) => Math.max(title.length, ...cells.map((row) => row[i]!.length)));
  const right = head.map((_, i) => cells.length > 0 && cells.every((row) => /^-?[\d.,%]*$/.test(row[i]!)));
  const line = (row: readonly string[]) =>
    row
      .map((cell, i) => (right[i] ? cell.padStart(width[i]!) : cell.padEnd(width[i]!)))
      .join('  ')
      .trimEnd();
  return [line(head), ...cells.map(line)].map((l) => `${l}\n`).join('');
}

/** `name: value` lines, values under each other. */
export function facts(pairs: readonly (readonly [string, Cell])[]): string {
  const shown = pairs.filter(([, value]) => value !== null && value !== undefined && value !== '');
  const width = Math.max(0, ...shown.map(([name]) => name.length));
  return shown.map(([name, value]) => `${`${name}:`.padEnd(width + 1)}  ${text(value)}\n`).join('');
}

/** One JSON value a line. */
export function printJson(io: Io, values: readonly unknown[]): void {
  io.out(values.map((value) => `${JSON.stringify(value)}\n`).join(''));
}

/** Rows as a table; `nothing` is said when there are none. */
export function printRows<T>(
  io: Io,
  rows: readonly T[],
  head: readonly string[],
  cells: (row: T) => readonly Cell[],
  nothing: string,
): void {
  io.out(rows.length === 0 ? `${nothing}\n` : table(head, rows.map(cells)));
}

/** ISO 8601 in UTC, for programs. */
export const iso = (at: number | null): string | null => (at === null ? null : new Date(at).toISOString());

/** The named keys of a row turned by `to`; they stay in their places. */
const turned = <T extends object, K extends keyof T, V>(row: T, keys: readonly K[], to: (value: T[K]) => V) =>
  ({ ...row, ...Object.fromEntries(keys.map((key) => [key, to(row[key])])) }) as Omit<T, K> & Record<K, V>;

/** A row for programs, its named moments (milliseconds since 1970) in ISO 8601. */
export const withIso = <K extends string, T extends Record<K, number | null>>(row: T, ...keys: K[]) =>
  turned<T, K, string | null>(row, keys, iso);

/** A row for programs, its named amounts in units of the currency. */
export const inUnits = <K extends string, T extends Record<K, Micros>>(row: T, ...keys: K[]) =>
  turned<T, K, number>(row, keys, (value) => value / 1_000_000);

/** `2026-11-22 14:05:09` in a time zone. */
export function wallTime(at: number | null | undefined, timeZone: string): string {
  if (at === null || at === undefined) return '';
  return new Date(at).toLocaleString('sv-SE', { timeZone });
}
