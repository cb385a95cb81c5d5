import { writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import * as assert from 'uvu/assert';
import { agiSession } from '../support/agi/client.ts';
import { type GuardProcess, startGuard } from '../support/guard.ts';
import { type SmtpServer, smtpServer } from '../support/mail/server.ts';
import { suite } from '../support/suite.ts';
import { sleep, until } from '../support/until.ts';

interface Around {
  server: SmtpServer;
  guard: GuardProcess;
}

const test = suite<Around>('notifications of a running guard', { timeout: 40_000 });

interface Delivery {
  kind: string;
  route: string;
  state: string;
  next: string | null;
}

const outbox = (guard: GuardProcess) => guard.json<Delivery>('outbox', '--all');

/** Ends the guard with kill -9 and waits until it is gone. */
async function kill(guard: GuardProcess): Promise<void> {
  guard.signal('SIGKILL');
  await until('the guard to be gone', () => guard.gone());
}

/** A change of mode makes an incident, in a process of its own. */
const incident = (guard: GuardProcess) => guard.run('mode', 'observe', '--for', '1h');

test.before(async (t) => {
  t.server = await smtpServer({ mode: 'starttls', user: 'guard', password: 'right' });
});
test.before.each(async (t) => {
  t.server.mails.length = 0;
  const secret = join(dirname(t.server.caFile), 'password');
  writeFileSync(secret, 'right\n', { mode: 0o600 });
  // The long deadline: these are about mails, and a busy machine is no fault of theirs.
  t.guard = await startGuard({
    config: `[smtp]\nhost = "127.0.0.1"\nport = ${t.server.port}\ntls = "starttls"\nuser = "guard"
password_file = "${secret}"\nca_file = "${t.server.caFile}"\nfrom = "guard@pbx.example"\nto = "admin@office.example"\n[guard]\ndeadline_ms = 2000\n`,
  });
});
test.after.each(({ guard }) => guard?.stop());
test.after(({ server }) => server?.close());

test('killed between commit and sending: one mail after the restart, and one only', async ({ guard, server }) => {
  await kill(guard);
  await incident(guard);
  assert.equal(
    (await outbox(guard)).map((d) => d.state),
    ['gathering'],
  );
  await guard.restart();
  await server.taken(1);
  await until('the mark', async () => (await outbox(guard)).every((d) => d.state === 'sent'));
  await kill(guard);
  await guard.restart();
  await sleep(1_500);
  assert.is(server.mails.length, 1);
  assert.match(server.mails[0]!.text, /The guard only observes/);
});

test('killed between the mail and the mark: not a second time within a minute', async ({ guard, server }) => {
  server.behave('stall');
  await sleep(300);
  await incident(guard);
  await server.taken(1);
  await kill(guard);
  server.behave('take');
  await guard.restart();
  await sleep(1_500);
  assert.is(server.mails.length, 1);
  const [claimed] = await outbox(guard);
  assert.is(claimed!.state, 'claimed');
  const left = Date.parse(claimed!.next!) - Date.now();
  assert.ok(left > 30_000 && left < 60_000, `tried again in ${left} ms`);
});

test('a thousand blocked calls: one mail at once, and no more than one a minute', async ({ guard, server }) => {
  const begun = performance.now();
  // Faster than 200 a second, an extension is answered from memory behind the first 400 calls.
  const call = (n: number) =>
    agiSession(guard.agiPort, 'check', [`00882991${10_000 + n}`, 'xfer='], {
      uniqueid: `1.${n}`,
      channel: `PJSIP/10${n % 4}-0000000a`,
    });
  for (let n = 0; n < 1000; n += 20) {
    const heard = await Promise.all(Array.from({ length: 20 }, (_, i) => call(n + i)));
    for (const commands of heard) assert.ok(commands.includes('SET VARIABLE DW_VERDICT "block"'), commands.join());
  }
  await server.taken(1);
  const all = await guard.incidents();
  assert.equal(
    all.map(({ kind, stopped }) => [kind, stopped]),
    Array(4).fill(['toll_block', 250]),
  );
  const states = (await outbox(guard)).map((d) => `${d.kind} ${d.state}`);
  assert.ok(states.includes('first sent'), states.join());
  const minutes = Math.ceil((performance.now() - begun) / 60_000);
  assert.ok(server.mails.length <= minutes, `${server.mails.length} mails in ${minutes} minutes`);
});

test('`notify test` proves the way, and says why it is none', async ({ guard, server }) => {
  assert.match(await guard.run('notify', 'test'), /sent +mail to admin@office\.example/);
  await server.taken(1);
  await server.stop();
  const ill = await guard.cli('notify', 'test', '--json');
  assert.is(ill.code, 1);
  assert.match(JSON.parse(ill.out).error, /ECONNREFUSED/);
});

test.run();
