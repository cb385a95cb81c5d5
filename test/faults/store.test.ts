import { execFileSync, spawn } from 'node:child_process';
import { closeSync, existsSync, mkdirSync, openSync, readdirSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import * as assert from 'uvu/assert';
import { backup } from '../../src/store/sqlite/backup.ts';
import { type GuardProcess, startGuard } from '../support/guard.ts';
import type { Lab } from '../support/lab.ts';
import { suite } from '../support/suite.ts';
import { until } from '../support/until.ts';
import {
  ABROAD,
  dial,
  fallbackHolds,
  goneAbroad,
  guardHolds,
  labWithFallback,
  nothingUnrecorded,
  vouch,
} from './support/phones.ts';

// The database cannot be used, calls come through a real Asterisk: the fallback list decides, nothing goes abroad, and what
// happened meanwhile stands in an incident as soon as the database takes it.

const test = suite<{ guard: GuardProcess; lab: Lab; file: string; agiPort: number; before: number }>('store', {
  timeout: 60_000,
});

test.before(async (ctx) => void Object.assign(ctx, await labWithFallback()));
test.before.each(async (ctx) => {
  ctx.before = goneAbroad(ctx.lab);
  ctx.guard = await startGuard({ agiPort: ctx.agiPort, config: '[block]\nannounce = false\n' });
  ctx.file = join(ctx.guard.dir, 'data/dialwarden.db');
  await vouch(ctx.guard);
  await guardHolds(ctx.lab);
});
test.after.each(({ guard }) => guard?.stop());
test.after(({ lab }) => lab?.close());

/** Calls that the incident "no verdict" counts. */
const undecided = async (guard: GuardProcess): Promise<number> =>
  (await guard.incidents()).filter(({ kind }) => kind === 'guard').reduce((sum, { calls }) => sum + calls, 0);

test('locked by another program', async ({ guard, lab, file, before }) => {
  const script = `const db = new (require('better-sqlite3'))(process.argv[1]); db.exec('BEGIN IMMEDIATE'); console.log('held'); setInterval(() => {}, 1000);`;
  const other = spawn(process.execPath, ['-e', script, file], { stdio: ['ignore', 'pipe', 'inherit'] });
  let said = '';
  other.stdout.on('data', (chunk) => (said += chunk));
  await until('the lock', () => said.includes('held'));
  await fallbackHolds(lab);
  other.kill('SIGKILL');
  await until('the lock to be free', () => other.signalCode !== null);
  await until('calls without a verdict on record', async () => (await undecided(guard)) === 2, 15_000);
  await guardHolds(lab);
  await nothingUnrecorded(lab, guard, before);
});

test('disk full: no file of the guard takes a byte', async ({ guard, lab, before }) => {
  const limit = (bytes: string) =>
    execFileSync('prlimit', ['--pid', String(guard.pid()), `--fsize=${bytes}:unlimited`]);
  // Not even over what stands there: a write-ahead log that was written back has room of its own.
  limit('0');
  await fallbackHolds(lab);
  assert.match(guard.output(), /the disk (is full|cannot be read or written)/);
  limit('unlimited');
  await until('calls without a verdict on record', async () => (await undecided(guard)) === 2, 15_000);
  await guardHolds(lab);
  await nothingUnrecorded(lab, guard, before);
});

/** Writes nonsense over a part of a file. */
function damage(file: string, from: number, bytes: number): void {
  const fd = openSync(file, 'r+');
  writeSync(fd, Buffer.alloc(bytes, 0x5a), 0, bytes, from);
  closeSync(fd);
}

/** A guard that was killed, its database on the way to be damaged: all of it in one file. */
async function down({ guard, file }: { guard: GuardProcess; file: string }): Promise<void> {
  guard.signal('SIGTERM');
  await until('the guard to end', guard.gone);
  assert.is(existsSync(`${file}-wal`), false);
}

test('damaged: refused at start with what to do; the last backup and what can be read bring it back', async (ctx) => {
  const { guard, lab, file } = ctx;
  const db = new Database(file);
  backup(db, file, Date.now());
  db.close();
  assert.is(await dial(lab, ABROAD, '102'), 200);
  await lab.pbx.idle();
  const before = await guard.settled(3);
  await down(ctx);
  damage(file, 0, 4096);
  await fallbackHolds(lab);
  const failure = await guard.restart().then(
    () => 'it started',
    (error: Error) => error.message,
  );
  assert.match(failure, /damaged; stop the guard and run `dialwarden doctor --repair`/);
  const [done] = await guard.json<{ backup: string; aside: string }>('doctor', '--repair');
  assert.match(done!.backup, /backups\/dialwarden-.*\.db$/);
  assert.ok(readdirSync(done!.aside).includes('dialwarden.db'));
  await guard.restart();
  const kept = await guard.calls();
  assert.ok(kept.length >= before.length - 2, 'the calls of the backup are there');
  assert.ok((await guard.incidents()).some(({ kind, severity }) => kind === 'guard' && severity === 'critical'));
  await guardHolds(lab);
});

test('damaged in the middle: what can be read of the file is newer than the backup', async (ctx) => {
  const { guard, lab, file } = ctx;
  const before = await guard.settled(2);
  await down(ctx);
  const db = new Database(file);
  const root = db
    .prepare("SELECT rootpage FROM sqlite_schema WHERE type = 'index' AND tbl_name = 'calls'")
    .pluck()
    .get();
  db.close();
  damage(file, (Number(root) - 1) * 4096, 4096);
  assert.match(await guard.run('doctor', '--repair'), /everything could be read from the damaged file/);
  await guard.restart();
  assert.equal(
    (await guard.calls()).map(({ uniqueid }) => uniqueid),
    before.map(({ uniqueid }) => uniqueid),
  );
  await guardHolds(lab);
  await nothingUnrecorded(lab, guard, ctx.before);
});

test('damaged without a backup: the repair says so and changes nothing; a running guard is not repaired', async (ctx) => {
  const { guard, file } = ctx;
  const running = await guard.cli('doctor', '--repair');
  assert.is(running.code, 1);
  assert.match(running.err, /another guard .* works on/);
  await down(ctx);
  const sound = await guard.cli('doctor', '--repair');
  assert.match(sound.out, /sound: nothing was changed/);
  damage(file, 0, 4096);
  mkdirSync(join(guard.dir, 'data/backups'), { recursive: true });
  const before = readdirSync(join(guard.dir, 'data')).sort();
  const { code, err } = await guard.cli('doctor', '--repair');
  assert.is(code, 1);
  assert.match(err, /no sound copy in .*backups: nothing was changed/);
  assert.equal(readdirSync(join(guard.dir, 'data')).sort(), before);
});

test.run();
