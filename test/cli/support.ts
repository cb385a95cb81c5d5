import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { until } from '../support/until.ts';

const MAIN = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));

export interface Served {
  child: ChildProcess;
  config: string;
  lines(): { event: string; [field: string]: unknown }[];
  err(): string;
  ended: Promise<[code: number | null, signal: string | null]>;
}

const serving: Served[] = [];

/** `dialwarden serve` on free ports, with `toml` before its tables of addresses; it need not come up. */
export function serve(dir: string, toml = '', agi = '127.0.0.1:0'): Served {
  const config = join(dir, 'dialwarden.toml');
  const listen = `[agi]\nlisten = "${agi}"\n[esl]\nlisten = "127.0.0.1:0"\n[http]\nlisten = "127.0.0.1:0"\n`;
  writeFileSync(config, toml + listen);
  const args = [MAIN, 'serve', '--data', join(dir, 'data'), '--config', config];
  const child = spawn(process.execPath, args, {
    env: { PATH: process.env.PATH!, TZ: 'Europe/Berlin' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let out = '';
  let err = '';
  child.stdout!.on('data', (chunk) => (out += chunk));
  child.stderr!.on('data', (chunk) => (err += chunk));
  const served: Served = {
    child,
    config,
    lines: () =>
      out
        .split('\n')
        .filter(Boolean)
        .map((line) => JSON.parse(line)),
    err: () => err,
    ended: once(child, 'close') as Served['ended'],
  };
  serving.push(served);
  return served;
}

export const seen = (s: Served, event: string) =>
  until(
    `"${event}" from the guard, which said ${JSON.stringify(s.lines())} ${s.err()}`,
    () => s.lines().find((l) => l.event === event),
    15_000,
  );

export function addressOf(s: Served, service: string): { host: string; port: number } {
  const address = String(s.lines().find((l) => l.event === 'listening' && l.service === service)?.address);
  const [host, port] = address.split(':');
  return { host: host!, port: Number(port) };
}

export const get = (s: Served, path: string, init?: RequestInit) => {
  const { host, port } = addressOf(s, 'HTTP');
  return fetch(`http://${host}:${port}${path}`, init);
};

/** Kills every guard that was started here and waits until it is gone. */
export async function endAll(): Promise<void> {
  for (const { child, ended } of serving.splice(0)) {
    if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL');
    await ended;
  }
}
