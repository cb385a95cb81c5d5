import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import * as assert from 'uvu/assert';
import { startBackups } from '../../src/app/backups.ts';
import { backups } from '../../src/store/sqlite/backup.ts';
import { sound } from '../../src/store/sqlite/repair.ts';
import { type GuardProcess, startGuard } from '../support/guard.ts';
import { suite } from '../support/suite.ts';
import { sleep, until } from '../support/until.ts';
import { ask, type Load, startLoad } from './support/callers.ts';
import { vouch } from './support/phones.ts';

// What a database needs now and then, under 100 calls a second: no call is left to the fallback for it. A lock that is held
// too long costs a verdict after 200 ms; the deadline for all else is long here, since a busy machine is no fault of these.

const PER_SECOND = 100;
const PRICES = 30_000;
const OLD_CALLS = 20_000;
const DAY = 86_400_000;

const test = suite<{ guard: GuardProcess; load: Load; file: string }>('upkeep', { timeout: 120_000 });

test.before.each(async (ctx) => {
  ctx.guard = await startGuard({ config: '[block]\nannounce = false\n[guard]\ndeadline_ms = 2000\n' });
  ctx.file = join(ctx.guard.dir, 'data/dialwarden.db');
  await vouch(ctx.guard);
  for (const limit of ['calls_per_minute.all', 'calls_per_hour.all', 'calls_per_day.all']) {
    await ctx.guard.run('limits', 'set', '*', limit, 'none');
  }
});
test.after.each(({ guard }) => guard?.stop());

const callers = (guard: GuardProcess): Load =>
  startLoad(PER_SECOND, (n) =>
    ask(guard, String(100 + (n % 100)), n % 10 === 0 ? '00447400123456' : `0301234${100 + (n % 900)}`),
  );

/** Nobody was left to the fallback: not for a database that was taken, not for one that was slow. */
function inTime({ heard }: Load, guard: GuardProcess, what: string): void {
  const late = heard.filter(({ verdict }) => verdict !== 'allow' && verdict !== 'block');
  const waits = heard.map(({ ms }) => ms).sort((a, b) => a - b);
  const at = (p: number) => Math.round(waits[Math.ceil(waits.length * p) - 1]!);
  console.log(
    `${what}: ${heard.length} calls, p50 ${at(0.5)} ms, p99 ${at(0.99)} ms, max ${at(1)} ms, ${late.length} late`,
  );
  assert.is(late.length, 0, `${JSON.stringify(late[0])} ${guard.output().match(/.*"ledger .*/g)}`);
}

test('a rate deck is imported', async ({ guard }) => {
  const deck = join(guard.dir, 'deck.csv');
  const row = (i: number) =>
    `${1_000_000 + ((i * 7_919) % 8_999_993)},Place ${i % 2_000},0.${100 + (i % 800)},0,60,1\n`;
  writeFileSync(
    deck,
    `prefix,destination,per_minute,connect_fee,first,next\n${Array.from({ length: PRICES }, (_, i) => row(i)).join('')}`,
  );
  const load = callers(guard);
  await sleep(1_000);
  await guard.run('rates', 'import', deck);
  await sleep(1_000);
  await load.stop();
  inTime(load, guard, 'import');
});

test('old calls are pruned, and a backup is made', async ({ guard, file }) => {
  const db = new Database(file);
  db.prepare(
    `WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${OLD_CALLS})
     INSERT INTO calls (pbx, uniqueid, target, site, ext, at, dialled, kind, scope, verdict, state, cleared, counted, reasons, meant)
     SELECT 'asterisk', 'old.' || i, '+4930' || i, 'default', '101', ? + i, '030', 'national', 0, 'allow', 'ended', 1, 1, '[]', NULL FROM n`,
  ).run(Date.now() - 500 * DAY);
  db.close();
  const load = callers(guard);
  const stopBackups = startBackups({
    file,
    ledger: { report: async () => 0 },
    now: Date.now,
    log: { info: () => undefined, warn: () => undefined, error: (event, fields) => console.log(event, fields) },
    firstLookMs: 0,
  });
  const [pruned] = await guard.json<{ calls: number }>('prune', '--older', '400d');
  await until('a backup', () => backups(file).length === 1, 60_000);
  await load.stop();
  stopBackups();
  assert.is(pruned!.calls, OLD_CALLS);
  assert.ok(sound(backups(file)[0]!.path));
  assert.equal(readdirSync(join(guard.dir, 'data/backups')).length, 1);
  assert.is(existsSync(`${backups(file)[0]!.path}-wal`), false);
  inTime(load, guard, 'prune and backup');
});

test.run();
