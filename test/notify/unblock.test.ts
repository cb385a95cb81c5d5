import { request } from 'node:http';
import { join } from 'node:path';
import * as assert from 'uvu/assert';
import * as blocks from '../../src/store/sqlite/blocks.ts';
import { openDatabase } from '../../src/store/sqlite/database.ts';
import * as incidents from '../../src/store/sqlite/incidents.ts';
import { agiSession, type Script } from '../support/agi/client.ts';
import { type GuardProcess, startGuard } from '../support/guard.ts';
import { type SmtpServer, smtpServer } from '../support/mail/server.ts';
import { suite } from '../support/suite.ts';

// A mail with a link, the link, and the feature code, with the guard as it ships.

interface Around {
  server: SmtpServer;
  guard: GuardProcess;
}

const test = suite<Around>('unblocking a running guard', { timeout: 30_000 });

test.before(async (t) => {
  t.server = await smtpServer({ mode: 'none' });
  t.guard = await startGuard({
    config: `[smtp]\nhost = "127.0.0.1"\nport = ${t.server.port}\nto = "admin@office.example"
[unblock]\nextensions = ["101"]\npin_env = "DW_TEST_PIN"\n`,
    http: 'public_url = "https://guard.example/"',
    env: { DW_TEST_PIN: '4711' },
  });
});
test.after(async ({ guard, server }) => {
  await guard?.stop();
  await server?.close();
});

/** What the guard does when it is certain of fraud. Returns the block's number. */
function fraud({ dir }: GuardProcess, ext: string): number {
  const db = openDatabase(join(dir, 'data'), { create: false });
  const at = Date.now();
  const site = 'default';
  const incident = incidents.add(db, {
    kind: 'pattern',
    severity: 'critical',
    site,
    title: 'Ten numbers of one block in a minute',
    evidence: { code: 'enumeration' },
    who: 'guard',
    why: '',
    at,
  });
  const id = blocks.add(db, { what: 'international', site, ext, reason: 'fraud', by: 'guard', incident, at });
  db.close();
  return id;
}

const inForce = async (guard: GuardProcess): Promise<string[]> =>
  (await guard.json<{ ext: string }>('block')).map(({ ext }) => ext);

/** As a reverse proxy passes it on. */
const browse = ({ httpPort }: GuardProcess, method: string, path: string, body = '', host = 'guard.example') =>
  new Promise<{ status: number; text: string }>((resolve, reject) => {
    const asked = request({ port: httpPort, host: '127.0.0.1', method, path, headers: { host } }, async (response) => {
      let text = '';
      for await (const chunk of response) text += chunk;
      resolve({ status: response.statusCode ?? 0, text });
    });
    asked.on('error', reject);
    asked.end(body);
  });

test('the link in a mail shows, asks, acts, and works once', async ({ guard, server }) => {
  fraud(guard, '214');
  const [mail] = await server.taken(1, 10_000);
  const path = /https:\/\/guard\.example(\/unblock\/\S+)/.exec(mail!.text)![1]!;
  for (const method of ['GET', 'HEAD', 'GET']) assert.is((await browse(guard, method, path)).status, 200);
  assert.match((await browse(guard, 'GET', path)).text, /extension 214/);
  assert.is((await browse(guard, 'POST', path, 'done=password', 'evil.example')).status, 403);
  assert.is((await browse(guard, 'POST', path)).status, 422);
  assert.is((await browse(guard, 'PUT', path)).status, 405);
  assert.is((await browse(guard, 'POST', `${path.slice(0, -2)}xx`, 'done=password')).status, 404);
  assert.equal(await inForce(guard), ['214']);
  assert.is((await browse(guard, 'POST', path, 'done=password')).status, 200);
  assert.equal(await inForce(guard), []);
  assert.is((await browse(guard, 'POST', path, 'done=password')).status, 410);
  assert.match((await guard.cli('limits', 'show', '214')).out, /armed until/);
});

test('the command asks what was put right', async ({ guard }) => {
  fraud(guard, '215');
  const refused = await guard.cli('unblock', '215');
  assert.is(refused.code, 1);
  assert.match(refused.err, /say what was put right.*--done password,firewall,device/);
  const some = await guard.cli('unblock', '215', '--prefix', '+33', '--for', '2h', '--done', 'password');
  assert.match(some.out, /extension 215, prefix \+33 passes 1 block until .*\nits limits are armed/);
  assert.match((await guard.cli('block')).out, /PASSES NEVERTHELESS[\s\S]*prefix \+33/);
  await guard.run('unblock', '215', '--done', 'password,device');
  assert.equal(await inForce(guard), []);
});

/** Dials the feature code and keys in, as asked by WAIT FOR DIGIT. Returns DW_UNBLOCK. */
async function dial({ agiPort }: GuardProcess, ext: string, keys: string): Promise<string> {
  let next = 0;
  const reply: Script = (command) =>
    command.startsWith('WAIT FOR DIGIT') ? `200 result=${(keys[next++] ?? '\0').charCodeAt(0)}` : undefined;
  const heard = await agiSession(agiPort, 'unblock', [], { channel: `PJSIP/${ext}-0000000a`, reply });
  return /^SET VARIABLE DW_UNBLOCK "(.*)"$/.exec(heard.at(-1) ?? '')?.[1] ?? heard.join('\n');
}

test('a listed extension lifts a block by telephone, and nobody else; five wrong PINs close the code', async (t) => {
  const { guard } = t;
  fraud(guard, '216');
  assert.is(await dial(guard, '102', '4711#216#1#'), 'not_listed');
  assert.is(await dial(guard, '101', '4712#216#1#'), 'wrong_pin');
  assert.is(await dial(guard, '101', '4711#217#1#'), 'no_block');
  assert.is(await dial(guard, '101', '4711#216##'), 'nothing_put_right');
  assert.equal(await inForce(guard), ['216']);
  assert.is(await dial(guard, '101', '4711#216#13#'), 'unblocked');
  assert.equal(await inForce(guard), []);
  for (let n = 0; n < 4; n++) assert.is(await dial(guard, '101', `${n}#`), 'wrong_pin');
  assert.is(await dial(guard, '101', '4711#216#1#'), 'closed');
  const own = (await guard.incidents()).at(-1)!;
  assert.equal([own.kind, own.severity], ['guard', 'critical']);
  await guard.run('incidents', 'close', String(own.id), '--as', 'misdial');
  assert.is(await dial(guard, '101', '4711#299#1#'), 'no_block');
});

test.run();
