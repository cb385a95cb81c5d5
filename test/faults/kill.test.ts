import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import * as assert from 'uvu/assert';
import { type GuardProcess, startGuard } from '../support/guard.ts';
import { suite } from '../support/suite.ts';
import { sleep } from '../support/until.ts';
import { ask, type Heard, hangUp } from './support/callers.ts';

// kill -9 at random moments under load. What the PBX heard is in the ledger, no limit and no ceiling is overshot, and of
// every incident somebody hears, at whatever moment the guard died.

const KILLS = 50;
const EXTENSIONS = ['101', '102', '103', '104', '105', '106', '107', '108'];
const AT_ONCE = 16;
const CONCURRENT = 2;
const CEILING = { extension: 20_000_000, site: 90_000_000 };
/** Known destinations that hold money, one that is asked about, and national ones. */
const DIALLED = ['00447400123456', '0031612345678', '00447400123457', '00212661550100', '0301234567', '015112345678'];
/** What is an incident at once; dialled by an extension that has made none yet. */
const DEAR = '00881612345678';

const test = suite('kill -9', { timeout: 230_000 });

interface Webhook {
  url: string;
  /** Messages that arrived. */
  told: Set<number>;
  close(): void;
}

async function webhook(): Promise<Webhook> {
  const told = new Set<number>();
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk) => (body += chunk));
    request.on('end', () => {
      told.add((JSON.parse(body) as { message: number }).message);
      response.writeHead(204).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}/`, told, close: () => server.close() };
}

const any = <T>(all: readonly T[]): T => all[Math.floor(Math.random() * all.length)]!;

/** Callers who dial, talk and hang up until the guard is gone; one of them makes an incident. */
async function callUntilKilled(guard: GuardProcess, intruder: string, heard: Heard[]): Promise<void> {
  const caller = async () => {
    while (!guard.gone()) {
      const call = await ask(guard, any(EXTENSIONS), any(DIALLED));
      if (call.verdict === null) continue;
      heard.push(call);
      if (call.verdict === 'allow' && Math.random() < 0.8) await hangUp(guard, call, Math.ceil(Math.random() * 6));
    }
  };
  const dear = async () => {
    await sleep(Math.random() * 200);
    heard.push(await ask(guard, intruder, DEAR));
  };
  const killed = sleep(100 + Math.random() * 600).then(() => guard.signal('SIGKILL'));
  await Promise.all([killed, dear(), ...Array.from({ length: AT_ONCE }, caller)]);
}

interface Row {
  uniqueid: string;
  verdict: string;
  state: string;
  incident: number | null;
}

/** What the file says of the calls that were heard about, and of money. */
function inspect(file: string, heard: Heard[], told: Set<number>): void {
  const db = new Database(file, { readonly: true });
  const row = db.prepare('SELECT uniqueid, verdict, state, incident FROM calls WHERE uniqueid = ?');
  const known = db.prepare('SELECT 1 FROM incidents WHERE id = ?');
  for (const call of heard) {
    if (call.verdict !== 'allow' && call.verdict !== 'block') continue;
    if (['hangup', 'session_lost', 'flood'].includes(call.reason)) continue;
    const kept = row.get(call.uniqueid) as Row | undefined;
    const text = JSON.stringify(call);
    assert.ok(kept, `not in the ledger: ${text}`);
    const confirmed = kept.verdict === 'warn' && ['confirmed', 'ended'].includes(kept.state);
    const allowed = kept.verdict === 'allow' || confirmed;
    if (call.verdict === 'allow') assert.ok(allowed, `${text} but ${JSON.stringify(kept)}`);
    if (call.incident === '') continue;
    // What is said before the question holds its own incident; a guard that dies behind the key has not told the next one.
    const questioned = kept.verdict === 'warn' && call.verdict === 'block' && known.get(call.incident) !== undefined;
    if (!questioned) assert.is(String(kept.incident), call.incident, text);
  }
  const most = (sql: string) => (db.prepare(sql).pluck().get() as number | null) ?? 0;
  const spent = 'SUM(CASE WHEN closed_at IS NULL THEN reserved ELSE charged END)';
  const extension = most(`SELECT MAX(m) FROM (SELECT ${spent} AS m FROM leases GROUP BY ext)`);
  const site = most(`SELECT ${spent} FROM leases`);
  const open = most(
    'SELECT MAX(c) FROM (SELECT COUNT(*) AS c FROM leases WHERE closed_at IS NULL AND scope & 1 GROUP BY ext)',
  );
  assert.ok(extension <= CEILING.extension, `extension spent ${extension}`);
  assert.ok(site <= CEILING.site, `site spent ${site}`);
  assert.ok(open <= CONCURRENT, `${open} calls abroad at once`);
  const sent = db.prepare("SELECT message FROM deliveries WHERE state = 'sent'").pluck().all() as number[];
  assert.equal(
    sent.filter((message) => !told.has(message)),
    [],
    'messages that count as sent never arrived',
  );
  const untold = most('SELECT COUNT(*) FROM incidents WHERE id NOT IN (SELECT incident FROM outbox)');
  assert.is(untold, 0, 'incidents without a message');
  assert.is(db.pragma('integrity_check', { simple: true }), 'ok');
  db.close();
}

test(`${KILLS} times: no verdict, no money, no incident and no message is lost`, async () => {
  const hook = await webhook();
  const guard = await startGuard({
    site: 'loss_ceiling_per_extension_day = 20\nloss_ceiling_per_day = 90',
    config: `[warning]\ndigit = "5"\n[block]\nannounce = false\n[webhook]\nurl = "${hook.url}"\nfrom_severity = "info"\n`,
  });
  const file = join(guard.dir, 'data/dialwarden.db');
  const heard: Heard[] = [];
  try {
    for (const setup of [
      ['confirm', 'add', '*', 'GB'],
      ['confirm', 'add', '*', 'NL'],
      ['limits', 'set', '*', 'concurrent.international', String(CONCURRENT)],
      ['limits', 'set', '*', 'calls_per_minute.all', 'none'],
      ['limits', 'set', '*', 'calls_per_minute.international', 'none'],
      ['limits', 'set', '*', 'calls_per_minute.elevated', 'none'],
      ['limits', 'set', '*', 'calls_per_hour.international', 'none'],
    ]) {
      await guard.run(...setup);
    }
    for (let n = 1; n <= KILLS; n++) {
      const before = heard.length;
      await callUntilKilled(guard, String(110 + n), heard);
      inspect(file, heard.slice(before), hook.told);
      await guard.restart();
    }
    inspect(file, heard, hook.told);
    const verdicts = heard.map(({ verdict, reason }) => `${verdict} ${reason}`);
    console.log(`${verdicts.length} verdicts, ${hook.told.size} messages`);
    for (const each of ['allow known', 'block ceiling', 'block limit_concurrent']) {
      assert.ok(
        verdicts.some((v) => v.startsWith(each)),
        `no "${each}" among ${[...new Set(verdicts)]}`,
      );
    }
    assert.ok(hook.told.size > 0, 'nobody was told anything');
  } finally {
    await guard.stop();
    hook.close();
  }
});

test.run();
