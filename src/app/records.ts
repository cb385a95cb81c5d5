import { existsSync } from 'node:fs';
import type { Config } from '../config/load.ts';
import type { OutboundRecord } from '../guard/silence.ts';
import { policyOfCall } from '../guard/sites.ts';
import { type CdrTail, openCdrTail, type TailCall } from '../replay/cdr-tail.ts';

/** Reads what Asterisk has recorded of outbound calls since the last time; null: no records here. */
export type OutboundRecords = () => Promise<(OutboundRecord & Pick<TailCall, 'at'>)[] | null>;

/** The first reading begins `back` bytes from the end of the file, whose name may change with the configuration. */
export function outboundRecords(config: () => Config, back = 0): OutboundRecords {
  let open: { file: string; tail: CdrTail } | null = null;
  return async () => {
    const { cdrFile: file } = config();
    if (open?.file !== file) {
      if (!existsSync(file)) return null;
      open = { file, tail: openCdrTail(file, (ext, context) => policyOfCall(config().settings, ext, context), back) };
    }
    return (await open.tail.read()).map(({ call: { ext, dialled, answered }, target, uniqueid, at }) => {
      return { ext, dialled, answered, target, uniqueid, at };
    });
  };
}
