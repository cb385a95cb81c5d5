import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { pipeline, type Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';

/** One record of a CSV file. `fields` is null where a quote never closes: then `line` is the damaged line. */
export interface CsvRecord {
  /** 1 for the first line. */
  line: number;
  fields: string[] | null;
}

/** A record may hold line breaks in quotes, but not more of them than this. */
const MOST_LINES = 20;
/** Longer lines are no CDR: asterisk's cdr_csv writes at most 1,024 bytes. */
const LONGEST = 64 * 1024;
/** A line with this many fields is a record by itself, so the open quote before it was damage. */
const WHOLE_RECORD = 12;

/** Splits one record at its commas. Quotes may be doubled inside quotes; text behind a closing quote stays in its field. */
export function splitCsv(text: string): string[] {
  const fields: string[] = [];
  let at = 0;
  for (;;) {
    let value = '';
    while (text[at] === '"') {
      const close = text.indexOf('"', at + 1);
      const end = close < 0 ? text.length : close;
      value += text.slice(at + 1, end);
      at = end + 1;
      if (text[at] === '"') value += '"';
    }
    const comma = text.indexOf(',', at);
    const end = comma < 0 ? text.length : comma;
    fields.push(at < end ? value + text.slice(at, end) : value);
    if (comma < 0) return fields;
    at = comma + 1;
  }
}

const quotesClose = (text: string): boolean => {
  let open = false;
  for (let at = text.indexOf('"'); at >= 0; at = text.indexOf('"', at + 1)) open = !open;
  return !open;
};

/** Puts lines together to records. Feed it every line, then `end`; what is complete comes back. */
function recordJoiner(): { line(text: string, number: number): CsvRecord[]; end(): CsvRecord[] } {
  let open: { text: string; line: number; lines: number } | null = null;
  const damaged = (): CsvRecord[] => {
    const out = open ? [{ line: open.line, fields: null }] : [];
    open = null;
    return out;
  };
  const fresh = (text: string, line: number): CsvRecord[] => {
    if (text.trim() === '') return [];
    if (text.length > LONGEST) return [{ line, fields: null }];
    if (quotesClose(text)) return [{ line, fields: splitCsv(text) }];
    open = { text, line, lines: 1 };
    return [];
  };
  const line = (text: string, number: number): CsvRecord[] => {
    if (!open) return fresh(text, number);
    const closes = quotesClose(text);
    const foreign = closes && splitCsv(text).length >= WHOLE_RECORD;
    if (foreign || open.lines >= MOST_LINES) return [...damaged(), ...fresh(text, number)];
    open = { text: `${open.text}\n${text}`, line: open.line, lines: open.lines + 1 };
    if (closes) return [];
    const whole = { line: open.line, fields: splitCsv(open.text) };
    open = null;
    return [whole];
  };
  return { line, end: damaged };
}

/** The bytes of a file, unpacked if it is gzip (told by its first two bytes, not by its name). */
async function openPlain(file: string, read: (bytes: number) => void): Promise<Readable> {
  const handle = await open(file);
  const magic = Buffer.alloc(2);
  try {
    await handle.read(magic, 0, 2, 0);
  } finally {
    await handle.close();
  }
  const raw = createReadStream(file, { highWaterMark: 256 * 1024 });
  raw.on('data', (chunk) => read(chunk.length));
  if (magic[0] !== 0x1f || magic[1] !== 0x8b) return raw;
  return pipeline(raw, createGunzip(), () => {});
}

/**
 * The records of a CSV file, plain or gzip, in batches as they are read. `read` hears the bytes taken from the disk.
 * Throws when the file cannot be read, and at the end of a gzip file that is cut off (what came before was yielded).
 */
export async function* csvRecords(file: string, read: (bytes: number) => void = () => {}): AsyncGenerator<CsvRecord[]> {
  const joiner = recordJoiner();
  const stream = await openPlain(file, read);
  stream.setEncoding('utf8');
  let rest = '';
  let number = 0;
  for await (const chunk of stream) {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop() ?? '';
    if (rest.length > LONGEST) rest = rest.slice(0, LONGEST + 1);
    const batch: CsvRecord[] = [];
    for (const text of lines) {
      number++;
      const bare = number === 1 && text.startsWith('\ufeff') ? text.slice(1) : text;
      for (const record of joiner.line(bare.endsWith('\r') ? bare.slice(0, -1) : bare, number)) batch.push(record);
    }
    yield batch;
  }
  yield [...joiner.line(rest.endsWith('\r') ? rest.slice(0, -1) : rest, number + 1), ...joiner.end()];
}
