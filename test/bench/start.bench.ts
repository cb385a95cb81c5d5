import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { freeTcpPort } from '../support/ports.ts';
import { until } from '../support/until.ts';
import { atMost, type Figure, median } from './bench.ts';
import { folderWith } from './support/many-calls.ts';

// From the start of `dialwarden serve`, as built, until it says that it answers calls: with an empty database and a full one, in turn.

export const long = true;

const ROUNDS = 7;
const CALLS = 5_000_000;
const EXTENSIONS = 10_000;
const MAIN = new URL('../../dist/cli/main.js', import.meta.url).pathname;

/** Milliseconds of one start. */
async function start(folder: string): Promise<number> {
  const [agi, esl, http] = [await freeTcpPort(), await freeTcpPort(), await freeTcpPort()];
  const listen = Object.entries({ agi, esl, http }).map(
    ([table, port]) => `[${table}]\nlisten = "127.0.0.1:${port}"\n`,
  );
  const config = join(folder, 'dialwarden.toml');
  writeFileSync(config, `[site]\ncountry = "DE"\n${listen.join('')}`);
  const begin = performance.now();
  const guard = spawn(process.execPath, [MAIN, 'serve', '--config', config, '--data', folder], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let said = '';
  guard.stdout.on('data', (chunk) => {
    said += chunk;
  });
  await until('the guard', () => /\bready\b/.test(said), 60_000);
  const took = performance.now() - begin;
  guard.kill('SIGTERM');
  await once(guard, 'exit');
  return took;
}

export async function bench(): Promise<Figure[]> {
  const now = Date.now();
  const folders = [folderWith(now, 0, EXTENSIONS), folderWith(now, CALLS, EXTENSIONS)] as const;
  for (const folder of folders) await start(folder);
  const times: [number, number][] = [];
  for (let round = 0; round < ROUNDS; round++) times.push([await start(folders[0]), await start(folders[1])]);
  const calls = `${CALLS.toLocaleString('en')} recorded calls`;
  return [
    { name: 'start with no recorded call', value: median(times.map(([none]) => none)), unit: 'ms' },
    { name: `start with ${calls}`, value: median(times.map(([, full]) => full)), unit: 'ms' },
    atMost('of the time with none', median(times.map(([none, full]) => full / none)), 'times', 3),
  ];
}
