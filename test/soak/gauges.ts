import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { memory } from '../bench/support/servers.ts';
import type { Asterisk } from '../support/asterisk/asterisk.ts';
import type { GuardProcess } from '../support/guard.ts';

const MB = 1e6;
const ASK_MS = 200;

/** What can be seen from outside. Sizes in MB. */
export interface Gauges {
  guardMb: number;
  guardFiles: number;
  asteriskMb: number;
  asteriskFiles: number;
  walMb: number;
  databaseMb: number;
}

const files = (pid: number): number => readdirSync(`/proc/${pid}/fd`).length;

export function gauges(guard: GuardProcess, pbx: Asterisk): Gauges {
  const database = join(guard.dir, 'data', 'dialwarden.db');
  return {
    guardMb: memory(guard.pid()).now / MB,
    guardFiles: files(guard.pid()),
    asteriskMb: memory(pbx.pid()).now / MB,
    asteriskFiles: files(pbx.pid()),
    walMb: statSync(`${database}-wal`).size / MB,
    databaseMb: statSync(database).size / MB,
  };
}

/** Seconds of processor time that the host of this virtual machine gave to others since the last time (proc_stat(5)). */
export function stolenSeconds(): () => number {
  const all = () => Number(readFileSync('/proc/stat', 'latin1').split(/\s+/, 9)[8]) / 100;
  let told = all();
  return () => {
    const since = all() - told;
    told += since;
    return since;
  };
}

/** Asks `/healthz` five times a second: who waits for it waits for the guard's event loop (and for our own). */
export function startAsking({ httpPort }: GuardProcess): { slowest(): number; stop(): void } {
  let slowest = 0;
  const timer = setInterval(async () => {
    const begin = performance.now();
    await fetch(`http://127.0.0.1:${httpPort}/healthz`)
      .then((answer) => answer.text())
      .catch(() => '');
    slowest = Math.max(slowest, performance.now() - begin);
  }, ASK_MS);
  return {
    /** Milliseconds of the slowest answer since the last time. */
    slowest: () => {
      const told = slowest;
      slowest = 0;
      return told;
    },
    stop: () => clearInterval(timer),
  };
}

/** One figure of `/metrics`, added up over all lines that begin with `name`. */
export async function metric({ httpPort }: GuardProcess, name: string): Promise<number> {
  const text = await (await fetch(`http://127.0.0.1:${httpPort}/metrics`)).text();
  const lines = text.split('\n').filter((line) => line.startsWith(name));
  return lines.reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' '))), 0);
}
