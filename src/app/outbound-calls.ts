import type { Config } from '../config/load.ts';
import { isInternal } from '../core/numbering/internal.ts';
import { readTrunkDigits } from '../core/numbering/trunk.ts';
import type { SeenCall } from '../guard/port-live.ts';
import { recent } from '../guard/recent.ts';
import type { OutboundRecord } from '../guard/silence.ts';
import { policyOfCall } from '../guard/sites.ts';
import type { Bypass } from '../guard/undecided.ts';
import { outboundRecords } from './records.ts';

/** Calls kept until the next look. */
const KEPT = 10_000;

/** Calls that went out, as far as the PBX tells: from its call records, else from what the management connection saw. */
export interface OutboundCalls {
  /** Those since the last time. */
  read(): Promise<OutboundRecord[]>;
  seen(call: SeenCall): void;
  /** A call that is told of elsewhere: the dialplan itself said that it went by. */
  bypassed(bypass: Bypass): void;
  isTold(call: OutboundRecord): boolean;
}

/** null: no call to the public network, or an emergency one. */
function outbound(config: Config, { uniqueid, endpoint, digits, realm }: SeenCall): OutboundRecord | null {
  const ext = endpoint ?? '';
  const { plan } = policyOfCall(config.settings, ext, realm);
  if (isInternal(digits, plan)) return null;
  const reading = readTrunkDigits(digits, null, plan);
  if (reading.kind !== 'national' && reading.kind !== 'international') return null;
  return { uniqueid, ext, dialled: digits, target: reading.e164, answered: true };
}

export function outboundCalls(config: () => Config): OutboundCalls {
  const records = outboundRecords(config);
  let live: OutboundRecord[] = [];
  const told = recent<true>(KEPT);
  return {
    async read() {
      const taken = live;
      live = [];
      return (await records()) ?? taken;
    },
    seen(call) {
      const record = live.length < KEPT ? outbound(config(), call) : null;
      if (record) live.push(record);
    },
    bypassed: ({ uniqueid }) => told.set(uniqueid, true),
    isTold: ({ uniqueid }) => uniqueid !== null && told.get(uniqueid) !== null,
  };
}
