import { closeSync, openSync, readdirSync, statSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import * as assert from 'uvu/assert';
import { startBackups } from '../../src/app/backups.ts';
import type { Report } from '../../src/guard/ports.ts';
import { backups } from '../../src/store/sqlite/backup.ts';
import { DATABASE_FILE, openDatabase } from '../../src/store/sqlite/database.ts';
import { sound } from '../../src/store/sqlite/repair.ts';
import { scratch } from '../support/cli.ts';
import { attempt, hamburg, TUESDAY } from '../support/facts.ts';
import { suite } from '../support/suite.ts';
import { until } from '../support/until.ts';
import { judge, ledgerOf } from './support.ts';

const test = suite('backups', { timeout: 30_000 });
const DAY = 86_400_000;

test.before.each((ctx) => {
  Object.assign(ctx, scratch());
  ctx.file = join(ctx.dir, DATABASE_FILE);
});
test.after.each((ctx) => ctx.remove());

/** Looks once, as of `now`; gives what was reported and logged. */
function look(file: string, now: number) {
  const told: (Report | string)[] = [];
  const stop = startBackups({
    file,
    ledger: { report: async (report) => told.push(report) },
    now: () => now,
    log: { info: (event) => void told.push(event), warn: () => undefined, error: () => undefined },
    firstLookMs: 0,
  });
  return { told, stop };
}

test('once a day the database is copied beside its writers; the copy is whole', async ({ file }) => {
  const ledger = ledgerOf({ file });
  const call = attempt(hamburg);
  await ledger.admit(call, judge(call));
  const first = look(file, TUESDAY);
  await until('the copy', () => first.told.length > 0, 20_000);
  first.stop();
  assert.equal(first.told, ['database backed up']);
  const [copy] = backups(file);
  assert.is(copy!.at, TUESDAY);
  assert.ok(sound(copy!.path));
  const db = new Database(copy!.path, { readonly: true });
  assert.is(db.prepare('SELECT COUNT(*) FROM calls').pluck().get(), 1);
  db.close();
  const again = look(file, TUESDAY + DAY - 1_000);
  await new Promise((resolve) => setTimeout(resolve, 200));
  again.stop();
  assert.equal(again.told, []);
  ledger.close();
});

test('a file that cannot be read to its end makes a critical incident and no copy', async ({ dir, file }) => {
  const db = openDatabase(dir, { create: true });
  db.exec(
    `WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 5000)
     INSERT INTO wrong_pins (at, ext) SELECT i, 'x' FROM n`,
  );
  db.close();
  const fd = openSync(file, 'r+');
  const { size } = statSync(file);
  writeSync(fd, Buffer.alloc(65_536, 0x5a), 0, 65_536, size - 81_920);
  closeSync(fd);
  const { told, stop } = look(file, TUESDAY);
  await until('the report', () => told.length > 0, 20_000);
  stop();
  const report = told[0] as Report;
  assert.equal([report.severity, report.title], ['critical', 'The database file is damaged']);
  assert.match(report.why, /doctor --repair/);
  assert.equal(backups(file), []);
  assert.equal(
    readdirSync(join(dir, 'backups')).filter((name) => name.startsWith('dialwarden')),
    [],
  );
});

test.run();
