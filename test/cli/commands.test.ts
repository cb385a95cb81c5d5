import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as assert from 'uvu/assert';
import { cli, NOW, scratch } from '../support/cli.ts';
import { suite } from '../support/suite.ts';

const test = suite('commands', { timeout: 20_000 });

test.before.each(async (ctx) => {
  Object.assign(ctx, scratch());
  await cli(ctx.dir, ['init']);
});
test.after.each((ctx) => ctx.remove());

test('init makes a database and a configuration, and keeps what is there', async ({ dir }) => {
  const file = join(dir, 'data', 'dialwarden.toml');
  assert.ok(existsSync(join(dir, 'data', 'dialwarden.db')));
  assert.match(readFileSync(file, 'utf8'), '# country =');
  writeFileSync(file, '[site]\ncountry = "FR"\n');
  const again = await cli(dir, ['init']);
  assert.is(again.status, 0);
  assert.match(again.out, 'kept as it was');
  assert.match(readFileSync(file, 'utf8'), 'FR');
});

test('check needs no data directory and says allow, warn or block by its exit code', async ({ dir }) => {
  const check = (...argv: string[]) => cli(dir, ['check', ...argv, '--json', '--data', join(dir, 'none')]);
  const emergency = await check('214', '112');
  assert.is(emergency.status, 0);
  assert.is(emergency.json[0].kind, 'emergency');
  const national = await check('214', '030901820');
  assert.is(national.status, 0);
  assert.is(national.json[0].e164, '+4930901820');
  assert.is(national.json[0].verdict, 'allow');
  const abroad = await check('214', '00252615550100', '--at', '2026-11-22T03:00');
  assert.is(abroad.status, 10);
  assert.is(abroad.json[0].verdict, 'warn');
  assert.is(abroad.json[0].e164, '+252615550100');
  assert.ok(abroad.json[0].reasons.every((code: unknown) => typeof code === 'string'));
  const injected = await check('214', '030901820&SIP/x');
  assert.is(injected.status, 20);
  assert.is(injected.json[0].e164, null);
  const nobody = await check('a b', '030901820');
  assert.is(nobody.json[0].ext, 'a b');
  const keys = Object.keys(abroad.json[0]).slice(0, 6);
  assert.equal(keys, ['uniqueid', 'ext', 'dialled', 'e164', 'verdict', 'reasons']);
  assert.not.ok(existsSync(join(dir, 'none')));
});

test('check takes times in ISO 8601: with an offset, or wall time of the site that the extension belongs to', async ({
  dir,
}) => {
  const config = join(dir, 'sites.toml');
  const zones = '[site]\ncountry = "DE"\n[sites.york]\ncountry = "US"\ntimezone = "America/New_York"\nmatch = "3XX"\n';
  writeFileSync(config, zones);
  await cli(dir, ['block', '--prefix', '+44', '--for', '2h']);
  const blocked = async (ext: string, at: string) =>
    (await cli(dir, ['check', ext, '+442079460018', '--at', at, '--config', config])).status === 20;
  for (const at of [
    '2026-11-24T10:59:59Z',
    '2026-11-24T12:59:59.5+0200',
    '2026-11-24 11:59',
    '2026-11-24T05:59:59-05:00',
  ])
    assert.ok(await blocked('214', at), at);
  for (const at of ['2026-11-24T11:00:01Z', '2026-11-24T13:00:01.000+02:00', '2026-11-24T12:01', '2026-11-25'])
    assert.not(await blocked('214', at), at);
  assert.ok(await blocked('301', '2026-11-24T05:59'), 'in New York');
  assert.not(await blocked('301', '2026-11-24T11:59'), 'in New York');
});

test('check sees what the owner decided, and records nothing', async ({ dir }) => {
  await cli(dir, ['block', '214', '--why', 'stolen']);
  const blocked = await cli(dir, ['check', '214', '0033142685300']);
  assert.is(blocked.status, 20);
  assert.match(blocked.out, /^verdict: +block/);
  assert.equal((await cli(dir, ['calls', '--json'])).json, []);
});

test('a block begins and ends', async ({ dir }) => {
  assert.is((await cli(dir, ['block', '--prefix', '+252', '--for', '2h', '--all'])).status, 0);
  const [row] = (await cli(dir, ['block', '--json'])).json;
  assert.equal([row.prefix, row.what, row.until], ['252', 'all', '2026-11-24T11:00:00.000Z']);
  assert.is((await cli(dir, ['unblock', '--prefix', '252', '--done', 'x'])).status, 0);
  const none = await cli(dir, ['unblock', '214']);
  assert.is(none.status, 1);
  assert.match(none.err, 'no block in force on extension 214');
  assert.is((await cli(dir, ['unblock'])).status, 2);
  assert.is((await cli(dir, ['block', '--for', '2h'])).status, 2, 'what?');
  assert.match((await cli(dir, ['block', '--all'])).out, /on everything is in force/);
  assert.is((await cli(dir, ['check', '214', '0301234567'])).status, 20);
  assert.is((await cli(dir, ['check', '214', '112'])).status, 0);
  assert.match((await cli(dir, ['unblock', '--all'])).out, /1 block lifted/);
  assert.is((await cli(dir, ['check', '214', '0301234567'])).status, 0);
});

test('lifting the block on a site leaves those on its extensions', async ({ dir }) => {
  await cli(dir, ['block', '--site']);
  await cli(dir, ['block', '214', '--site', 'default']);
  await cli(dir, ['unblock', '--site']);
  assert.equal(
    (await cli(dir, ['block', '--json'])).json.map((b) => b.ext),
    ['214'],
  );
});

test('limits are set, shown with their origin, exported, imported whole and reset', async ({ dir }) => {
  await cli(dir, ['limits', 'set', '*', 'hours', 'Mon-Fri 07:00-20:00']);
  await cli(dir, ['limits', 'set', '214', 'calls_per_day.international', '7']);
  const [shown] = (await cli(dir, ['limits', 'show', '214', '--json'])).json;
  const of = (name: string) => shown.values.find((v: { name: string }) => v.name === name);
  assert.equal(of('calls_per_day.international'), {
    name: 'calls_per_day.international',
    value: '7',
    origin: 'extension',
  });
  assert.is(of('hours').origin, 'site');
  const file = join(dir, 'limits.json');
  assert.is((await cli(dir, ['limits', 'export', file])).status, 0);
  await cli(dir, ['limits', 'reset', '214']);
  assert.is((await cli(dir, ['limits', 'import', file])).status, 0);
  const exported = JSON.parse(readFileSync(file, 'utf8'));
  assert.is(exported.limits.length, 2);
  exported.limits[1].value = 'many';
  writeFileSync(file, JSON.stringify(exported));
  const bad = await cli(dir, ['limits', 'import', file]);
  assert.is(bad.status, 1);
  assert.match(bad.err, 'limit 2');
  assert.is(
    (await cli(dir, ['limits', 'export'])).out,
    `${JSON.stringify({ ...exported, limits: [exported.limits[0], { ...exported.limits[1], value: '7' }] }, null, 2)}\n`,
  );
  assert.is((await cli(dir, ['limits', 'export', '--json'])).json[0]?.limits.length, 2);
});

test('extensions, prefixes and confirmations', async ({ dir }) => {
  await cli(dir, ['extensions', 'set', '290', '--machine', '--profile', 'lobby']);
  assert.match((await cli(dir, ['extensions'])).out, /default +290 +lobby +yes/);
  assert.is((await cli(dir, ['extensions', 'set', '290', '--profile', 'nonsense'])).status, 2);
  assert.is((await cli(dir, ['prefixes', 'deny', '+252', '--note', 'never'])).status, 0);
  const [shown] = (await cli(dir, ['prefixes', 'show', '25261', '--json'])).json;
  assert.equal([shown.region, shown.override.action], ['SO', 'deny']);
  assert.is((await cli(dir, ['check', '214', '00252615550100'])).status, 20);
  assert.is((await cli(dir, ['prefixes', 'remove', '252'])).status, 0);
  assert.is((await cli(dir, ['check', '214', '00252615550100'])).status, 10);
  assert.is((await cli(dir, ['confirm', 'add', '214', '+252615550100'])).status, 0);
  assert.is((await cli(dir, ['check', '214', '00252615550100'])).status, 0);
  assert.match((await cli(dir, ['confirm', 'list'])).out, '+2526155501xx');
  assert.is((await cli(dir, ['confirm', 'remove', '1'])).status, 0);
  assert.is((await cli(dir, ['confirm', 'add', '214', '1;2'])).status, 2);
});

test('a rate deck is taken over whole or not at all', async ({ dir }) => {
  const file = join(dir, 'deck.csv');
  writeFileSync(file, 'Prefix;Destination;Rate;Increment\n252;Somalia;0,95;60/60\n25261;Somalia mobile;1,2;1/1\n');
  assert.is((await cli(dir, ['rates', 'import', file])).status, 0);
  const [rate] = (await cli(dir, ['rates', 'show', '+252615550100', '--json'])).json;
  assert.equal([rate.perMinute, rate.first, rate.source], [1.2, 1, 'deck deck']);
  writeFileSync(file, 'prefix,rate\n252,0.5\nabc,1\n253,x\n');
  const bad = await cli(dir, ['rates', 'import', file]);
  assert.is(bad.status, 1);
  assert.match(bad.err, 'line 3: "abc" is no prefix');
  assert.match(bad.err, 'line 4: "x" is no price');
  assert.equal(
    (await cli(dir, ['rates', '--json'])).json.map((d) => [d.rows, d.state]),
    [[2, 'active']],
  );
  writeFileSync(file, 'prefix,rate\n252,0.5\n252,0.6\n');
  assert.match((await cli(dir, ['rates', 'import', file])).err, 'line 3: prefix 252 has another price on line 2');
  assert.is((await cli(dir, ['rates', 'activate', 'none'])).status, 0);
  writeFileSync(file, 'prefix,price\n252,1\n');
  await cli(dir, ['rates', 'import', file, '--no-activate']);
  assert.is((await cli(dir, ['rates', '--json'])).json.at(-1)?.state, 'loaded');
  assert.is((await cli(dir, ['rates', 'show', '252'])).status, 1);
});

test('observing makes an incident, lets calls go on, and ends by itself', async ({ dir }) => {
  await cli(dir, ['block', '214']);
  const observe = await cli(dir, ['mode', 'observe', '--for', '2h', '--why', 'new trunk']);
  assert.is(observe.out, 'observe until 2026-11-24 12:00:00\n');
  const [seen] = (await cli(dir, ['check', '214', '0033142685300', '--json'])).json;
  assert.equal([seen.verdict, seen.would], ['allow', 'block']);
  assert.is((await cli(dir, ['incidents', '--json'])).json[0].evidence.code, 'observing');
  assert.is((await cli(dir, ['mode'], {}, NOW + 7_200_001)).out, 'enforce\n');
  assert.is((await cli(dir, ['mode', 'enforce'])).out, 'enforce\n');
  assert.is((await cli(dir, ['check', '214', '0033142685300'])).status, 20);
});

test('fallback writes the list for the PBX that is named, Asterisk by default', async ({ dir }) => {
  const file = join(dir, 'f.toml');
  writeFileSync(file, '[site]\ncountry = "DE"\narea_code = "30"\n');
  const run = (...pbx: string[]) => cli(dir, ['fallback', ...pbx, '--config', file]);
  const asterisk = await run();
  assert.match(asterisk.out, /^; dialwarden-fallback\.conf.*for site default, Germany.*exten => _0/s);
  assert.is((await run('asterisk')).out, asterisk.out);
  const freeswitch = await run('freeswitch');
  assert.match(freeswitch.out, /^<!-- .*dialwarden fallback freeswitch.*for site default, Germany/);
  assert.match(freeswitch.out, 'name="dialwarden_fallback_site_1"');
  assert.is((await run('yate')).status, 2);
});

test('doctor says what is missing and what to do', async ({ dir }) => {
  const file = join(dir, 'd.toml');
  writeFileSync(file, '[agi]\nlisten = "127.0.0.1:9"\n[http]\nlisten = "127.0.0.1:9"\n');
  const ran = await cli(dir, ['doctor', '--json', '--config', file]);
  assert.is(ran.status, 1);
  const state = (check: string) => ran.json.find((f) => f.check === check)?.state;
  assert.equal([state('database'), state('clock'), state('disk')], ['ok', 'ok', 'ok']);
  assert.equal([state('FastAGI'), state('guard'), state('PBX'), state('calls')], ['fail', 'fail', 'warn', 'warn']);
});

test.run();
