import { execFile } from 'node:child_process';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import * as assert from 'uvu/assert';
import { agiSession, environment } from '../support/agi/client.ts';
import { type GuardProcess, startGuard } from '../support/guard.ts';
import { suite } from '../support/suite.ts';

// A shell on the PBX that is neither root nor the guard's user, once `[agi] key` is set.

const KEY = 'correct-horse-battery';
const NOBODY = 65_534;
const ROOT = process.getuid?.() === 0;
const run = promisify(execFile);

const test = suite<{ guard: GuardProcess }>('a shell on the PBX', { timeout: 60_000 });
test.before.each(async (t) => {
  t.guard = await startGuard({ agi: 'key_env = "DW_KEY"', env: { DW_KEY: KEY } });
});
test.after.each(({ guard }) => guard?.stop());

/** What a program says that runs as nobody, where the tests may become that. */
async function asNobody(program: string): Promise<string> {
  const user = ROOT ? { uid: NOBODY, gid: NOBODY } : {};
  const { stdout } = await run(process.execPath, ['-e', program], { ...user, cwd: '/', env: {}, timeout: 20_000 });
  return stdout;
}

/** Says an AGI request and prints what came back. */
const speaks = (port: number, script: string, args: string[]): string => {
  const text = environment(args, { agi_uniqueid: '7.7' }, script);
  return `const s = require('node:net').connect(${port}, '127.0.0.1', () => s.write(${JSON.stringify(text)}));
    s.on('data', (d) => process.stdout.write(d)); s.on('error', () => {}); s.on('end', () => s.end());`;
};

test('it cannot forge the end of a call, nor ask or confirm anything', async ({ guard }) => {
  await agiSession(guard.agiPort, 'check', ['030901820', `key=${KEY}`], { uniqueid: '7.7' });
  const [open] = await guard.calls();
  assert.equal([open?.verdict, open?.state], ['allow', 'allowed']);
  for (const key of [[], ['key='], ['key=correct'], [`key=${KEY} `]]) {
    assert.is(await asNobody(speaks(guard.agiPort, 'end', ['call=7.7', 'billsec=0', ...key])), '');
    assert.is(await asNobody(speaks(guard.agiPort, 'check', ['0011252615550100', ...key])), '');
    assert.is(await asNobody(speaks(guard.agiPort, 'unblock', key)), '');
  }
  const after = await guard.calls();
  assert.equal(
    after.map(({ uniqueid, state }) => [uniqueid, state]),
    [['7.7', 'allowed']],
  );
  await agiSession(guard.agiPort, 'end', ['call=7.7', 'billsec=1', `key=${KEY}`]);
  assert.is((await guard.calls())[0]?.state, 'ended');
});

test('neither /proc nor the log nor the data tells it the key', async ({ guard }) => {
  const pid = guard.pid();
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').filter(Boolean);
  for (const process of [String(pid), ...children]) {
    assert.not.match(readFileSync(`/proc/${process}/cmdline`, 'latin1'), KEY);
    assert.is(statSync(`/proc/${process}/environ`).mode & 0o077, 0);
    const tried = `try { console.log(require('node:fs').readFileSync('/proc/${process}/environ', 'latin1')) }
      catch (e) { console.log(e.code) }`;
    if (ROOT) assert.is((await asNobody(tried)).trim(), 'EACCES');
  }
  assert.not.match(guard.output(), KEY);
  const data = join(guard.dir, 'data');
  assert.is(statSync(data).mode & 0o077, 0);
  for (const name of readdirSync(data)) {
    assert.is(statSync(join(data, name)).mode & 0o077, 0, name);
    assert.not.match(readFileSync(join(data, name), 'latin1'), KEY);
  }
});

test('it may ask the guard for its health alone, under the guard’s own names', async ({ guard }) => {
  const asks = (host: string) =>
    asNobody(`require('node:http').get({ port: ${guard.httpPort}, path: '/healthz', headers: { host: '${host}' } },
      (r) => { console.log(r.statusCode); r.resume(); })`);
  assert.is((await asks('localhost')).trim(), '200');
  for (const host of ['evil.example', '127.0.0.1.evil.example', 'localhost.evil.example:8580'])
    assert.is((await asks(host)).trim(), '403');
});

test.run();
