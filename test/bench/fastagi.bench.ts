import { existsSync } from 'node:fs';
import { type Figure, median } from './bench.ts';
import { agiCall } from './support/agi-call.ts';
import { AT_ONCE, compare, times } from './support/compare.ts';
import { type Caller, type Load, load } from './support/load.ts';
import { PYTHON, startScript } from './support/script-call.ts';
import { type Served, startGuard, startIdle } from './support/servers.ts';

const ROUNDS = 3;
const ROUND_MS = 2_000;

/** The same calls by a classic AGI script, a process a call, in turn with the guard's. */
async function besideScript(guard: Served, caller: Caller): Promise<Figure[]> {
  await load(caller, 0, 1, ROUND_MS, 1);
  const all: Figure[] = [];
  for (const atOnce of AT_ONCE) {
    const rounds: { ours: Load; script: Load }[] = [];
    for (let i = 0; i < ROUNDS; i++) {
      const ours = await load(agiCall, guard.port, atOnce, ROUND_MS);
      rounds.push({ ours, script: await load(caller, 0, atOnce, ROUND_MS) });
    }
    const scripts = rounds.map(({ script }) => script);
    const name = (what: string) => `AGI script in Python with SQLite: ${what}, ${atOnce} at once`;
    all.push(
      { name: name('verdicts'), value: median(scripts.map(({ rate }) => rate)), unit: 'a second' },
      { name: name('p50 / p99 / p99.9'), ...times(scripts) },
      { name: name('calls without an allow'), value: scripts.reduce((sum, r) => sum + r.failed, 0), unit: '' },
      {
        name: name('the guard gives'),
        value: median(rounds.map((r) => r.ours.rate / r.script.rate)),
        unit: 'times its verdicts',
      },
    );
  }
  return all;
}

/**
 * FastAGI verdicts a second by the built guard, with its whole policy and its ledger on disk, beside a ding-dong server that
 * sets one variable and a script. Nineteen calls of twenty are national, one goes abroad and is on disk before it is answered.
 */
export async function bench(): Promise<Figure[]> {
  const guard = await startGuard();
  const idle = await startIdle('idle-agi.mjs');
  const script = startScript();
  try {
    const figures = await compare(agiCall, guard, idle, 'ding-dong that does nothing');
    if (existsSync(PYTHON)) return [...figures, ...(await besideScript(guard, script.caller))];
    console.error(`fastagi: no script, since there is no ${PYTHON}`);
    return figures;
  } finally {
    script.stop();
    await idle.stop();
    await guard.stop();
  }
}
