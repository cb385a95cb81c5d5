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

/** What a row is to the guard: somebody at the site dialling out, or a call it is never asked about. */
function sideOf(row: CdrRow, plan: SitePlan, trunks: ReadonlySet<string>): 'outbound' | PassedOver {
  const ours = (name: string | null) => name !== null && name !== '' && isInternal(name, plan);
  if (ARRIVING.test(row.context)) return 'inbound';
  if (row.dialled === '' || servedHere(row)) return 'internal';
  if (ours(row.dialled) || readDialled(row.dialled, plan).kind === 'internal') return 'internal';
  if (row.endpoint === null || ours(row.endpoint)) return ours(row.towards) ? 'internal' : 'outbound';
  if (trunks.has(row.endpoint) || ours(row.towards) || !row.connected) return 'inbound';
  return 'outbound';
}

/** Who dialled: the endpoint; on Local channels, which have none, the account, else the caller's number. */
const extOf = (row: CdrRow): string => row.endpoint || row.accountcode || row.caller;

/** Tells outbound calls from the rest, for the rows of one PBX in turn: it learns by their rows which endpoints are trunks. */
export function outboundFilter(): (row: CdrRow, plan: SitePlan) => Omit<CdrCall, 'at' | 'uniqueid'> | PassedOver {
  const trunks = new Set<string>();
  return (row, plan) => {
    const side = sideOf(row, plan, trunks);
    if (side !== 'outbound') return side;
    if (row.towards !== '' && !isInternal(row.towards, plan)) trunks.add(row.towards);
    const { dialled, billsec, duration, answered, disposition, context, pbx } = row;
    return {
      ext: extOf(row),
      dialled,
      billsec,
      duration,
      answered,
      disposition,
      context,
      pbx,
      machine: row.endpoint === null,
    };
  };
}
