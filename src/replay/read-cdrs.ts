import { stat } from 'node:fs/promises';
import type { Policy } from '../core/policy.ts';
import { ASTERISK_DISPOSITION, asteriskHeaderReader, readAsteriskRow, uniqueidEpoch } from './asterisk-csv.ts';
import { type CallPool, createCallPool } from './call-pool.ts';
import type { CdrCall, CdrRow, RowReader } from './cdr.ts';
import { type CsvRecord, csvRecords } from './csv-records.ts';
import { freeswitchHeaderReader, readFreeswitchRow } from './freeswitch-csv.ts';
import { type OutboundFilter, outboundFilter } from './outbound.ts';
import { momentsOf, parseStamp } from './wall-time.ts';

export type CdrFormat = CdrCall['pbx'];

export interface CdrReadOptions {
  /** null: told by the first record. */
  format: CdrFormat | null;
  /** The site of a call, for its dialling plan and time zone. */
  policyOf: (ext: string, context: string) => Policy;
  /** Told of the bytes read so far and of all of them. */
  progress?: (read: number, all: number) => void;
}

export interface CdrsRead {
  calls: CallPool;
  /** Records that were read, good or bad. */
  rows: number;
  inbound: number;
  internal: number;
  /** Further rows of calls already seen: forks and transfers. */
  merged: number;
  bad: number;
  /** The first bad rows, each with its file, line and fault. */
  badRows: string[];
}

const NAMED = 20;
/** A channel is made at most this long before its CDR begins. */
const CLOSE_MS = 60_000;

/** How to read a file, by its first record that says so: a header line, or a row of one of the PBXs. null: not by this one. */
function readerBy(fields: string[], format: CdrFormat | null): { reader: RowReader; header: boolean } | null {
  const named = asteriskHeaderReader(fields) ?? freeswitchHeaderReader(fields);
  if (named) return { reader: named, header: true };
  if (format) return { reader: format === 'asterisk' ? readAsteriskRow : readFreeswitchRow, header: false };
  if (ASTERISK_DISPOSITION.test(fields[14] ?? '')) return { reader: readAsteriskRow, header: false };
  return typeof readFreeswitchRow(fields) === 'string' ? null : { reader: readFreeswitchRow, header: false };
}

/**
 * The moment a row began. In the hour that summer time repeats, the unique id tells which of the two is meant, else the
 * order of the file does: rows are written as calls end. A unique id also gives away rows in GMT (cdr.conf `usegmtime`).
 */
function clockOf(zoneOf: (row: CdrRow) => string): (row: CdrRow) => number {
  let lastEnd = Number.NEGATIVE_INFINITY;
  return (row) => {
    const wall = parseStamp(row.start);
    const moments = momentsOf(wall, zoneOf(row));
    const epoch = row.pbx === 'asterisk' ? uniqueidEpoch(row.uniqueid) : null;
    const close = (at: number) => epoch !== null && Math.abs(at - epoch * 1000) <= CLOSE_MS;
    const ends = (at: number) => at + row.duration * 1000;
    const inOrder = moments.find((at) => ends(at) >= lastEnd - 1000) ?? moments[0];
    const at = moments.find(close) ?? (close(wall) ? wall : inOrder);
    lastEnd = ends(at);
    return at;
  };
}

/** 53 bits of two FNV-1a hashes: a million calls share one with a chance of one in ten thousand, and are compared then. */
function keyOf(text: string): number {
  let [a, b] = [0x811c9dc5, 0x01000193];
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    a = Math.imul(a ^ code, 0x01000193);
    b = Math.imul(b ^ code, 0x85ebca6b) ^ (b >>> 13);
  }
  return (a >>> 0) * 2 ** 21 + (b >>> 11);
}

/** Returns the place of a call that is new; null for one that was already there. */
type Keep = (call: CdrCall, target: string) => number | null;

/** Puts calls into the pool; rows of one unique id and one destination are one call, the one billed longest. */
function collector(pool: CallPool): Keep {
  const places = new Map<number, number>();
  return (call, target) => {
    const key = keyOf(`${call.pbx} ${call.uniqueid} ${target}`);
    const place = places.get(key);
    const other = place === undefined ? null : pool.get(place);
    if (place === undefined || other?.uniqueid !== call.uniqueid) {
      const added = pool.add(call);
      places.set(key, added);
      return added;
    }
    if (call.billsec > other.billsec) pool.replace(place, { ...call, at: Math.min(call.at, other.at), ext: other.ext });
    return null;
  };
}

/** Calls of endpoints for which no extension pays, by endpoint. */
type Strangers = Map<string, number[]>;

interface Reading {
  options: CdrReadOptions;
  result: CdrsRead;
  keep: Keep;
  filter: OutboundFilter;
  strangers: Strangers;
}

/** Takes the records of one file; returns the fault of a bad one. */
function fileReader(file: string, { options, result, keep, filter, strangers }: Reading) {
  const clock = clockOf((row) => options.policyOf(row.endpoint ?? '', row.context).timezone);
  let reader: RowReader | null = null;
  return ({ line, fields }: CsvRecord): string | null => {
    if (!fields) return 'a quote is opened and never closed';
    const found = reader ? null : readerBy(fields, options.format);
    reader ??= found?.reader ?? null;
    if (found?.header) return null;
    const row = reader ? reader(fields) : 'neither a row of Asterisk nor of FreeSWITCH';
    if (typeof row === 'string') return row;
    const at = clock(row);
    const outbound = filter.read(row, options.policyOf(row.endpoint ?? '', row.context).plan);
    if (typeof outbound === 'string') {
      result[outbound]++;
      return null;
    }
    const { call, target, stranger } = outbound;
    const place = keep({ ...call, at, uniqueid: row.uniqueid ?? `${file}:${line}` }, target);
    if (place === null) result.merged++;
    else if (stranger !== null) {
      const places = strangers.get(stranger);
      if (places) places.push(place);
      else strangers.set(stranger, [place]);
    }
    return null;
  };
}

/** Which endpoints are trunks is known when all rows are read; what nobody pays for and came in over one was inbound. */
function takeBack({ result, filter, strangers }: Reading): void {
  for (const [endpoint, places] of strangers) {
    if (!filter.isTrunk(endpoint)) continue;
    for (const place of places) result.calls.remove(place);
    result.inbound += places.length;
  }
}

/**
 * Reads CDR files, plain or gzip, in any order. What cannot be read is counted and named, and stops nothing;
 * a file that cannot be opened throws.
 */
export async function readCdrs(files: string[], options: CdrReadOptions): Promise<CdrsRead> {
  const result: CdrsRead = {
    calls: createCallPool(),
    rows: 0,
    inbound: 0,
    internal: 0,
    merged: 0,
    bad: 0,
    badRows: [],
  };
  const keep = collector(result.calls);
  const reading: Reading = { options, result, keep, filter: outboundFilter(), strangers: new Map() };
  const sizes = await Promise.all(files.map(async (file) => (await stat(file)).size));
  const all = sizes.reduce((sum, size) => sum + size, 0);
  const bad = (where: string, why: string): void => {
    result.bad++;
    if (result.badRows.length < NAMED) result.badRows.push(`${where}: ${why}`);
  };
  let read = 0;
  const progress = (bytes: number): void => {
    read += bytes;
    options.progress?.(read, all);
  };
  for (const file of files) {
    const take = fileReader(file, reading);
    try {
      for await (const batch of csvRecords(file, progress)) {
        result.rows += batch.length;
        for (const record of batch) {
          const why = take(record);
          if (why !== null) bad(`${file}:${record.line}`, why);
        }
      }
    } catch (error) {
      bad(file, `reading stopped: ${(error as Error).message}`);
    }
  }
  takeBack(reading);
  return result;
}
