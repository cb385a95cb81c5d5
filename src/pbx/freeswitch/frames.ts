const LF = 10;
const END_OF_HEAD = Buffer.from('\n\n');

/** FreeSWITCH's channel data is 5 to 30 KiB in 100 to 500 lines; an SDP or many variables make it longer. */
const MAX_HEAD = 256 * 1024;
const MAX_BODY = 1024 * 1024;

/** One message of the event socket: header lines, and as many bytes of body as `Content-Length` announces. */
export interface Frame {
  head: string;
  body: string;
}

/** The stream is not what FreeSWITCH sends; nothing after this can be trusted. */
export class BadFrame extends Error {
  override name = 'BadFrame';
}

/**
 * Cuts a byte stream into frames, looking at every byte once. Returns the feeder; it throws BadFrame when a head or body
 * is too long or a length is none. Lengths are bytes; bytes that are no UTF-8 read as U+FFFD.
 */
export function frameReader(onFrame: (frame: Frame) => void, maxBody = MAX_BODY): (chunk: Buffer) => void {
  let parts: Buffer[] = [];
  let held = 0;
  let head: string | null = null;
  let wanted = 0;

  const take = (last: Buffer): Buffer => {
    const all = parts.length === 0 ? last : Buffer.concat([...parts, last]);
    parts = [];
    held = 0;
    return all;
  };
  const keep = (part: Buffer): void => {
    parts.push(part);
    held += part.length;
    if (head === null && held > MAX_HEAD) throw new BadFrame('a head without end');
  };
  const endOfHead = (rest: Buffer): number => {
    const split = parts.at(-1)?.at(-1) === LF && rest[0] === LF;
    if (split) return 1;
    const at = rest.indexOf(END_OF_HEAD);
    return at < 0 ? -1 : at + 2;
  };

  return (chunk) => {
    let rest = chunk;
    while (rest.length > 0) {
      const end = head === null ? endOfHead(rest) : wanted - held;
      if (end < 0 || end > rest.length) return keep(rest);
      const bytes = take(rest.subarray(0, end));
      rest = rest.subarray(end);
      if (head === null) {
        if (bytes.length > MAX_HEAD) throw new BadFrame('a head too long');
        head = bytes.toString('utf8', 0, bytes.length - 2);
        wanted = bodyLength(head, maxBody);
        if (wanted > 0) continue;
        if (head !== '') onFrame({ head, body: '' });
      } else onFrame({ head, body: bytes.toString('utf8') });
      head = null;
    }
  };
}

function bodyLength(head: string, max: number): number {
  const at = head.search(/^content-length:/im);
  if (at < 0) return 0;
  const rest = head.slice(at);
  const length = /^Content-Length: (\d{1,9})$/m.exec(rest)?.[1];
  if (length === undefined || !rest.startsWith(`Content-Length: ${length}`) || /\ncontent-length:/i.test(rest)) {
    throw new BadFrame('a length that is none');
  }
  if (Number(length) > max) throw new BadFrame('a body too long');
  return Number(length);
}
