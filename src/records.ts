import { existsSync } from 'node:fs';
import type { Config } from './config/load.ts';
import { isInternal } from './core/numbering/internal.ts';
import type { Policy } from './core/policy.ts';
import type { OutboundRecord } from './guard/silence.ts';
import { openCdrTail, type TailCall } from './replay/cdr-tail.ts';

/** The site of a recorded call: by its context, else by its extension, else the last one. */
function policyOf({ settings: { sites } }: Config, ext: string, context: string): Policy {
  const mine = ({ policy, match }: Config['settings']['sites'][number]) =>
    match.realms.includes(context) ||
    (match.extensions.length > 0 && isInternal(ext, { ...policy.plan, internal: match.extensions }));
  return (sites.find(mine) ?? sites.at(-1)!).policy;
}

/** What Asterisk has recorded of outbound calls since the last time, first `back` bytes from the end; null: no records here. */
export function outboundRecords(
  config: () => Config,
  back = 0,
): (() => Promise<(OutboundRecord & Pick<TailCall, 'at'>)[]>) | null {
  const { cdrFile } = config();
  if (!existsSync(cdrFile)) return null;
  const tail = openCdrTail(cdrFile, (ext, context) => policyOf(config(), ext, context), back);
  return async () =>
    (await tail.read()).map(({ call: { ext, dialled, answered }, target, uniqueid, at }) => {
      return { ext, dialled, answered, target, uniqueid, at };
    });
}
