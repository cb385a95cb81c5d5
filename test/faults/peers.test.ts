import { execFileSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { createConnection, type Socket } from 'node:net';
import * as assert from 'uvu/assert';
import { type GuardProcess, startGuard } from '../support/guard.ts';
import type { Lab } from '../support/lab.ts';
import { suite } from '../support/suite.ts';
import { sleep, until } from '../support/until.ts';
import {
  dial,
  EMERGENCY,
  fallbackHolds,
  goneAbroad,
  guardHolds,
  labWithFallback,
  NATIONAL,
  nothingUnrecorded,
  vouch,
} from './support/phones.ts';

// Peers that only take: connections without a word, words without an end, noise. Calls come through a real Asterisk.
// DIALWARDEN_GARBAGE_S: how long noise lasts, in seconds (default 3; the minute is 60).

const HALF_OPEN = 10_000;
const NOISE_MS = Number(process.env.DIALWARDEN_GARBAGE_S ?? 3) * 1000;
const HERE = '127.0.0.1';

type Context = { guard: GuardProcess; lab: Lab; agiPort: number; before: number };
const test = suite<Context>('hostile peers', { timeout: 60_000 + NOISE_MS });

test.before(async (ctx) => void Object.assign(ctx, await labWithFallback()));
test.before.each(async (ctx) => {
  ctx.before = goneAbroad(ctx.lab);
  ctx.guard = await startGuard({ agiPort: ctx.agiPort, config: '[block]\nannounce = false\n' });
  await vouch(ctx.guard);
});
test.after.each(async ({ guard, lab, before }) => {
  await guardHolds(lab);
  await nothingUnrecorded(lab, guard, before);
  assert.is(guard.gone(), false, guard.output().slice(-2_000));
  await guard.stop();
});
test.after(({ lab }) => lab?.close());

/** A connection that survives being refused; `local` is its own address. */
function connection(port: number, local = HERE): Socket {
  const socket = createConnection({ host: HERE, port, localAddress: local });
  return socket.on('error', () => undefined).resume();
}

const close = (sockets: Socket[]) => sockets.forEach((socket) => void socket.destroy());
const memory = (pid: number): number =>
  Number(/^VmRSS:\s+(\d+)/m.exec(execFileSync('cat', [`/proc/${pid}/status`]).toString())?.[1]) / 1024;

/** Sessions that the guard holds, as its metrics say. */
async function sessions({ httpPort }: GuardProcess): Promise<number> {
  const text = await (await fetch(`http://${HERE}:${httpPort}/metrics`)).text();
  return Number(/^dialwarden_agi_connections (\d+)$/m.exec(text)?.[1] ?? Number.NaN);
}

/** Emergency calls pass and a call abroad, if it does, is on record; the guard may be too busy for it. */
async function onlyRecorded(lab: Lab): Promise<void> {
  const [first, second] = await Promise.all(EMERGENCY.map((digits, i) => dial(lab, digits, String(101 + i))));
  assert.equal([first, second, await dial(lab, NATIONAL, '103')], [200, 200, 200]);
}

test(`${HALF_OPEN} connections that say nothing: refused or closed, and none costs much`, async ({ guard, lab }) => {
  const before = memory(guard.pid());
  const sockets: Socket[] = [];
  for (let n = 0; n < HALF_OPEN; n++) {
    sockets.push(connection(guard.agiPort, `127.0.${1 + (n % 200)}.1`));
    if (n % 200 === 199) await sleep(10);
    if (n === HALF_OPEN / 2) await onlyRecorded(lab);
  }
  await onlyRecorded(lab);
  await until('the guard to be rid of them', async () => (await sessions(guard)) === 0, 20_000);
  close(sockets);
  assert.ok(memory(guard.pid()) - before < 100, `${memory(guard.pid()) - before} MB`);
});

test('peers that introduce themselves a byte at a time are cut off', async ({ guard, lab }) => {
  const sockets = Array.from({ length: 500 }, () => connection(guard.agiPort, '127.0.0.9'));
  const drip = setInterval(() => {
    for (const socket of sockets) if (socket.writable) socket.write('a');
  }, 100);
  await onlyRecorded(lab);
  await guardHolds(lab);
  await until('the guard to be rid of them', async () => (await sessions(guard)) === 0, 20_000);
  clearInterval(drip);
  close(sockets);
});

test('a monitor gets through behind HTTP clients that never finish their request', async ({ guard }) => {
  const sockets = Array.from({ length: 80 }, () => connection(guard.httpPort));
  const drip = setInterval(() => {
    for (const socket of sockets) if (socket.writable) socket.write('G');
  }, 100);
  await sleep(1_000);
  const health = () =>
    fetch(`http://${HERE}:${guard.httpPort}/healthz`).then(
      ({ ok }) => ok,
      () => false,
    );
  await until('the monitor to be answered', health, 15_000);
  clearInterval(drip);
  close(sockets);
});

test('noise without end', async ({ guard, lab }) => {
  const before = memory(guard.pid());
  const chunk = Buffer.from(Array.from({ length: 65_536 }, (_, i) => (i * 7919 + (i >> 5)) & 255));
  let sent = 0;
  let over = false;
  const shout = (kind: number) => {
    if (over) return;
    const socket = connection(guard.agiPort, '127.0.0.8');
    const start = kind === 0 ? '' : 'agi_network: yes\nagi_network_script: check\n';
    const body = kind === 1 ? Buffer.from('agi_arg_1: 0301234567\n'.repeat(3_000)) : chunk;
    const more = () => {
      while (!over && !socket.destroyed && socket.write(body)) sent += body.length;
    };
    socket.on('connect', () => {
      socket.write(start);
      more();
    });
    socket.on('drain', more);
    socket.on('end', () => socket.destroy());
    socket.on('close', () => setTimeout(shout, 20, kind));
  };
  for (let n = 0; n < 6; n++) shout(n % 3);
  const end = Date.now() + NOISE_MS;
  while (Date.now() < end) {
    await onlyRecorded(lab);
    await sleep(1_500);
  }
  over = true;
  assert.ok(sent > 1_000_000, `${sent} bytes`);
  assert.ok(memory(guard.pid()) - before < 100, `${memory(guard.pid()) - before} MB`);
});

test('no file descriptor is left: the fallback decides, and it passes', async ({ guard, lab }) => {
  const open = new Set(readdirSync(`/proc/${guard.pid()}/fd`).map(Number));
  let free = 0;
  while (open.has(free)) free++;
  const limit = (files: number) => execFileSync('prlimit', ['--pid', String(guard.pid()), `--nofile=${files}:20000`]);
  limit(free + 12);
  const sockets = Array.from({ length: 40 }, () => connection(guard.httpPort));
  await until('the last descriptor to be taken', () => sockets.some(({ closed }) => closed));
  await fallbackHolds(lab);
  limit(1_024);
  close(sockets);
});

test.run();
