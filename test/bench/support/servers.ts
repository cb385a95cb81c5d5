import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freeTcpPort } from '../../support/ports.ts';
import { until } from '../../support/until.ts';

const MAIN = new URL('../../../dist/cli/main.js', import.meta.url).pathname;

export interface Served {
  port: number;
  pid: number;
  stop(): Promise<void>;
}

export interface ServedGuard extends Served {
  eslPort: number;
  /** Where its files are; removed at its end. */
  dir: string;
}

/**
 * The built guard in a process of its own, with its whole policy and a ledger on disk. Its office knows Great Britain, and
 * money is no object: what is measured is a verdict that lets a call go out.
 */
export async function startGuard(): Promise<ServedGuard> {
  const dir = mkdtempSync(join(tmpdir(), 'dw-bench-'));
  const [port, eslPort, http] = [await freeTcpPort(), await freeTcpPort(), await freeTcpPort()];
  const listen = (table: string, at: number) => `[${table}]\nlisten = "127.0.0.1:${at}"\n`;
  const config = join(dir, 'dialwarden.toml');
  writeFileSync(
    config,
    `[site]\ncountry = "DE"\nloss_ceiling_per_extension_day = 100000\nloss_ceiling_per_day = 100000000\n` +
      listen('agi', port) +
      listen('esl', eslPort) +
      listen('http', http),
  );
  const where = ['--config', config, '--data', join(dir, 'data')];
  const child = spawn(MAIN, ['serve', ...where], { stdio: ['ignore', 'pipe', 'inherit'] });
  let output = '';
  child.stdout.on('data', (chunk) => (output = (output + chunk).slice(-4096)));
  await until('the guard', () => /ready/.test(output), 20_000);
  const known = spawnSync(process.execPath, [MAIN, 'confirm', 'add', '*', 'GB', ...where], { encoding: 'utf8' });
  if (known.status !== 0) throw new Error(known.stderr);
  const stop = async () => {
    await ended(child);
    rmSync(dir, { recursive: true });
  };
  return { port, eslPort, dir, pid: child.pid!, stop };
}

/** A server that does nothing, in a process of its own: `script` beside this file, given its port. */
export async function startIdle(script: string): Promise<Served> {
  const port = await freeTcpPort();
  const child = spawn(process.execPath, [new URL(script, import.meta.url).pathname, String(port)], {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  await once(child, 'message');
  return { port, pid: child.pid!, stop: () => ended(child) };
}

async function ended(child: ChildProcess): Promise<void> {
  const over = once(child, 'exit');
  child.kill('SIGTERM');
  await over;
}

/** utime, stime, cutime and cstime of proc(5), in clock ticks of 10 ms. */
const ticks = (pid: number): number[] => {
  const fields = readFileSync(`/proc/${pid}/stat`, 'latin1').split(') ')[1]!.split(' ');
  return fields.slice(11, 15).map(Number);
};

/** Microseconds of processor time that a process has used; NaN where there is no /proc. */
export function processorTime(pid: number): number {
  try {
    const [user, system] = ticks(pid);
    return (user! + system!) * 10_000;
  } catch {
    return Number.NaN;
  }
}

/** The same of a process, of those it has started, and of those among them that have ended. */
export function processorTimeOfAll(pid: number): number {
  const own = ticks(pid).reduce((sum, ticks) => sum + ticks, 0) * 10_000;
  const children = readdirSync(`/proc/${pid}/task`).flatMap((thread) =>
    readFileSync(`/proc/${pid}/task/${thread}/children`, 'latin1').split(' ').filter(Boolean),
  );
  return children.reduce((sum, child) => sum + processorTimeOfAll(Number(child)), own);
}

/** Bytes of memory that a process holds, now and at its most; NaN where there is no /proc. */
export function memory(pid: number): { now: number; most: number } {
  const status = readFileSync(`/proc/${pid}/status`, 'latin1');
  const field = (name: string) => Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(status)?.[1]) * 1024;
  return { now: field('VmRSS'), most: field('VmHWM') };
}
