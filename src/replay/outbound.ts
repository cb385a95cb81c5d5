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
}

/** Tells outbound calls from the rest, for the rows of one PBX in turn: it learns by their rows which endpoints are trunks. */
export function outboundFilter(): (row: CdrRow, plan: SitePlan) => Outbound | PassedOver {
  const trunks = new Set<string>();
  return (row, plan) => {
    const ours = (name: string | null) => name !== null && name !== '' && isInternal(name, plan);
    if (ARRIVING.test(row.context)) return 'inbound';
    if (row.dialled === '' || servedHere(row)) return 'internal';
    const phone = row.endpoint === null || ours(row.endpoint);
    if (!phone && (trunks.has(row.endpoint!) || ours(row.towards) || !row.connected)) return 'inbound';
    const reading = readDialled(row.dialled, plan);
    if (reading.kind === 'internal' || ours(row.towards)) return 'internal';
    if (row.towards !== '') trunks.add(row.towards);
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
    return { call, target: 'e164' in reading ? reading.e164 : dialled };
  };
}
