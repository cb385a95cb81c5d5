import { atMost, type Figure } from './bench.ts';
import { agiCall } from './support/agi-call.ts';
import { load } from './support/load.ts';
import { memory, startGuard } from './support/servers.ts';

const VERDICTS = 1_000_000;
const AT_ONCE = 64;
const MB = 1e6;

export const long = true;

/** Memory of the built guard after a million verdicts over FastAGI, its database among them. Takes about ten minutes. */
export async function bench(): Promise<Figure[]> {
  const guard = await startGuard();
  try {
    await load(agiCall, guard.port, AT_ONCE, 60_000, 1_000);
    const first = memory(guard.pid).now;
    const { rate, failed } = await load(agiCall, guard.port, AT_ONCE, Number.POSITIVE_INFINITY, VERDICTS);
    const { now, most } = memory(guard.pid);
    return [
      { name: 'after 1,000 verdicts', value: first / MB, unit: 'MB' },
      atMost(`after ${VERDICTS.toLocaleString('en')} verdicts`, now / MB, 'MB', 150),
      { name: 'at its most', value: most / MB, unit: 'MB' },
      { name: `verdicts, ${AT_ONCE} at once`, value: rate, unit: 'a second' },
      { name: 'calls without an allow', value: failed, unit: '' },
    ];
  } finally {
    await guard.stop();
  }
}
