import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createConnection, createServer } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as assert from 'uvu/assert';
import { asteriskChecks } from '../../src/cli/doctor-asterisk.ts';
import { loadConfig } from '../../src/config/load.ts';
import { scratch } from '../support/cli.ts';
import { suite } from '../support/suite.ts';
import { until } from '../support/until.ts';

const test = suite('serve', { timeout: 30_000 });
const MAIN = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));

interface Served {
  child: ChildProcess;
  dir: string;
  config: string;
  lines(): { event: string; [field: string]: unknown }[];
  err(): string;
  ended: Promise<[code: number | null, signal: string | null]>;
}

const serving: Served[] = [];

/** Starts a guard on free ports. */
function serve(dir: string, toml = '', { argv = [] as string[], env = {}, ports = '127.0.0.1:0' } = {}): Served {
  const config = join(dir, 'dialwarden.toml');
  const listen = `[agi]\nlisten = "${ports}"\n[esl]\nlisten = "127.0.0.1:0"\n[http]\nlisten = "127.0.0.1:0"\n`;
  writeFileSync(config, toml + listen);
  const args = [MAIN, 'serve', '--data', join(dir, 'data'), '--config', config, ...argv];
  const child = spawn(process.execPath, args, {
    env: { PATH: process.env.PATH!, TZ: 'Europe/Berlin', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let out = '';
  let err = '';
  child.stdout!.on('data', (chunk) => {
    out += chunk;
  });
  child.stderr!.on('data', (chunk) => {
    err += chunk;
  });
  const served: Served = {
    child,
    dir,
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

const seen = (s: Served, event: string) =>
  until(
    `"${event}" from the guard, which said ${JSON.stringify(s.lines())} ${s.err()}`,
    () => s.lines().find((l) => l.event === event),
    15_000,
  );

function addressOf(s: Served, service: string): { host: string; port: number } {
  const address = String(s.lines().find((l) => l.event === 'listening' && l.service === service)?.address);
  const [host, port] = address.split(':');
  return { host: host!, port: Number(port) };
}

const get = (s: Served, path: string, init?: RequestInit) => {
  const { host, port } = addressOf(s, 'HTTP');
  return fetch(`http://${host}:${port}${path}`, init);
};

/** Asks as Asterisk does and answers every command with success; returns what the guard sent. */
async function ask(s: Served, digits: string): Promise<string> {
  const socket = createConnection(addressOf(s, 'FastAGI'));
  const head = {
    network: 'yes',
    network_script: 'check',
    channel: 'PJSIP/214-00000001',
    uniqueid: '1795.1',
    accountcode: '',
    arg_1: digits,
  };
  socket.write(
    `${Object.entries(head)
      .map(([name, value]) => `agi_${name}: ${value}\n`)
      .join('')}\n`,
  );
  let got = '';
  socket.on('data', (chunk) => {
    const text = chunk.toString();
    got += text;
    for (const _ of text.matchAll(/\n/g)) socket.write('200 result=1\n');
  });
  socket.on('error', () => undefined);
  await once(socket, 'close');
  return got;
}

test.before.each((ctx) => {
  Object.assign(ctx, scratch());
});
test.after.each(async (ctx) => {
  for (const { child, ended } of serving.splice(0)) {
    if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL');
    await ended;
  }
  ctx.remove();
});

test('it says where it listens and that it is ready, answers, and ends on SIGTERM', async ({ dir }) => {
  const s = serve(dir);
  const ready = await seen(s, 'ready');
  assert.is(ready.country, 'DE');
  assert.equal(
    s
      .lines()
      .filter((l) => l.event === 'listening')
      .map((l) => l.service),
    ['FastAGI', 'ESL', 'HTTP'],
  );
  const health = await get(s, '/healthz');
  assert.is(health.status, 200);
  const body = (await health.json()) as Record<string, unknown>;
  assert.equal([body.status, body.country, body.mode, body.ledger], ['ok', 'DE', 'enforce', 'ok']);
  assert.match(await ask(s, '030901820'), /SET VARIABLE "?DW_VERDICT"? "?allow/);
  const verdict = await seen(s, 'verdict');
  assert.equal(
    [verdict.uniqueid, verdict.ext, verdict.dialled, verdict.verdict],
    ['1795.1', '214', '030901820', 'allow'],
  );
  const agi = { listen: addressOf(s, 'FastAGI'), allow: [], key: null };
  const [found] = await asteriskChecks({ ...loadConfig(s.config, {}), agi }, '/nowhere');
  assert.equal([found?.state, found?.check], ['ok', 'FastAGI']);
  assert.equal(
    s.lines().filter((l) => l.level === 'warn' || /refused|lost/.test(l.event)),
    [],
    'the doctor leaves no line',
  );
  const metrics = await (await get(s, '/metrics')).text();
  for (const kind of ['bypassed', 'unasked', 'unlearned', 'rules'])
    assert.match(metrics, `dialwarden_silence{kind="${kind}"} 0`);
  assert.match(metrics, 'dialwarden_outbox_waiting 0');
  assert.match(metrics, 'dialwarden_outbox_oldest_seconds 0');
  assert.match(metrics, /dialwarden_verdicts_total\{action="allow",reason="[a-z_]+"\} 1/);
  assert.match(metrics, 'dialwarden_verdict_seconds_count 1');
  assert.match(metrics, 'dialwarden_money_ceiling{site="default",currency="USD"} 100');
  s.child.kill('SIGTERM');
  assert.equal(await s.ended, [0, null]);
  assert.is(s.lines().at(-1)?.event, 'stopped');
});

test('HTTP answers its own names, GET and HEAD alone', async ({ dir }) => {
  const s = serve(dir);
  await seen(s, 'ready');
  assert.is((await get(s, '/healthz', { method: 'POST' })).status, 405);
  assert.is((await get(s, '/else')).status, 404);
  const { host, port } = addressOf(s, 'HTTP');
  const socket = createConnection({ host, port });
  socket.write('GET /healthz HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n');
  const [reply] = await once(socket, 'data');
  assert.match(String(reply), 'HTTP/1.1 403');
  socket.destroy();
});

test('SIGHUP takes over a right configuration and refuses a wrong one, saying why', async ({ dir }) => {
  const s = serve(dir);
  await seen(s, 'ready');
  const text = readFileSync(s.config, 'utf8');
  writeFileSync(s.config, `[guard]\nmode = "maybe"\n${text}`);
  s.child.kill('SIGHUP');
  const refused = await seen(s, 'configuration refused; the old one stays');
  assert.match(String(refused.error), 'dialwarden.toml:2: [guard] mode must be');
  writeFileSync(s.config, `[guard]\nmode = "observe"\n${text}`);
  s.child.kill('SIGHUP');
  await seen(s, 'configuration taken over');
  assert.is(((await (await get(s, '/healthz')).json()) as { mode: string }).mode, 'observe');
  writeFileSync(
    s.config,
    `${text.replace('[agi]', '[agi]\nallow = ["192.0.2.1"]').replace('[http]', '[http]\nhosts = ["x"]')}`,
  );
  s.child.kill('SIGHUP');
  for (const table of ['agi', 'http'])
    await until(table, () => s.lines().some(({ event }) => event.startsWith(`[${table}] changed: restart the guard`)));
  assert.not(s.lines().some(({ event }) => event.startsWith('[esl]')));
});

test('SIGTERM lets a session in hand come to its end', async ({ dir }) => {
  const s = serve(dir);
  await seen(s, 'ready');
  const socket = createConnection(addressOf(s, 'FastAGI'));
  socket.on('error', () => undefined);
  socket.write('agi_network: yes\n');
  await until('the session', async () =>
    (await (await get(s, '/metrics')).text()).includes('dialwarden_agi_connections 1'),
  );
  s.child.kill('SIGTERM');
  await seen(s, 'stopping');
  socket.write('agi_network_script: check\nagi_channel: PJSIP/214-1\nagi_uniqueid: 9.1\nagi_arg_1: 112\n\n');
  socket.on('data', (chunk) => {
    for (const _ of chunk.toString().matchAll(/\n/g)) socket.write('200 result=1\n');
  });
  const [code] = await s.ended;
  assert.is(code, 0);
  assert.is(s.lines().find((l) => l.event === 'verdict')?.verdict, 'allow');
});

test('a taken port is one line and exit code 1', async ({ dir }) => {
  const other = createServer().listen(0, '127.0.0.1');
  await once(other, 'listening');
  const { port } = other.address() as { port: number };
  const s = serve(dir, '', { ports: `127.0.0.1:${port}` });
  assert.equal(await s.ended, [1, null]);
  assert.match(s.err(), new RegExp(`^dialwarden: FastAGI cannot listen on 127.0.0.1:${port}: .*\n$`));
  other.close();
});

test('a second guard on the same data is refused; after kill -9 there is no stale lock', async ({ dir }) => {
  const first = serve(dir);
  await seen(first, 'ready');
  const second = serve(dir);
  assert.equal(await second.ended, [1, null]);
  assert.match(second.err(), `another guard (pid ${first.child.pid})`);
  first.child.kill('SIGKILL');
  await first.ended;
  await seen(serve(dir), 'ready');
});

test('a data directory that cannot be made is one line and exit code 1', async ({ dir }) => {
  writeFileSync(join(dir, 'data'), 'a file');
  const s = serve(dir);
  assert.equal(await s.ended, [1, null]);
  assert.match(s.err(), /^dialwarden: cannot write to the data directory .*\n$/);
});

test('a wrong configuration is exit code 2', async ({ dir }) => {
  const s = serve(dir, '[gard]\n');
  assert.equal(await s.ended, [2, null]);
  assert.match(s.err(), 'did you mean [guard]?');
  assert.not.ok(existsSync(join(dir, 'data')));
});

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

test('secrets are not logged', async ({ dir }) => {
  writeFileSync(join(dir, 'key'), 'correct-horse', { mode: 0o600 });
  mkdirSync(join(dir, 'data'));
  chmodSync(join(dir, 'data'), 0o750);
  const config = join(dir, 'dialwarden.toml');
  const s = serve(dir);
  await seen(s, 'ready');
  writeFileSync(config, readFileSync(config, 'utf8').replace('[agi]', `[agi]\nkey_file = "${join(dir, 'key')}"`));
  s.child.kill('SIGHUP');
  await seen(s, 'configuration taken over');
  assert.ok(s.lines().some((l) => String(l.event).startsWith('[agi] changed')));
  assert.not.match(JSON.stringify(s.lines()) + s.err(), 'correct-horse');
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

test.run();
