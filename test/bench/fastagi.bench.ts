import type { Figure } from './bench.ts';
import { agiCall } from './support/agi-call.ts';
import { compare } from './support/compare.ts';
import { startGuard, startIdle } from './support/servers.ts';

/**
 * FastAGI verdicts a second by the built guard, with its whole policy and its ledger on disk, and by a ding-dong server that
 * sets one variable. Nineteen calls of twenty are national, one goes abroad and is on disk before it is answered.
 */
export async function bench(): Promise<Figure[]> {
  const guard = await startGuard();
  const idle = await startIdle('idle-agi.mjs');
  try {
    return await compare(agiCall, guard, idle, 'ding-dong that does nothing');
  } finally {
    await idle.stop();
    await guard.stop();
  }
}
