import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import * as assert from 'uvu/assert';
import { suite } from '../support/suite.ts';
import { until } from '../support/until.ts';

// A guard that waits for a CPU is slow, one that computes for ever or stands still is frozen. All on one CPU.

const test = suite('watchdog', { timeout: 60_000 });
const RIVALS = 4;

const onOneCpu = (...command: string[]) =>
  spawn('taskset', ['-c', '0', ...command], { stdio: ['pipe', 'pipe', 'pipe'] });

/** Runs a guard that needs the CPU for `pieceMs` at a time, beside programs that want it too. */
async function amongRivals(pieceMs: number): Promise<{ ended: unknown[]; out: string; err: string }> {
  const guard = onOneCpu(
    process.execPath,
    '--import',
    'tsx',
    join(import.meta.dirname, 'support/busy-guard.ts'),
    String(pieceMs),
  );
  const said = { out: '', err: '' };
  guard.stdout.on('data', (chunk) => (said.out += chunk));
  guard.stderr.on('data', (chunk) => (said.err += chunk));
  await until('the guard to be watched', () => said.out.includes('ready'), 30_000);
  const rivals = Array.from({ length: RIVALS }, () => onOneCpu('sh', '-c', 'while :; do :; done'));
  try {
    guard.stdin.write('go\n');
    const ended = await once(guard, 'close');
    return { ended, ...said };
  } finally {
    for (const rival of rivals) rival.kill('SIGKILL');
  }
}

test('a guard that gets a fifth of a CPU is left alone while it goes on', async () => {
  const { ended, out, err } = await amongRivals(300);
  assert.equal(ended, [0, null], `${out}${err}`);
  assert.match(out, /piece 2 took/);
});

test('a guard that computes for a second without a sign of life is ended, however busy the machine', async () => {
  const { ended, err } = await amongRivals(20_000);
  assert.equal(ended, [null, 'SIGKILL']);
  assert.match(err, 'guard silent for a second: killed');
});

test.run();
