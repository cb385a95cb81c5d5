import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import * as assert from 'uvu/assert';
import { DATABASE_FILE, openDatabase } from '../../src/store/sqlite/database.ts';
import { MIGRATIONS, migrate, readMigrations } from '../../src/store/sqlite/migrate.ts';
import { suite } from '../support/suite.ts';

const test = suite<{ dir: string; folder: string; file: string }>('migrations');

test.before.each((t) => {
  t.dir = mkdtempSync(join(tmpdir(), 'dialwarden-'));
  t.folder = join(t.dir, 'migrations');
  t.file = join(t.dir, DATABASE_FILE);
  mkdirSync(t.folder);
});
test.after.each(({ dir }) => rmSync(dir, { recursive: true }));

const write = (folder: string, name: string, sql: string) => writeFileSync(join(folder, name), sql);

function bring({ file, folder }: { file: string; folder: string }, now = 0): string[] {
  const db = new Database(file);
  try {
    migrate(db, { file, folder, now });
    return db.prepare('SELECT name FROM migrations ORDER BY version').pluck().all() as string[];
  } finally {
    db.close();
  }
}

const refused = (work: () => unknown, why: RegExp) => assert.throws(work, (error: Error) => why.test(error.message));

test('the package brings its own, and an empty folder becomes a database once', ({ dir }) => {
  assert.is(readMigrations()[0]?.name, '0001_ledger.sql');
  openDatabase(dir, { create: true }).close();
  const db = openDatabase(dir, { create: false, readonly: true });
  assert.is(db.prepare('SELECT COUNT(*) FROM calls').pluck().get(), 0);
  db.close();
  assert.equal(readdirSync(dir).includes('backups'), false);
});

test('later ones are applied in order, each after the one before, with a backup of what was there', (t) => {
  write(t.folder, '0001_one.sql', 'CREATE TABLE one (a)');
  assert.equal(bring(t), ['0001_one.sql']);
  write(t.folder, '0002_two.sql', 'ALTER TABLE one ADD COLUMN b');
  write(t.folder, '0003_three.sql', 'CREATE INDEX three ON one (b)');
  assert.equal(bring(t, Date.UTC(2026, 0, 2)), ['0001_one.sql', '0002_two.sql', '0003_three.sql']);
  assert.equal(readdirSync(join(t.dir, 'backups')), ['dialwarden-2026-01-02T00-00-00-000Z-v0001.db']);
  assert.is(bring(t).length, 3);
  assert.is(readdirSync(join(t.dir, 'backups')).length, 1);
});

test('only the newest five backups are kept', (t) => {
  for (let i = 1; i <= 8; i++) {
    write(t.folder, `000${i}_n.sql`, `CREATE TABLE t${i} (a)`);
    bring(t, Date.UTC(2026, 0, i));
  }
  const kept = readdirSync(join(t.dir, 'backups')).sort();
  assert.equal(
    kept.map((name) => name.slice(-7, -3)),
    ['0003', '0004', '0005', '0006', '0007'],
  );
});

test('a migration that fails leaves the database as it was', (t) => {
  write(t.folder, '0001_one.sql', 'CREATE TABLE one (a)');
  bring(t);
  write(t.folder, '0002_two.sql', 'CREATE TABLE two (a); CREATE TABLE one (a)');
  refused(() => bring(t), /already exists/);
  const db = new Database(t.file);
  assert.is(db.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'two'").get(), undefined);
  assert.is(db.prepare('SELECT COUNT(*) FROM migrations').pluck().get(), 1);
  db.close();
});

test('gaps, numbers used twice and other names are refused', ({ folder }) => {
  write(folder, '0001_one.sql', '');
  write(folder, '0003_three.sql', '');
  refused(() => readMigrations(folder), /0003_three.sql stands where number 2 is missing/);
  write(folder, '0002_two.sql', '');
  write(folder, '0002_again.sql', '');
  refused(() => readMigrations(folder), /used twice/);
  rmSync(join(folder, '0002_again.sql'));
  write(folder, '4.sql', '');
  refused(() => readMigrations(folder), /4.sql is not named like/);
});

test('an edited, a reordered and a newer database are refused, and so is another program’s', (t) => {
  write(t.folder, '0001_one.sql', 'CREATE TABLE one (a)');
  write(t.folder, '0002_two.sql', 'CREATE TABLE two (a)');
  bring(t);
  write(t.folder, '0001_one.sql', 'CREATE TABLE one (a, b)');
  refused(() => bring(t), /0001_one.sql was edited after it had been applied/);
  write(t.folder, '0001_one.sql', 'CREATE TABLE two (a)');
  write(t.folder, '0002_two.sql', 'CREATE TABLE one (a)');
  refused(() => bring(t), /edited/);
  write(t.folder, '0001_one.sql', 'CREATE TABLE one (a)');
  rmSync(join(t.folder, '0002_two.sql'));
  refused(() => bring(t), /written by a newer dialwarden \(it has migration 0002_two.sql\)/);
  const db = new Database(join(t.dir, 'other.db'));
  db.exec('CREATE TABLE contacts (name)');
  refused(() => migrate(db, { file: db.name, folder: t.folder, now: 0 }), /database of another program/);
  db.close();
});

test('a command neither makes nor migrates a database, and says what to do', ({ dir, file }) => {
  refused(() => openDatabase(dir, { create: false }), /there is no .*dialwarden serve.*--data/);
  new Database(file).close();
  refused(() => openDatabase(dir, { create: false }), /older dialwarden: start `dialwarden serve`/);
});

test('a damaged file is named, with what to do about it', ({ dir, file }) => {
  writeFileSync(file, 'these are not the bytes of a database, '.repeat(200));
  refused(
    () => openDatabase(dir, { create: true }),
    /dialwarden.db: .*damaged; stop the guard and run `dialwarden doctor --repair`/,
  );
});

test('the migrations that were applied are the ones in the package', ({ dir, folder }) => {
  for (const name of readdirSync(MIGRATIONS)) copyFileSync(join(MIGRATIONS, name), join(folder, name));
  openDatabase(dir, { create: true }).close();
  assert.equal(bring({ file: join(dir, DATABASE_FILE), folder }).length, readMigrations().length);
});

test('what extensions used in the last days is known after an upgrade', (t) => {
  const names = readdirSync(MIGRATIONS).sort();
  for (const name of names.filter((name) => name < '0013')) copyFileSync(join(MIGRATIONS, name), join(t.folder, name));
  bring(t);
  const db = new Database(t.file);
  const call = db.prepare(
    `INSERT INTO calls (pbx, uniqueid, target, site, ext, at, dialled, kind, scope, verdict, state, counted, reasons)
     VALUES ('asterisk', ?, '+33140000000', 'main', '214', ?, '0033140000000', 'international', 1, 'allow', 'ended', ?, '[]')`,
  );
  const lease = db.prepare(
    `INSERT INTO leases (call, site, ext, scope, money, opened_at, expires_at, reserved, closed_at, seconds, charged)
     VALUES (?, 'main', '214', 1, 1, 0, 0, 0, ?, ?, ?)`,
  );
  const HOUR = 3_600_000;
  call.run('1.1', 0, 1);
  for (const [hour, counted] of [
    [60, 1],
    [70, 0],
    [80, 1],
  ]) {
    const { lastInsertRowid: id } = call.run(`1.${hour}`, hour! * HOUR, counted);
    if (counted) for (const seconds of [0, 60, 30]) lease.run(id, hour! * HOUR + 90_000, seconds, seconds * 10);
  }
  db.close();
  for (const name of names) copyFileSync(join(MIGRATIONS, name), join(t.folder, name));
  assert.equal(bring(t).length, names.length);
  const after = new Database(t.file);
  const uses = after.prepare('SELECT ended, at, call, scope, seconds, charged FROM uses').raw().all();
  assert.equal(uses, [
    [0, 60 * HOUR, 2, 1, 0, 0],
    [0, 80 * HOUR, 4, 1, 0, 0],
    [1, 60 * HOUR + 90_000, 2, 1, 90, 900],
    [1, 80 * HOUR + 90_000, 4, 1, 90, 900],
  ]);
  after.close();
});

test.run();
