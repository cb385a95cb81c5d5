import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as assert from 'uvu/assert';
import { cli, scratch } from '../support/cli.ts';
import { suite } from '../support/suite.ts';

// What holds for every command.

const test = suite('usage', { timeout: 20_000 });

test.before.each(async (ctx) => {
  Object.assign(ctx, scratch());
  await cli(ctx.dir, ['init']);
});
test.after.each((ctx) => ctx.remove());

test('a command that needs state fails where there is none, and makes none', async ({ dir }) => {
  for (const argv of [
    ['calls'],
    ['incidents'],
    ['block', '214'],
    ['mode'],
    ['report'],
    ['limits', 'show'],
    ['rates'],
    ['doctor'],
  ]) {
    const ran = await cli(dir, [...argv, '--data', join(dir, 'none')]);
    assert.is(ran.status, 1, argv.join(' '));
    assert.match(ran.err, /^dialwarden: there is no .*none\/dialwarden\.db: .*serve/);
    assert.is(ran.err.trim().split('\n').length, 1);
  }
  assert.not.ok(existsSync(join(dir, 'none')));
});

test('wrong use is exit code 2', async ({ dir }) => {
  for (const argv of [
    ['chekc'],
    ['check'],
    ['check', '214'],
    ['check', '214', '1', '--wat'],
    ...['noon', '1', '2026', '22 Nov 2026', '2026-02-30', '2026-13-01T10:00', '2026-11-22T25:00', '2026-11-22T10:61']
      .concat('2026-11-22T25:00Z', '2026-11-22T10:00+25:00', '2026-11-22Z', '')
      .map((at) => ['check', '214', '1', '--at', at]),
    ['mode', 'observe'],
    ['mode', 'observe', '--for', 'long'],
    ['incidents', 'close', '1', '--as', 'x'],
    ['limits', 'set', '214', 'calls', '3'],
    ['prefixes', 'deny', 'abc'],
    ['block', '214', '--for', '2'],
    ['incidents', 'show', 'x'],
    ...['', ' ', '21 4', '214;1', '*'].flatMap((ext) => [
      ['block', ext],
      ['block', ext, '--all'],
      ['unblock', ext, '--all'],
    ]),
    ...['', '21 4'].flatMap((ext) => [
      ['confirm', 'add', ext, '+252615550100'],
      ['limits', 'set', ext, 'calls_per_day.international', '3'],
      ['extensions', 'set', ext, '--machine'],
      ['networks', 'allow', ext, '10.0.0.0/8'],
      ['networks', 'deny', '10.0.0.0/8', '--ext', ext],
    ]),
  ]) {
    const ran = await cli(dir, argv);
    assert.is(ran.status, 2, argv.join(' '));
    assert.ok(ran.err.length > 0, argv.join(' '));
  }
  for (const list of ['block', 'confirm', 'extensions', 'networks'])
    assert.equal((await cli(dir, [list, '--json'])).json, [], list);
  const wrong = join(dir, 'wrong.toml');
  writeFileSync(wrong, '[guard]\nmod = "observe"\n');
  const ran = await cli(dir, ['check', '214', '110', '--config', wrong]);
  assert.is(ran.status, 2);
  assert.is(ran.err, `${wrong}:2: [guard] mod is no known key; did you mean mode?\n`);
});

test('a configuration that is named and not there is exit code 2', async ({ dir }) => {
  const none = join(dir, 'none.toml');
  for (const argv of [
    ...[
      'calls',
      'check 214 112',
      'audit',
      `audit ${dir}`,
      'doctor',
      'fallback',
      'learn x.csv',
      'replay x.csv',
      'report',
      'mode',
    ],
    ...[
      'notify test',
      'outbox',
      'limits show',
      'limits export',
      'rates',
      'prefixes',
      'incidents',
      'scans',
      'prune',
      'serve',
    ],
    ...['confirm', 'block', 'unblock 214', 'extensions', 'networks'],
  ]) {
    const ran = await cli(dir, [...argv.split(' '), '--config', none]);
    assert.equal([ran.status, ran.err], [2, `${none}: cannot be read (ENOENT)\n`], argv);
  }
});

test('an extension is what can pay: a name, or what [site] internal matches', async ({ dir }) => {
  const config = join(dir, 'names.toml');
  writeFileSync(config, '[site]\ninternal = ["1XX", "^desk [0-9]+"]\n');
  for (const ext of ['101', '9', 'alice@pbx.example', 'lobby-door', 'desk 7'])
    assert.is((await cli(dir, ['block', ext, '--config', config])).status, 0, ext);
  const refused = await cli(dir, ['block', 'desk x', '--config', config]);
  assert.equal([refused.status, refused.err], [2, 'dialwarden: "desk x" is no extension such as 214\n']);
  for (const what of [
    ['limits', 'set', '*', 'calls_per_day.international', '3'],
    ['extensions', 'set', '*', '--machine'],
  ])
    assert.is((await cli(dir, what)).status, 0);
});

test('every command has help with an example', async ({ dir }) => {
  const { out } = await cli(dir, ['--help']);
  const names = [...out.matchAll(/^ {2}([a-z]+)\b/gm)].map((m) => m[1]!).filter((name) => name !== 'help');
  assert.ok(names.length >= 17, names.join(' '));
  for (const name of names) {
    const help = await cli(dir, [name, '--help']);
    assert.is(help.status, 0);
    assert.match(help.out, `dialwarden ${name}`);
    assert.match(help.out, '--config');
    assert.match(help.out, '--data');
  }
});

test.run();
