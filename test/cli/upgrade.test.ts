import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import * as assert from 'uvu/assert';
import { lockDataDir } from '../../src/process/data-lock.ts';
import { readMigrations } from '../../src/store/sqlite/migrate.ts';
import { cli } from '../support/cli.ts';
import { installing, type Machine, put, run } from './install.ts';

const test = installing('upgrade');
const LAST = readMigrations().at(-1)!;

/** Where the database is. */
const dataOf = ({ root }: Machine): string => join(root, 'var/lib/dialwarden');

/** A database of the oldest version: the first migration and no other. */
function older(data: string): void {
  const db = new Database(join(data, 'dialwarden.db'));
  const [first] = readMigrations();
  db.exec(
    'CREATE TABLE migrations (version INTEGER PRIMARY KEY, name TEXT NOT NULL, sha256 TEXT NOT NULL, applied_at INTEGER NOT NULL) STRICT',
  );
  db.exec(first!.sql);
  db.prepare('INSERT INTO migrations VALUES (?, ?, ?, 0)').run(first!.version, first!.name, first!.sha256);
  db.close();
}

test.before.each((t) => {
  mkdirSync(dataOf(t), { recursive: true });
  put(t.root, 'etc/asterisk/extensions.conf', '[general]\n');
});

test('an older database: said and asked first, then a copy, then all that is missing', async (t) => {
  older(dataOf(t));
  const asked = await run(t, 'upgrade');
  assert.is(asked.status, 1);
  assert.match(asked.out, /dialwarden.db: a copy, then 0002_\w+.sql, .*\.sql\n/);
  assert.not.ok(existsSync(join(dataOf(t), 'backups')));
  const { status, json, err } = await run(t, 'upgrade', '--yes', '--json');
  assert.is(status, 0, err);
  assert.equal(json[0].applied.at(-1), LAST.name);
  const copy = new Database(json[0].backup, { readonly: true });
  assert.is(copy.prepare('SELECT MAX(version) FROM migrations').pluck().get(), 1);
  copy.close();
  assert.match((await run(t, 'upgrade', '--yes')).out, 'nothing was changed');
  assert.is(readdirSync(join(dataOf(t), 'backups')).length, 1);
});

test('under a running guard it is only copied', async (t) => {
  older(dataOf(t));
  const unlock = lockDataDir(dataOf(t));
  try {
    const { status, out, err } = await run(t, 'upgrade', '--yes');
    assert.is(status, 0, err);
    assert.match(
      out,
      /copied .*-v0001.db\nThe guard is running: it brings the database up to date when it starts again/,
    );
  } finally {
    unlock();
  }
  const db = new Database(join(dataOf(t), 'dialwarden.db'), { readonly: true });
  assert.is(db.prepare('SELECT MAX(version) FROM migrations').pluck().get(), 1);
  db.close();
});

test('a newer database is refused with words, by upgrade as by serve', async (t) => {
  await run(t, 'init', '--yes');
  const db = new Database(join(dataOf(t), 'dialwarden.db'));
  db.prepare("INSERT INTO migrations VALUES (?, '9999_later.sql', 'x', 0)").run(LAST.version + 1);
  db.close();
  for (const argv of [
    ['upgrade', '--yes', '--root', t.root],
    ['serve', '--data', dataOf(t)],
  ]) {
    const { status, err } = await cli(t.dir, argv, { DIALWARDEN_DATA: '' });
    assert.is(status, 1);
    assert.match(err, /written by a newer dialwarden \(it has migration 9999_later.sql\): install that version\n$/);
  }
});

test('files of the PBX: a diff, the old one kept; what was not installed stays so', async (t) => {
  await run(t, 'init', '--yes');
  const [ours, unit] = [
    join(t.root, 'etc/asterisk/dialwarden.conf'),
    join(t.root, 'etc/systemd/system/dialwarden.service'),
  ];
  const fresh = readFileSync(ours, 'utf8');
  writeFileSync(ours, fresh.replace('[dialwarden]\n', '[dialwarden]\n; an older version\n'));
  writeFileSync(unit, '[Unit]\n');
  const no = await run(t, 'upgrade');
  assert.match(no.out, '\n-; an older version\n');
  assert.is(no.status, 1);
  const yes = await run(t, 'upgrade', '--yes');
  assert.is(yes.status, 0, yes.err);
  assert.is(readFileSync(ours, 'utf8'), fresh);
  assert.match(readFileSync(`${ours}.bak`, 'utf8'), 'an older version');
  assert.match(yes.out, /systemctl daemon-reload\n.*dialplan reload'\n.*systemctl restart dialwarden/);
  await run(t, 'remove', '--yes');
  assert.match((await run(t, 'upgrade', '--yes')).out, 'nothing was changed');
  assert.not.ok(existsSync(ours));
});

test('a database that is none is told apart from an old one', async (t) => {
  writeFileSync(join(dataOf(t), 'dialwarden.db'), 'these are not the bytes of a database, '.repeat(200));
  const { status, err } = await run(t, 'upgrade', '--yes');
  assert.is(status, 1);
  assert.match(err, /damaged; stop the guard and run `dialwarden doctor --repair`/);
});

test.run();
