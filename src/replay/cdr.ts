/** One outbound call as a CDR tells it: what replay and learn drive the guard with. */
export interface CdrCall {
  uniqueid: string;
  /** When it was dialled: milliseconds since 1970, UTC. */
  at: number;
  /** Who dialled; empty where the CDR does not tell. */
  ext: string;
  dialled: string;
  /** Billed seconds; 0 when nobody answered. */
  billsec: number;
  /** Seconds from dialling to the end. */
  duration: number;
  answered: boolean;
  disposition: string;
  /** Asterisk context or FreeSWITCH context: tells sites apart. */
  context: string;
  pbx: 'asterisk' | 'freeswitch';
  /** The dialler is a channel of the PBX itself (Local, loopback: a forward, a ring group): nobody hears a prompt. */
  machine: boolean;
}

/** A CDR of any kind, before anybody knows whether it is an outbound call. Times are wall times as they stand in the file. */
export interface CdrRow {
  pbx: CdrCall['pbx'];
  /** null where the file has none. */
  uniqueid: string | null;
  start: string;
  end: string;
  duration: number;
  billsec: number;
  answered: boolean;
  disposition: string;
  context: string;
  /** Endpoint that dialled, without technology and serial number; null on Local and loopback channels. */
  endpoint: string | null;
  /** Endpoint that was rung; empty where none was. */
  towards: string;
  accountcode: string;
  /** Caller's number: any phone can write it. */
  caller: string;
  /** What was dialled: digits, or a code; empty when the row does not tell. */
  dialled: string;
  /** The last application was Dial or bridge: the PBX tried to connect the call. */
  connected: boolean;
}

/** Turns the fields of one record into a row, or says what is wrong with it. */
export type RowReader = (fields: string[]) => CdrRow | string;

/** Whole seconds as CDRs write them (FreePBX exports may have none). NaN when it is no number. */
export const seconds = (field: string | undefined): number =>
  field !== undefined && /^\d{1,9}(\.\d+)?$/.test(field.trim()) ? Math.floor(Number(field)) : Number.NaN;

/** Fields by the names of a header line, for exports that have one. */
export const namedFields = (header: string[]): ((fields: string[], ...names: string[]) => string) => {
  const at = new Map(header.map((name, i) => [name.trim().toLowerCase(), i]));
  return (fields, ...names) => {
    const found = names.find((name) => at.has(name));
    return found === undefined ? '' : (fields[at.get(found)!] ?? '');
  };
};
