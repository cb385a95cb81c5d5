import { isInternal } from '../core/numbering/internal.ts';
import { readDialled } from '../core/numbering/read.ts';
import type { SitePlan } from '../core/numbering/reading.ts';
import type { CdrCall, CdrRow } from './cdr.ts';

/** Why a row is not an outbound call. */
export type PassedOver = 'inbound' | 'internal';

/** Contexts in which calls from outside arrive: FreePBX's from-trunk and its kin, FreeSWITCH's public. */
const ARRIVING =
  /^(from-(trunk|pstn|did|zaptel|dahdi|digital|analog|sip-external|outside|provider|carrier)|inbound|incoming|ext-did|public$)/i;

/** A feature code that the PBX served itself, such as voicemail. */
const servedHere = (row: CdrRow): boolean => /^[*#]/.test(row.dialled) && !row.connected && row.towards === '';

/** An outbound call of which the time is not known yet. `target` is the number it goes to, however it was written. */
export interface Outbound {
  call: Omit<CdrCall, 'at' | 'uniqueid'>;
  target: string;
  /** An endpoint for which no extension pays. If it is a trunk the call came in over it; else null. */
  stranger: string | null;
}

export interface OutboundFilter {
  /** Tells an outbound call from the rest. */
  read(row: CdrRow, plan: SitePlan): Outbound | PassedOver;
  /** Whether an extension called out over this endpoint, in any row read so far. */
  isTrunk(endpoint: string): boolean;
}

/**
 * Tells outbound calls from the rest by their rows. What came in over a trunk and went out again is outbound where its account
 * code names an extension, which pays for it.
 */
export function outboundFilter(): OutboundFilter {
  const trunks = new Set<string>();
  const read = (row: CdrRow, plan: SitePlan): Outbound | PassedOver => {
    const ours = (name: string | null) => name !== null && name !== '' && isInternal(name, plan);
    if (ARRIVING.test(row.context)) return 'inbound';
    if (row.dialled === '' || servedHere(row)) return 'internal';
    const phone = row.endpoint === null || ours(row.endpoint);
    const stranger = phone || ours(row.accountcode) ? null : row.endpoint;
    if (!phone && (ours(row.towards) || !row.connected)) return 'inbound';
    if (stranger && stranger === row.towards) return 'inbound';
    const reading = readDialled(row.dialled, plan);
    if (reading.kind === 'internal' || ours(row.towards)) return 'internal';
    if (row.towards !== '' && stranger === null) trunks.add(row.towards);
    const { dialled, billsec, duration, answered, disposition, context, pbx } = row;
    const ext =
      ours(row.endpoint) || !ours(row.accountcode) ? row.endpoint || row.accountcode || row.caller : row.accountcode;
    const call = {
      ext,
      dialled,
      billsec,
      duration,
      answered,
      disposition,
      context,
      pbx,
      machine: row.endpoint === null,
    };
    return { call, target: 'e164' in reading ? reading.e164 : dialled, stranger };
  };
  return { read, isTrunk: (endpoint) => trunks.has(endpoint) };
}
