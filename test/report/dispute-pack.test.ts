import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as assert from 'uvu/assert';
import * as blocks from '../../src/store/sqlite/blocks.ts';
import { DATABASE_FILE } from '../../src/store/sqlite/database.ts';
import { verifyChain } from '../../src/store/sqlite/incident-log.ts';
import * as incidents from '../../src/store/sqlite/incidents.ts';
import type { SqliteLedger } from '../../src/store/sqlite/ledger.ts';
import { judge, ledgerOf, TUESDAY } from '../store/support.ts';
import { cli, scratch } from '../support/cli.ts';
import { attempt, somalia } from '../support/facts.ts';
import { suite } from '../support/suite.ts';

interface Around {
  dir: string;
  ledger: SqliteLedger;
  remove(): void;
}

const test = suite<Around>('dispute pack and log');

test.before.each(async (t) => {
  Object.assign(t, scratch());
  const { status, err } = await cli(t.dir, ['init']);
  assert.is(status, 0, err);
  t.ledger = ledgerOf({ file: join(t.dir, 'data', DATABASE_FILE) });
  for (const [n, ext] of ['214', '215', '214'].entries()) {
    const call = attempt(
      { ...somalia, e164: `+88299${100_000 + n}`, region: '001', lineType: 'premium' },
      { ext, uniqueid: `1.${n}`, at: TUESDAY + n * 1000, addr: '203.0.113.9' },
    );
    await t.ledger.admit(call, judge(call));
  }
  const change = { who: 'admin', why: '<b>password</b> guessed', at: TUESDAY + 9000 } as const;
  incidents.change(t.ledger.db, 1, { ...change, state: 'acknowledged' });
  incidents.change(t.ledger.db, 2, { ...change, state: 'closed', resolution: 'misdial' });
  incidents.change(t.ledger.db, 1, { ...change, state: 'closed', resolution: 'fraud' });
  const block = { what: 'international', ext: '214', reason: 'fraud', by: 'guard', incident: 1, at: TUESDAY } as const;
  blocks.add(t.ledger.db, block);
});
test.after.each((t) => {
  t.ledger.close();
  t.remove();
});

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

test('one page to print and one JSON, with every call, and proof that holds without the database', async ({ dir }) => {
  const { status, json, err } = await cli(dir, ['incidents', 'export', '1', '--out', 'pack', '--json']);
  assert.is(status, 0, err);
  const [{ html, json: file, sha256: digest }] = json;
  const [page, text] = [readFileSync(html, 'utf8'), readFileSync(file, 'utf8')];
  assert.is(sha256(text), digest);
  assert.ok(page.includes(digest));
  const pack = JSON.parse(text);
  assert.equal([pack.incident.ext, pack.incident.resolution, pack.incident.stopped], ['214', 'fraud', 2]);
  assert.equal(
    pack.calls.map((c: { e164: string; addr: string }) => [c.e164, c.addr]),
    [
      ['+88299100000', '203.0.113.9'],
      ['+88299100002', '203.0.113.9'],
    ],
  );
  assert.is(pack.blocks[0].reason, 'fraud');
  for (const seen of ['+88299100002', '203.0.113.9', 'closed as fraud', '&#60;b&#62;password']) {
    assert.ok(page.includes(seen), seen);
  }
  assert.not.match(page, /<script|<b>|https?:/);
  let before = pack.log.before;
  for (const { line, hash, own } of pack.log.lines) {
    if (own) assert.is(sha256(JSON.stringify([1, own.at, own.who, own.what, own.why])), line);
    assert.is(sha256(`${before}\n${line}`), hash);
    before = hash;
  }
  assert.is(before, pack.log.head.hash);
  assert.equal(
    pack.log.lines.map(({ own }: { own: { what: string } | null }) => own?.what ?? null),
    ['opened', null, 'acknowledged', null, 'closed'],
  );
});

test('an incident that is not there, a folder that cannot be', async ({ dir }) => {
  assert.match((await cli(dir, ['incidents', 'export', '99'])).err, /there is no incident 99/);
  const { status, err } = await cli(dir, ['incidents', 'export', '1', '--out', `data/${DATABASE_FILE}`]);
  assert.is(status, 1);
  assert.match(err, /cannot write to .*dialwarden\.db \(EEXIST\)/);
});

test('the log cannot be changed; what was changed around that is found, and so is what was cut off', async (t) => {
  const { db } = t.ledger;
  assert.throws(() => db.exec("UPDATE incident_log SET why = 'x'"), /append-only/);
  assert.throws(() => db.exec('DELETE FROM incident_log'), /append-only/);
  const { head, broken, lines } = verifyChain(db);
  assert.equal([broken, lines], [null, 5]);
  const mailed = ['incidents', 'verify', '--line', String(head!.id), '--hash', head!.hash];
  assert.is((await cli(t.dir, mailed)).status, 0);
  db.exec('DROP TRIGGER incident_log_kept; DELETE FROM incident_log WHERE id = 5');
  assert.is((await cli(t.dir, ['incidents', 'verify'])).status, 0);
  assert.match((await cli(t.dir, mailed)).out, /line 5 is not the one in that mail/);
  db.exec("DROP TRIGGER incident_log_unchanged; UPDATE incident_log SET who = 'nobody' WHERE id = 3");
  const found = await cli(t.dir, ['incidents', 'verify', '--json']);
  assert.is(found.status, 1);
  assert.is(found.json[0].broken, 3);
  const [{ json }] = (await cli(t.dir, ['incidents', 'export', '1', '--json'])).json;
  assert.is(JSON.parse(readFileSync(json, 'utf8')).log.intact, false);
});

test('of two who close an incident the second is told', async ({ dir }) => {
  const { status, err } = await cli(dir, ['incidents', 'close', '1', '--as', 'legitimate']);
  assert.is(status, 1);
  assert.match(err, /incident 1 is closed already, as fraud/);
});

test.run();
