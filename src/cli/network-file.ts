import { createHash } from 'node:crypto';
import { closeSync, openSync, readSync, statSync } from 'node:fs';
import type { Range } from '../core/addresses/network.ts';
import { countOf, pack, type Ranges, readLine } from '../core/addresses/ranges.ts';
import { printable } from '../process/log.ts';
import { CommandError } from './io.ts';

/** Bad lines that are named one by one; whoever has more has the wrong file. */
const NAMED = 5;
const PIECE = 1_048_576;
/** Far longer than any entry; what is longer is no list. */
const LONGEST_LINE = 4_096;

export interface NetworkFile {
  sha256: string;
  /** Entries that were read. */
  entries: number;
  ranges: Ranges;
}

/**
 * Reads a list of addresses and networks, a piece at a time. Throws CommandError where a line is neither an entry nor a
 * comment: nothing of a bad list is taken.
 */
export function readNetworkFile(file: string, progress: (read: number, of: number) => void = () => {}): NetworkFile {
  const hash = createHash('sha256');
  const found: Range[] = [];
  const wrong: string[] = [];
  let number = 0;
  for (const line of lines(file, hash, progress)) {
    number++;
    const range = readLine(line);
    if (range) found.push(range);
    else if (range === undefined && wrong.push(`line ${number}: "${printable(line.trim().slice(0, 40))}"`) > NAMED)
      break;
  }
  if (wrong.length > 0) {
    const more = wrong.length > NAMED ? ['and more'] : [];
    const what = `${file}: is no list of addresses and networks, nothing was imported`;
    throw new CommandError([what, ...wrong.slice(0, NAMED), ...more].join('\n'));
  }
  const ranges = pack(found);
  if (countOf(ranges) === 0) throw new CommandError(`${file}: names no address`);
  return { sha256: hash.digest('hex'), entries: found.length, ranges };
}

function* lines(
  file: string,
  hash: { update(bytes: Buffer): unknown },
  progress: (read: number, of: number) => void,
): Generator<string> {
  let open: number | null = null;
  try {
    const { size } = statSync(file);
    open = openSync(file, 'r');
    const piece = Buffer.alloc(PIECE);
    let rest = '';
    for (let read = 0, at = 0; ; at += read) {
      read = readSync(open, piece, 0, PIECE, null);
      if (read === 0) break;
      hash.update(piece.subarray(0, read));
      const parts = (rest + piece.toString('latin1', 0, read)).split('\n');
      rest = parts.pop() ?? '';
      if (rest.length > LONGEST_LINE)
        throw new CommandError(`${file}: has a line of more than ${LONGEST_LINE} characters`);
      yield* parts;
      progress(at + read, size);
    }
    if (rest !== '') yield rest;
  } catch (error) {
    if (error instanceof CommandError) throw error;
    throw new CommandError(
      `${file}: cannot be read (${(error as NodeJS.ErrnoException).code ?? (error as Error).message})`,
    );
  } finally {
    if (open !== null) closeSync(open);
  }
}
