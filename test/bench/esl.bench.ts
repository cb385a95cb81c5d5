import type { Figure } from './bench.ts';
import { compare } from './support/compare.ts';
import { eslCall } from './support/esl-call.ts';
import { startGuard, startIdle } from './support/servers.ts';

/** National verdicts a second over FreeSWITCH's outbound event socket, beside a modesl server that sets one variable. */
export async function bench(): Promise<Figure[]> {
  const guard = await startGuard();
  const idle = await startIdle('idle-esl.mjs');
  try {
    return await compare(eslCall, { ...guard, port: guard.eslPort }, idle, 'modesl that does nothing');
  } finally {
    await idle.stop();
    await guard.stop();
  }
}
