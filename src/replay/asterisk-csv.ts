import { type CdrRow, namedFields, type RowReader, seconds } from './cdr.ts';
import { parseStamp } from './wall-time.ts';

/**
 * The columns that Asterisk's cdr_csv always writes, in its order (cdr/cdr_csv.c). `uniqueid` and `userfield` follow where
 * cdr.conf has `loguniqueid` and `loguserfield`; peeraccount, linkedid and sequence where it has `newcdrcolumns`.
 */
const ASTERISK_COLUMNS = [
  'accountcode',
  'src',
  'dst',
  'dcontext',
  'clid',
  'channel',
  'dstchannel',
  'lastapp',
  'lastdata',
  'start',
  'answer',
  'end',
  'duration',
  'billsec',
  'disposition',
  'amaflags',
] as const;

export const ASTERISK_DISPOSITION = /^(ANSWERED|NO ANSWER|BUSY|FAILED|CONGESTION|CANCEL)$/;
const BASE = ASTERISK_COLUMNS.length;
const UNIQUEID = /^(?:\S+-)?(\d{9,11})\.\d+$/;

/** Seconds since 1970 at which the channel was made, which Asterisk writes into its unique ids; null for any other id. */
export function uniqueidEpoch(uniqueid: string | null): number | null {
  const m = uniqueid === null ? null : UNIQUEID.exec(uniqueid);
  return m ? Number(m[1]) : null;
}

/** `PJSIP/214-0000001a` is 214; Local channels (with `;1` or `;2`) are nobody's. */
function endpointOf(channel: string): string | null {
  if (/^(Local|Message|Surrogate|Async)\//i.test(channel)) return null;
  const name = channel.slice(channel.indexOf('/') + 1);
  const cut = name.lastIndexOf('-');
  return cut > 0 ? name.slice(0, cut) : name;
}

/** The number in Dial's argument: `PJSIP/0044123@trunk,60`, `SIP/trunk/0044123,300,T`, `DAHDI/g1/w0044123`. */
function numberInDial(lastdata: string): string {
  const first = (lastdata.split(/[,&|]/, 1)[0] ?? '').trim();
  const [technology = '', ...parts] = first.split('/');
  if (/^Local$/i.test(technology) || parts.length === 0) return '';
  const at = parts.find((part) => part.includes('@'));
  const number = at !== undefined && parts.length === 1 ? at.slice(0, at.indexOf('@')) : (parts.at(-1) ?? '');
  const digits = parts.length > 1 || at !== undefined ? number.replace(/^[wW]+/, '') : '';
  return /^[+*#]?\d[\d*#]*$/.test(digits) ? digits : '';
}

/** A dst that names a place in the dialplan (`s`, `h`, `~~s~~`, `vmu214`), unless that is what went to the trunk. */
const isPlace = (dst: string, lastdata: string): boolean =>
  dst === '' || (/^[A-Za-z_~]/.test(dst) && !(dst.length > 1 && lastdata.includes(`/${dst}@`)));

function rowOf(field: (name: (typeof ASTERISK_COLUMNS)[number]) => string, uniqueid: string | null): CdrRow | string {
  const [duration, billsec] = [seconds(field('duration')), seconds(field('billsec'))];
  if (Number.isNaN(parseStamp(field('start')))) return `start "${field('start').slice(0, 40)}" is no time`;
  if (Number.isNaN(duration) || Number.isNaN(billsec)) return 'duration or billsec is no number of seconds';
  const disposition = field('disposition');
  const dials = /^Dial$/i.test(field('lastapp'));
  const dst = field('dst');
  return {
    pbx: 'asterisk',
    uniqueid,
    start: field('start'),
    end: field('end'),
    duration: Math.max(duration, billsec),
    billsec,
    answered: disposition === 'ANSWERED' && (billsec > 0 || field('answer') !== ''),
    disposition,
    context: field('dcontext'),
    endpoint: endpointOf(field('channel')),
    towards: endpointOf(field('dstchannel')) ?? '',
    accountcode: field('accountcode'),
    caller: field('src'),
    dialled: isPlace(dst, field('lastdata')) ? (dials ? numberInDial(field('lastdata')) : '') : dst,
    connected: dials,
  };
}

/** Column 17 is the unique id or, without `loguniqueid`, the user field. */
function uniqueidIn(fields: string[]): string | null {
  const hasNewColumns =
    fields.length >= BASE + 3 && /^\d+$/.test(fields.at(-1) ?? '') && UNIQUEID.test(fields.at(-2) ?? '');
  const extra = fields.length - BASE - (hasNewColumns ? 3 : 0);
  const first = fields[BASE] ?? '';
  return extra === 2 || (extra === 1 && UNIQUEID.test(first)) || (extra > 2 && first !== '') ? first || null : null;
}

/** Reads a record of Asterisk's cdr_csv, in every column order it writes. */
export const readAsteriskRow: RowReader = (fields) => {
  if (fields.length < BASE) return `${fields.length} columns, where Asterisk writes at least ${BASE}`;
  return rowOf((name) => fields[ASTERISK_COLUMNS.indexOf(name)] ?? '', uniqueidIn(fields));
};

/** A reader for exports with a header line, such as one of FreePBX's `cdr` table (`calldate` is its `start`). */
export function asteriskHeaderReader(header: string[]): RowReader | null {
  const named = namedFields(header);
  const lower = header.map((name) => name.trim().toLowerCase());
  if (!lower.includes('dst') || !lower.includes('channel') || !lower.includes('billsec')) return null;
  return (fields) => {
    const field = (name: string) => (name === 'start' ? named(fields, 'start', 'calldate') : named(fields, name));
    return rowOf(field, named(fields, 'uniqueid') || null);
  };
}
