import { type CdrRow, namedFields, type RowReader, seconds } from './cdr.ts';
import { parseStamp } from './wall-time.ts';

/** Column order of mod_cdr_csv's default template `example` (conf/vanilla/autoload_configs/cdr_csv.conf.xml). */
const EXAMPLE = [
  'caller_id_name',
  'caller_id_number',
  'destination_number',
  'context',
  'start_stamp',
  'answer_stamp',
  'end_stamp',
  'duration',
  'billsec',
  'hangup_cause',
  'uuid',
  'bleg_uuid',
  'accountcode',
  'read_codec',
  'write_codec',
];

/** Its template `asterisk`, which imitates Asterisk's Master.csv. */
const LIKE_ASTERISK = [
  'accountcode',
  'caller_id_number',
  'destination_number',
  'context',
  'caller_id',
  'channel_name',
  'bridge_channel',
  'last_app',
  'last_arg',
  'start_stamp',
  'answer_stamp',
  'end_stamp',
  'duration',
  'billsec',
  'hangup_cause',
  'amaflags',
  'uuid',
  'userfield',
];

/** `sofia/internal/214@pbx.example` is 214; loopback channels are nobody's (null). Unknown: undefined. */
function endpointOf(channel: string): string | null | undefined {
  if (channel.startsWith('loopback/')) return null;
  const m = /^sofia\/[^/]+\/(?:sips?:)?([^@;]+)@/.exec(channel);
  return m?.[1];
}

function rowOf(field: (...names: string[]) => string): CdrRow | string {
  const [duration, billsec] = [seconds(field('duration')), seconds(field('billsec'))];
  const start = field('start_stamp');
  if (Number.isNaN(parseStamp(start))) return `start_stamp "${start.slice(0, 40)}" is no time`;
  if (Number.isNaN(duration) || Number.isNaN(billsec)) return 'duration or billsec is no number of seconds';
  const channel = endpointOf(field('channel_name'));
  return {
    pbx: 'freeswitch',
    uniqueid: field('uuid') || null,
    start,
    end: field('end_stamp'),
    duration: Math.max(duration, billsec),
    billsec,
    answered: billsec > 0 || field('answer_stamp') !== '',
    disposition: field('hangup_cause'),
    context: field('context'),
    // The default columns have neither channel nor sip_auth_username: the account stands for the phone, else its number.
    endpoint:
      channel === null
        ? null
        : field('sip_auth_username', 'user_name') ||
          (channel ?? '') ||
          field('accountcode') ||
          field('caller_id_number'),
    towards: endpointOf(field('bridge_channel')) ?? '',
    accountcode: field('accountcode'),
    caller: field('caller_id_number'),
    dialled: field('destination_number'),
    connected: field('bleg_uuid') !== '' || billsec > 0,
  };
}

const readerOf = (columns: string[]): RowReader => {
  const named = namedFields(columns);
  return (fields) => rowOf((...names) => named(fields, ...names));
};
const readExample = readerOf(EXAMPLE);
const readLikeAsterisk = readerOf(LIKE_ASTERISK);

/** Reads a record of FreeSWITCH's cdr_csv, of its templates `example` (the default) and `asterisk`; more columns may follow. */
export const readFreeswitchRow: RowReader = (fields) => {
  if (fields.length >= 17 && !Number.isNaN(parseStamp(fields[9] ?? ''))) return readLikeAsterisk(fields);
  if (fields.length < 13) return `${fields.length} columns, where cdr_csv's default template has ${EXAMPLE.length}`;
  return readExample(fields);
};

/** A reader for a file of any other template that begins with a line of its column names. */
export function freeswitchHeaderReader(header: string[]): RowReader | null {
  const lower = header.map((name) => name.trim().toLowerCase());
  if (!lower.includes('destination_number') || !lower.includes('start_stamp')) return null;
  return readerOf(header);
}
