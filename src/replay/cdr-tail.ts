import { open } from 'node:fs/promises';
import { readDialled } from '../core/numbering/read.ts';
import type { Policy } from '../core/policy.ts';
import { readAsteriskRow } from './asterisk-csv.ts';
import { splitCsv } from './csv-records.ts';
import { type Outbound, outboundFilter } from './outbound.ts';
import { momentsOf, parseStamp } from './wall-time.ts';

/** Bytes read in one go; what is older is passed over. */
const MOST = 1 << 20;

export type TailCall = Outbound & {
  uniqueid: string | null;
  /** When it was dialled: milliseconds since 1970. */
  at: number;
};

/** Reads what has been added to Asterisk's Master.csv since the last time. A file made anew is read from its beginning. */
export interface CdrTail {
  /** Outbound calls among the new rows. Rejects when the file cannot be read. */
  read(): Promise<TailCall[]>;
}

/** `back`: how many bytes before the file's end the first reading begins. */
export function openCdrTail(file: string, policyOf: (ext: string, context: string) => Policy, back: number): CdrTail {
  const filter = outboundFilter();
  let offset: number | null = null;
  let inode = 0;

  /** New text up to the last whole line. */
  async function grown(): Promise<string> {
    const handle = await open(file, 'r');
    try {
      const { size, ino } = await handle.stat();
      const anew = offset !== null && (ino !== inode || size < offset);
      const from = Math.max(offset === null ? size - back : anew ? 0 : offset, size - MOST, 0);
      inode = ino;
      const { buffer, bytesRead } = await handle.read(Buffer.alloc(size - from), 0, size - from, from);
      const end = buffer.lastIndexOf(0x0a, bytesRead - 1) + 1;
      const whole = buffer.toString('utf8', 0, end);
      const cut = from > 0 && from !== offset;
      offset = from + end;
      return cut ? whole.slice(whole.indexOf('\n') + 1) : whole;
    } finally {
      await handle.close();
    }
  }

  return {
    async read() {
      const rows = (await grown()).split('\n').filter(Boolean);
      return rows.flatMap((line): TailCall[] => {
        const row = readAsteriskRow(splitCsv(line));
        if (typeof row === 'string') return [];
        const { plan, timezone } = policyOf(row.endpoint ?? '', row.context);
        const found = filter.read(row, plan);
        // The dialplan lets emergency calls by without asking.
        if (
          typeof found === 'string' ||
          filter.isTrunk(found.stranger ?? '') ||
          readDialled(row.dialled, plan).kind === 'emergency'
        )
          return [];
        const at = momentsOf(parseStamp(row.start), timezone)[0] ?? Number.NaN;
        return [{ ...found, uniqueid: row.uniqueid, at }];
      });
    },
  };
}
