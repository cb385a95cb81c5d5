import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createConnection } from 'node:net';
import * as assert from 'uvu/assert';
import { scratch } from '../support/cli.ts';
import { suite } from '../support/suite.ts';
import { until } from '../support/until.ts';
import { addressOf, endAll, seen, serve } from './support.ts';

const test = suite('watchdog of serve', { timeout: 30_000 });

test.before.each((ctx) => void Object.assign(ctx, scratch()));
test.after.each(async (ctx) => {
  await endAll();
  ctx.remove();
});

/** Linux's list of a process's children. */
function childOf(pid: number): number | null {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim();
  return children === '' ? null : Number(children.split(' ')[0]);
}

function alive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return !readFileSync(`/proc/${pid}/stat`, 'utf8').includes(') Z ');
  } catch {
    return false;
  }
}

test('a frozen guard is killed within two seconds, and its watchdog goes with it', async ({ dir }) => {
  const s = serve(dir);
  await seen(s, 'ready');
  const watchdog = await until('the watchdog', () => childOf(s.child.pid!));
  const socket = createConnection(addressOf(s, 'FastAGI'));
  socket.on('error', () => undefined);
  await once(socket, 'connect');
  await new Promise((resolve) => setTimeout(resolve, 1_000));
  const began = Date.now();
  s.child.kill('SIGSTOP');
  await once(socket, 'close');
  assert.equal(await s.ended, [null, 'SIGKILL']);
  assert.ok(Date.now() - began < 2_000, `${Date.now() - began} ms`);
  assert.match(s.err(), 'guard silent for a second: killed');
  await until('the end of the watchdog', () => !alive(watchdog));
});

test('the watchdog ends with a guard that is killed, and is started again when it is killed itself', async ({
  dir,
}) => {
  const s = serve(dir);
  await seen(s, 'ready');
  const first = await until('the watchdog', () => childOf(s.child.pid!));
  process.kill(first, 'SIGKILL');
  const second = await until('another watchdog', () => {
    const pid = childOf(s.child.pid!);
    return pid !== first && pid;
  });
  s.child.kill('SIGKILL');
  await s.ended;
  await until('the end of the watchdog', () => !alive(second));
});

test.run();
