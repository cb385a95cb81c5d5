import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freeTcpPort } from '../support/ports.ts';
import { until } from '../support/until.ts';
import { type Figure, median } from './bench.ts';
import { type Load, load } from './support/agi-load.ts';

// FastAGI verdicts a second by the built guard, with its whole policy and ledger on disk, and by a ding-dong server that does
// nothing: in turn, so that both meet the same machine.

const ROUNDS = 3;
const ROUND_MS = 2_000;
const MAIN = new URL('../../dist/cli/main.js', import.meta.url).pathname;
const IDLE = new URL('support/idle-agi.mjs', import.meta.url).pathname;

async function startGuard(dir: string, port: number): Promise<ChildProcess> {
  const config = join(dir, 'dialwarden.toml');
  const http = await freeTcpPort();
  const esl = await freeTcpPort();
  writeFileSync(
    config,
    `[site]\ncountry = "DE"\n[agi]\nlisten = "127.0.0.1:${port}"\n[esl]\nlisten = "127.0.0.1:${esl}"\n[http]\nlisten = "127.0.0.1:${http}"\n`,
  );
  const child = spawn(process.execPath, [MAIN, 'serve', '--config', config, '--data', join(dir, 'data')], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let output = '';
  child.stdout.on('data', (chunk) => (output = (output + chunk).slice(-4096)));
  await until('the guard', () => /ready/.test(output), 20_000);
  return child;
}

async function startIdle(port: number): Promise<ChildProcess> {
  const child = spawn(process.execPath, [IDLE, String(port)], { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
  await once(child, 'message');
  return child;
}

/** Rounds of both in turn at one degree of concurrency. */
async function compare(guard: number, idle: number, atOnce: number): Promise<{ ours: Load[]; theirs: Load[] }> {
  const ours: Load[] = [];
  const theirs: Load[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    ours.push(await load(guard, atOnce, ROUND_MS));
    theirs.push(await load(idle, atOnce, ROUND_MS));
  }
  return { ours, theirs };
}

function figures(atOnce: number, { ours, theirs }: { ours: Load[]; theirs: Load[] }): Figure[] {
  const middle = (loads: Load[], of: keyof Load) => median(loads.map((l) => l[of]));
  const ratio = median(ours.map((l, i) => l.rate / theirs[i]!.rate));
  const name = (what: string) => `${what}, ${atOnce} at once`;
  return [
    { name: name('verdicts'), value: middle(ours, 'rate'), unit: 'a second' },
    {
      name: name('p50 / p99 / p99.9'),
      value: middle(ours, 'p50'),
      unit: `ms / ${middle(ours, 'p99').toFixed(1)} ms / ${middle(ours, 'p999').toFixed(1)} ms`,
    },
    { name: name('ding-dong that does nothing'), value: middle(theirs, 'rate'), unit: 'a second' },
    { name: name('share of its rate'), value: 100 * ratio, unit: '%' },
    { name: name('calls without a verdict'), value: ours.reduce((sum, l) => sum + l.failed, 0), unit: '' },
  ];
}

export async function bench(): Promise<Figure[]> {
  const dir = mkdtempSync(join(tmpdir(), 'dw-bench-'));
  const [port, idlePort] = [await freeTcpPort(), await freeTcpPort()];
  const guard = await startGuard(dir, port);
  const idle = await startIdle(idlePort);
  try {
    await load(port, 8, 1_000);
    await load(idlePort, 8, 1_000);
    const all: Figure[] = [];
    for (const atOnce of [1, 32, 256]) all.push(...figures(atOnce, await compare(port, idlePort, atOnce)));
    return all;
  } finally {
    guard.kill('SIGTERM');
    idle.kill('SIGTERM');
    await once(guard, 'exit');
    rmSync(dir, { recursive: true });
  }
}
