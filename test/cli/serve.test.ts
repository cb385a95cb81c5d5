import { once } from 'node:events';
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createConnection, createServer } from 'node:net';
import { join } from 'node:path';
import * as assert from 'uvu/assert';
import { asteriskChecks } from '../../src/cli/doctor-asterisk.ts';
import { loadConfig } from '../../src/config/load.ts';
import { agiSession } from '../support/agi/client.ts';
import { scratch } from '../support/cli.ts';
import { suite } from '../support/suite.ts';
import { until } from '../support/until.ts';
import { addressOf, endAll, get, type Served, seen, serve } from './support.ts';

const test = suite('serve', { timeout: 30_000 });

/** Asks as Asterisk does; returns what the guard sent. */
const ask = (s: Served, digits: string): Promise<string[]> =>
  agiSession(addressOf(s, 'FastAGI').port, 'check', [digits], { channel: 'PJSIP/214-00000001', uniqueid: '1795.1' });

test.before.each((ctx) => void Object.assign(ctx, scratch()));
test.after.each(async (ctx) => {
  await endAll();
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
  assert.match((await ask(s, '030901820')).join('\n'), /SET VARIABLE "?DW_VERDICT"? "?allow/);
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

test('with several sites it names the country of each', async ({ dir }) => {
  const s = serve(
    dir,
    '[site]\ncountry = "DE"\n[sites.london]\ncountry = "GB"\nmatch = "3XX"\n[sites.b]\nmatch = "4XX"\n',
  );
  assert.is((await seen(s, 'ready')).country, 'GB, DE');
  const health = (await (await get(s, '/healthz')).json()) as Record<string, unknown>;
  assert.is(health.country, 'GB, DE');
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
  const s = serve(dir, '', `127.0.0.1:${port}`);
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

test.run();
