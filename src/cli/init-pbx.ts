import { join } from 'node:path';
import type { Config } from '../config/load.ts';
import { fallbackList } from '../core/fallback-list.ts';
import { mainPolicy } from '../guard/sites.ts';
import { asteriskFitting, freepbxFitting } from '../install/asterisk.ts';
import type { Fitting, Pbx } from '../install/fitting.ts';
import { freeswitchFitting } from '../install/freeswitch.ts';
import { bytes } from '../install/packaged.ts';
import { readPlain } from '../install/place.ts';
import { asteriskFallback, freeswitchFallback } from './fallback.ts';

/** How the guard, configured so, is fitted into a PBX. `trunks`: whose calls are asked about; null: of all. */
export function pbxFitting(pbx: Pbx, { settings }: Config, trunks: readonly string[] | null): Fitting {
  const policy = mainPolicy(settings);
  const list = fallbackList(policy.plan);
  if (pbx.kind === 'freeswitch' || pbx.kind === 'fusionpbx') {
    return freeswitchFitting(pbx, bytes(freeswitchFallback(policy, list)), policy.plan.outsideLine);
  }
  const fallback = bytes(asteriskFallback(policy, list));
  if (pbx.kind === 'asterisk') return asteriskFitting(pbx.dir, trunks, fallback);
  return freepbxFitting(pbx.dir, readPlain(join(pbx.dir, 'extensions_additional.conf'))?.text ?? '', fallback);
}
