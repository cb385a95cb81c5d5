import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import * as assert from 'uvu/assert';
import { main } from '../../src/cli/main.ts';
import { openDatabase } from '../../src/store/sqlite/database.ts';
import { cli, NOW, scratch } from '../support/cli.ts';
import { country, mmdb } from '../support/mmdb.ts';
import { suite } from '../support/suite.ts';

const DAY = 86_400_000;
const UK = '00442079460000';

const test = suite<{ dir: string; remove: () => void; run: (...argv: string[]) => ReturnType<typeof cli> }>(
  'dialwarden networks',
  { timeout: 30_000 },
);
test.before.each(async (t) => {
  Object.assign(t, scratch());
  t.run = (...argv) => cli(t.dir, argv);
  await t.run('init');
});
test.after.each(({ remove }) => remove());

const write = (dir: string, name: string, bytes: string | Buffer) => {
  writeFileSync(join(dir, name), bytes);
  return join(dir, name);
};

test('allow, deny, list, check and remove', async ({ run }) => {
  assert.match((await run('networks')).out, 'No network is named');
  assert.match(
    (await run('networks', 'allow', '214', '203.0.113.9/24', '--note', 'branch')).out,
    /203\.0\.113\.0\/24 .* extension 214; .*blocked/,
  );
  const [row] = (await run('networks', 'deny', '198.51.100.7', '--for', '30d', '--json')).json;
  assert.equal(
    [row.network, row.action, row.ext, row.until, row.by],
    ['198.51.100.7', 'deny', '*', '2026-12-24T09:00:00.000Z', 'tester'],
  );
  assert.match((await run('networks', 'list')).out, /2 +\* +deny +198\.51\.100\.7 +2026-12-24/);
  const verdict = async (...asked: string[]) => (await run('networks', 'check', ...asked, '--json')).json[0].verdict;
  assert.is(await verdict('198.51.100.7'), 'blocked (network_denied)');
  assert.is(await verdict('198.51.100.8', '214'), 'blocked (network_outside)');
  assert.is(await verdict('::ffff:203.0.113.1', '214'), 'not questioned');
  assert.is((await run('check', '214', UK, '--addr', '198.51.100.8')).status, 20);
  assert.match((await run('check', '214', UK, '--addr', '198.51.100.8')).out, 'outside the networks of extension 214');
  assert.match((await run('networks', 'remove', '1')).out, 'network 1 is no more');
  assert.is(await verdict('198.51.100.8', '214'), 'not questioned');
  assert.is((await run('networks', 'remove', '1')).status, 1);
});

test('wrong use is said', async ({ run }) => {
  for (const argv of [
    ['networks', 'allow', '214', 'office'],
    ['networks', 'deny', '10.0.0.0/33'],
    ['networks', 'deny', '10.0.0.0/8', '--site', 'nowhere'],
    ['networks', 'deny', '10.0.0.0/8', '--for', 'ever'],
    ['networks', 'check', 'localhost'],
    ['check', '214', UK, '--addr', 'localhost'],
    ['networks', 'import', '/nowhere.txt', '--name', '7 lists'],
  ])
    assert.is((await run(...argv)).status, 2, argv.join(' '));
  assert.is((await run('networks', 'remove', 'firehol')).status, 1);
});

test('import: a netset with comments, its expiry, and whose networks it shuts out', async ({ dir, run }) => {
  const db = openDatabase(join(dir, 'data'), { create: false });
  db.prepare("INSERT INTO phones VALUES ('default', '214', '203.0.113.0/24', NULL, 1, ?)").run(NOW - DAY);
  db.close();
  const file = write(
    dir,
    'level2.netset',
    '# FireHOL\n#\n203.0.113.0/25\n203.0.113.128/25 ; SBL1\r\n198.51.100.1-198.51.100.9\n2001:db8::/32',
  );
  const { out, err, status } = await run('networks', 'import', file, '--name', 'firehol', '--expires', '7d');
  assert.is(status, 0, err);
  assert.match(out, '4 entries of firehol (3 ranges) are denied');
  assert.match(out, 'called from there lately: 214 (203.0.113.0/24)');
  assert.match((await run('networks')).out, /firehol +3 +2026-11-24 10:00:00 +2026-12-01 10:00:00 +.*level2\.netset/);
  const [said] = (await run('networks', 'check', '2001:db8::7', '--json')).json;
  assert.equal([said.list, said.verdict], ['firehol', 'blocked (network_denied)']);
  const later = await cli(dir, ['networks', 'check', '2001:db8::7', '--json'], {}, NOW + 8 * DAY);
  assert.is(later.json[0].list, null);
  const doctor = await cli(dir, ['doctor'], {}, NOW + 8 * DAY);
  assert.match(doctor.out, /warn +denied list firehol +denies nobody since 2026-12-01/);
  assert.match((await run('networks', 'remove', 'firehol')).out, 'the list firehol is no more');
});

test('import: what is no list changes nothing', async ({ dir, run }) => {
  await run('networks', 'import', write(dir, 'a.txt', '192.0.2.7\n'), '--name', 'drop');
  const bad: [string, string | Buffer, RegExp][] = [
    ['page.html', '<html>\n<p>Sign in</p>\n', /line 1: "<html>"/],
    ['half.txt', '192.0.2.1\n300.1.1.1\n', /line 2: "300\.1\.1\.1"/],
    ['noise.bin', Buffer.from(Array.from({ length: 9_000 }, (_, i) => (i * 7) % 251 || 1)), /no list|characters/],
    ['empty.txt', '# nothing\n', /names no address/],
    ['long.txt', '1'.repeat(2_000_000), /line of more than 4096/],
    ['escape.txt', '\u001b[2J\n', /no list/],
  ];
  for (const [name, bytes, why] of bad) {
    const { status, err } = await run('networks', 'import', write(dir, name, bytes), '--name', 'drop');
    assert.is(status, 1, name);
    assert.match(err, why);
    assert.not.match(err, '\u001b');
  }
  assert.match((await run('networks', 'import', dir)).err, /cannot be read/);
  assert.is((await run('networks', 'check', '192.0.2.7', '--json')).json[0].list, 'drop');
});

test('import: 300,000 lines with a bar, and all of them count', async ({ dir, run }) => {
  const lines = Array.from(
    { length: 300_000 },
    (_, n) => `${20 + (n >> 16)}.${(n >> 8) & 255}.${n & 255}.${(n * 7) % 256}`,
  );
  const file = write(dir, 'big.ipset', `${lines.join('\n')}\n`);
  const terminal = new PassThrough();
  let [drawn, out] = ['', ''];
  terminal.on('data', (piece) => (drawn += piece));
  Object.assign(terminal, { isTTY: true, cursorTo: () => true, clearLine: () => true, columns: 80 });
  const io = {
    out: (text: string) => {
      out += text;
    },
    err: () => undefined,
    terminal,
    env: { TZ: 'UTC' },
    cwd: dir,
  };
  const argv = ['networks', 'import', file, '--data', join(dir, 'data'), '--json'];
  assert.is(await main(argv, { ...io, now: () => NOW, who: 'tester' }), 0);
  const { entries, ranges } = JSON.parse(out);
  assert.equal([entries, ranges], [300_000, 300_000]);
  assert.match(drawn, 'importing');
  for (const line of [lines[0]!, lines[123_456]!, lines.at(-1)!])
    assert.is((await run('networks', 'check', line, '--json')).json[0].list, 'big');
});

test("countries: doctor and check by the owner's file, and what is wrong with it", async ({ dir, run }) => {
  assert.match((await run('doctor')).out, /ok +countries of phones +off: with \[geo\]/);
  const file = write(dir, 'country.mmdb', mmdb({ '203.0.113.0/24': country('PS') }, Math.floor(NOW / 1000) - 86_400));
  write(dir, 'dialwarden.toml', `[geo]\nfile = "${file}"\n[site]\nnetworks = ["203.0.113.0/24", "10.0.0.0/8"]\n`);
  assert.match((await run('doctor')).out, /ok +countries of phones +Test-Country of 2026-11-23/);
  assert.match(
    (await run('networks', 'check', '203.0.113.7')).out,
    /country: +PS\n(.*\n)*costly calls: +not questioned/,
  );
  assert.match((await run('networks')).out, /default +\* +allow +203\.0\.113\.0\/24 +configuration/);
  write(dir, 'country.mmdb', mmdb({ '203.0.113.0/24': country('PS') }, 1_600_000_000));
  assert.match((await run('doctor')).out, /warn +countries of phones +Test-Country of 2020-09-13: get a newer one/);
  write(dir, 'country.mmdb', Buffer.alloc(0));
  const { out, status } = await run('doctor');
  assert.match(out, /fail +countries of phones +.*country\.mmdb: cannot be read \(empty\); the guard goes on without/);
  assert.is(status, 1);
  assert.is((await run('check', '214', '0301234567', '--addr', '203.0.113.7')).status, 0);
});

test('a phone abroad is questioned by check, with the reasons in words', async ({ dir, run }) => {
  const db = openDatabase(join(dir, 'data'), { create: false });
  db.prepare("INSERT INTO phones VALUES ('default', '214', '10.0.0.0/24', 'DE', 1, ?)").run(NOW - 10 * 60_000);
  db.close();
  write(dir, 'dialwarden.toml', `[geo]\nfile = "${write(dir, 'c.mmdb', mmdb({ '203.0.113.0/24': country('PS') }))}"\n`);
  await run('confirm', 'add', '214', '+442079460000');
  const here = await run('check', '214', UK, '--addr', '10.0.0.9', '--json');
  assert.equal([here.status, here.json[0].reasons], [0, ['known_destination']]);
  const { status, json } = await run('check', '214', UK, '--addr', '203.0.113.7', '--json');
  assert.equal([status, json[0].reasons], [10, ['far_apart', 'country_new']]);
  assert.is((await run('networks', 'phones', '214', '--json')).json[0].network, '10.0.0.0/24');
});

test.run();
