import type { CdrCall } from './cdr.ts';

const CHUNK = 1 << 20;

type Packed = [string, number, string, string, number, number, 0 | 1, string, string, 'asterisk' | 'freeswitch', 0 | 1];

const pack = (c: CdrCall): Packed => [
  c.uniqueid,
  c.at,
  c.ext,
  c.dialled,
  c.billsec,
  c.duration,
  c.answered ? 1 : 0,
  c.disposition,
  c.context,
  c.pbx,
  c.machine ? 1 : 0,
];

function unpack(packed: Packed): CdrCall {
  const [uniqueid, at, ext, dialled, billsec, duration, answered, disposition, context, pbx, machine] = packed;
  return {
    uniqueid,
    at,
    ext,
    dialled,
    billsec,
    duration,
    answered: answered === 1,
    disposition,
    context,
    pbx,
    machine: machine === 1,
  };
}

/** Calls by the order in which they were put in, at about 100 bytes a call, to be read again in order of time. */
export interface CallPool {
  /** Returns the call's place, for `get` and `replace`. */
  add(call: CdrCall): number;
  get(place: number): CdrCall;
  replace(place: number, call: CdrCall): void;
  remove(place: number): void;
  size(): number;
  /** Earliest first; calls of the same moment as they were put in. */
  inTimeOrder(): Iterable<CdrCall>;
}

/**
 * CDR files are in the order in which calls ended, so that months of them have to be held to be sorted. As objects,
 * a million calls would take half a gigabyte; here they lie as text in large buffers, outside of the heap.
 */
export function createCallPool(): CallPool {
  const chunks: Buffer[] = [];
  let used = CHUNK;
  let count = 0;
  const removed = new Set<number>();
  let at = new Float64Array(1024);
  let from = new Float64Array(1024);
  let length = new Uint32Array(1024);

  function grow(): void {
    const larger = <T extends Float64Array | Uint32Array>(old: T, empty: T): T => {
      empty.set(old);
      return empty;
    };
    at = larger(at, new Float64Array(count * 2));
    from = larger(from, new Float64Array(count * 2));
    length = larger(length, new Uint32Array(count * 2));
  }

  function put(place: number, call: CdrCall): void {
    const text = Buffer.from(JSON.stringify(pack(call)));
    if (used + text.length > (chunks.at(-1)?.length ?? 0)) {
      chunks.push(Buffer.allocUnsafe(Math.max(CHUNK, text.length)));
      used = 0;
    }
    text.copy(chunks.at(-1)!, used);
    at[place] = call.at;
    from[place] = (chunks.length - 1) * 2 ** 32 + used;
    length[place] = text.length;
    used += text.length;
  }

  function add(call: CdrCall): number {
    if (count === at.length) grow();
    put(count, call);
    return count++;
  }

  function get(place: number): CdrCall {
    const chunk = chunks[Math.floor(from[place]! / 2 ** 32)]!;
    const start = from[place]! % 2 ** 32;
    return unpack(JSON.parse(chunk.toString('utf8', start, start + length[place]!)));
  }

  function* inTimeOrder(): Iterable<CdrCall> {
    const order = Uint32Array.from({ length: count }, (_, i) => i).sort((a, b) => at[a]! - at[b]! || a - b);
    for (const place of order) if (!removed.has(place)) yield get(place);
  }

  const remove = (place: number) => void removed.add(place);
  return { add, get, replace: put, remove, size: () => count - removed.size, inTimeOrder };
}
