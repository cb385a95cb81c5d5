import { execFileSync } from 'node:child_process';
import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as assert from 'uvu/assert';
import { parseAddress } from '../../src/config/address.ts';
import { formatDuration, parseDuration } from '../../src/config/duration.ts';
import { findConfig, loadConfig } from '../../src/config/load.ts';
import { TEMPLATE } from '../../src/config/template.ts';
import { formatNetwork } from '../../src/core/addresses/network.ts';
import { scratch } from '../support/cli.ts';
import { suite } from '../support/suite.ts';
import { BERLIN, policy, read, refused } from './support.ts';

const test = suite('configuration');
test('without a file everything is default, and the country comes from the time zone', () => {
  const { settings, agi, http, ami, file } = loadConfig(null, BERLIN);
  assert.is(file, null);
  assert.is(settings.mode, 'enforce');
  assert.is(settings.deadlineMs, 250);
  assert.is(settings.digit, 'random');
  assert.equal(agi, { listen: { host: '127.0.0.1', port: 4573 }, allow: [], key: null });
  assert.equal(http.listen, { host: '127.0.0.1', port: 8580 });
  assert.is(ami, null);
  const own = settings.sites[0]!.policy;
  assert.is(own.plan.country, 'DE');
  assert.is(own.timezone, 'Europe/Berlin');
  assert.is(own.ceilingExtension, 25_000_000);
  assert.is(own.ceilingSite, 100_000_000);
});

test('UTC tells no country', () => assert.is(policy('', { TZ: 'UTC' }).plan.country, null));

test('the template is all comments: with or without them it is accepted', () => {
  assert.equal(read(TEMPLATE).settings, read('').settings);
  const keys = TEMPLATE.replace(/^# (?=\[|[a-z_]+ =)/gm, '').replace(/^(?:\w+_file|sounds) = .*$/gm, '');
  assert.match(keys, '\n[sites.branch]');
  const { ami, agi, freeswitch } = read(
    keys.replace(
      /^\[(ami|esl|smtp|unblock)\].*$/gm,
      (line, table) => `${line}\n${{ ami: 'secret', unblock: 'pin' }[table as string] ?? 'password'}_env = "SECRET"`,
    ),
    { ...BERLIN, SECRET: '4711' },
  );
  assert.equal(ami, { connect: { host: '127.0.0.1', port: 5038 }, user: 'dialwarden', secret: '4711' });
  assert.is(agi.key, null);
  assert.is(freeswitch?.connect.port, 8021);
});

test('every key lands where it belongs', () => {
  const own = policy(`[site]
country = "us"
outside_line = 9
area_code = "212"
timezone = "America/Chicago"
business_hours = "Sat 10:00-12:00"
emergency = ["933"]
internal = "2XX"
currency = "EUR"
trunk_channels = 8
loss_ceiling_per_extension_day = 10.5
loss_ceiling_per_day = 40`);
  assert.equal(own.plan, { country: 'US', outsideLine: '9', areaCode: '212', internal: ['2XX'], emergency: ['933'] });
  assert.is(own.timezone, 'America/Chicago');
  assert.equal(own.businessHours[6], [[600, 720]]);
  assert.is(own.currency, 'EUR');
  assert.is(own.trunkChannels, 8);
  assert.is(own.ceilingExtension, 10_500_000);
  const { settings } = read(
    '[guard]\nmode = "observe"\ndeadline_ms = 100\n[warning]\ndigit = 5\nanswer = false\nlanguage = "de"\n[block]\nannounce = false',
  );
  assert.equal([settings.mode, settings.deadlineMs, settings.digit], ['observe', 100, '5']);
  assert.equal([settings.answerFirst, settings.announce, settings.language], [false, false, 'de']);
});

test('a country gives its time zone when the machine stands elsewhere', () => {
  assert.is(policy('[site]\ncountry = "AT"').timezone, 'Europe/Vienna');
  assert.is(policy('[site]\ncountry = "US"').timezone, 'Europe/Berlin', 'the United States keep several');
});

test('prices and default ceilings are turned into the currency', () => {
  const yen = policy('[site]\ncurrency = "JPY"');
  assert.is(yen.perUsd, 160);
  assert.is(yen.ceilingExtension, 25 * 160 * 1_000_000);
  assert.is(policy('[site]\ncurrency = "JPY"\nper_usd = 150').perUsd, 150);
  assert.match(refused('[site]\ncurrency = "XOF"'), 'needs per_usd');
});

test('named sites come first, inherit from [site], and leave the country behind with what hangs on it', () => {
  const { settings } = read(`[site]
area_code = "40"
trunk_channels = 4
[sites.london]
country = "GB"
match = ["from-london", "300-399", "_4XX"]`);
  assert.equal(
    settings.sites.map((s) => s.policy.site),
    ['london', 'default'],
  );
  const london = settings.sites[0]!;
  assert.equal(london.match, { realms: ['from-london'], extensions: ['300-399', '_4XX'] });
  assert.is(london.policy.plan.areaCode, null);
  assert.is(london.policy.timezone, 'Europe/London');
  assert.is(london.policy.trunkChannels, 4);
  assert.equal(settings.sites[1]!.match, { realms: [], extensions: [] });
});

test('secrets come from files and the environment', () => {
  const { dir, remove } = scratch();
  writeFileSync(join(dir, 'key'), 'from-file\n', { mode: 0o600 });
  assert.is(read(`[agi]\nkey_file = "${join(dir, 'key')}"`).agi.key, 'from-file');
  assert.is(read('[agi]\nkey_env = "K"', { ...BERLIN, K: 'from-env' }).agi.key, 'from-env');
  remove();
});

test('a secret that others may read is refused, and so is a configuration that everybody may write', () => {
  const { dir, remove } = scratch();
  const key = join(dir, 'key');
  writeFileSync(key, 'hunter22');
  for (const mode of [0o640, 0o604, 0o620, 0o602, 0o644, 0o666]) {
    chmodSync(key, mode);
    assert.match(refused(`[agi]\nkey_file = "${key}"`), `others may read or write ${key}: chmod 600`);
  }
  for (const mode of [0o600, 0o400]) {
    chmodSync(key, mode);
    assert.is(read(`[agi]\nkey_file = "${key}"`).agi.key, 'hunter22');
  }
  assert.match(refused(`[agi]\nkey_file = "${dir}"`), 'is no file that holds a secret');
  execFileSync('mkfifo', ['-m', '600', join(dir, 'pipe')]);
  assert.match(refused(`[agi]\nkey_file = "${join(dir, 'pipe')}"`), 'is no file that holds a secret');
  const file = join(dir, 'dialwarden.toml');
  writeFileSync(file, '');
  chmodSync(file, 0o666);
  assert.throws(() => loadConfig(file, BERLIN), /everybody may write to it/);
  for (const table of ['agi]\nkey', 'ami]\nsecret', 'esl]\npassword', 'smtp]\npassword', 'unblock]\npin'])
    assert.match(refused(`[${table} = "hunter22"`), 'is no known key');
  assert.match(refused('[webhook]\nurl = "https://user:hunter22@x.example/"'), 'holds a password');
  remove();
});

test('a file is found: named, environment, here, with the data', () => {
  const { dir, remove } = scratch();
  const data = join(dir, 'data');
  const find = (named?: string, env: NodeJS.ProcessEnv = {}) => findConfig(named, data, env, dir);
  assert.is(find(), null);
  writeFileSync(join(dir, 'dialwarden.toml'), '');
  assert.is(find(), join(dir, 'dialwarden.toml'));
  assert.is(find(undefined, { DIALWARDEN_CONFIG: 'e.toml' }), 'e.toml');
  assert.is(find('n.toml', { DIALWARDEN_CONFIG: 'e.toml' }), 'n.toml');
  assert.throws(() => loadConfig(join(dir, 'none.toml'), BERLIN), /none\.toml: cannot be read \(ENOENT\)/);
  remove();
});

test('who is told of incidents', () => {
  const to = '[smtp]\nto = "a@x.example"\n';
  assert.equal(read('').notify, { smtp: null, webhook: null, syslog: null });
  const local = read(to).notify.smtp!;
  assert.equal([local.host, local.port, local.tls, local.login], ['localhost', 25, 'none', null]);
  assert.equal(local.to, [{ fromSeverity: 'warning', to: ['a@x.example'] }]);
  const env = { ...BERLIN, PW: 'secret' };
  const login = 'host = "mail.example"\nuser = "u"\npassword_env = "PW"\n';
  const far = read(`[smtp]\n${login}to = { "a@x.example" = "info", "b@x.example" = "critical" }`, env).notify.smtp!;
  assert.equal([far.port, far.tls, far.login], [587, 'starttls', { user: 'u', password: 'secret' }]);
  assert.equal(
    far.to.map((g) => g.fromSeverity),
    ['info', 'critical'],
  );
  assert.equal(read(`${to}host = "mail.example"\ntls = "none"`).notices, [
    '[smtp] tls = "none": mail crosses the network in the clear',
  ]);
  assert.equal(read('[syslog]\naddress = "log.example"').notify.syslog, {
    host: 'log.example',
    port: 514,
    facility: 'local0',
    fromSeverity: 'warning',
  });
  assert.throws(() => read('[smtp]\nhost = "mail"'), /needs to = "ADDRESS"/);
  assert.throws(() => read(`${to}user = "u"`), /needs both user and password_file/);
  assert.throws(() => read(`${to}${login}tls = "none"`, env), /password in the clear/);
  assert.throws(() => read('[smtp]\nto = "x@y, z@y"'), /is no mail address/);
  assert.throws(() => read('[webhook]\nurl = "ftp://x"'), /needs url = "https/);
});

test('lifting blocks from outside', () => {
  assert.equal([read('').http.publicUrl, read('').unblock], [null, null]);
  const { http } = read('[http]\npublic_url = "https://guard.example:8443/pbx/"');
  assert.equal([http.publicUrl, http.hosts], ['https://guard.example:8443/pbx', ['guard.example']]);
  const listed = '[unblock]\nextensions = ["101"]\npin_env = "PIN"';
  assert.equal(read(listed, { ...BERLIN, PIN: '4711' }).unblock, { extensions: ['101'], pin: '4711' });
  assert.throws(() => read(listed, { ...BERLIN, PIN: '12' }), /4 to 20 digits/);
  assert.throws(() => read('[unblock]\npin_env = "PIN"', { ...BERLIN, PIN: '4711' }), /who may dial the code/);
  assert.throws(() => read('[http]\npublic_url = "guard.example"'), /must be an address such as/);
});

test('who may connect, and under which names the guard is asked', () => {
  const { agi, http } = read(
    '[agi]\nallow = ["10.0.0.5", "10.1.0.0/255.255.0.0", "2001:db8::/48"]\n[http]\nhosts = ["guard", "2001:db8::1"]',
  );
  assert.equal(agi.allow, ['10.0.0.5', '10.1.0.0/255.255.0.0', '2001:db8::/48']);
  assert.equal(http.hosts, ['guard', '2001:db8::1']);
});

test('durations', () => {
  assert.is(parseDuration('1h30m'), 5_400_000);
  assert.is(parseDuration('1d'), 86_400_000);
  for (const text of ['', '2', 'h', '-1h', '2 h', '0m']) assert.throws(() => parseDuration(text));
  assert.is(formatDuration(5_400_000), '1h 30m');
});

test('addresses', () => {
  const base = { host: '127.0.0.1', port: 1 };
  assert.equal(parseAddress('[::1]:80', base), { host: '::1', port: 80 });
  assert.equal(parseAddress(8080, base), { host: '127.0.0.1', port: 8080 });
  assert.equal(parseAddress('10.0.0.1', base), { host: '10.0.0.1', port: 1 });
  assert.equal(parseAddress('pbx.example:0', base), { host: 'pbx.example', port: 0 });
  for (const text of ['', 'a b', '1.2.3.4:x', '127.0.0.1:70000']) assert.throws(() => parseAddress(text, base));
});

test('networks of a site and the file of countries; a named site has those of [site] where it has none', () => {
  const { settings, geo } = read(
    '[site]\nnetworks = ["10.0.0.0/8", "2001:db8::/48", "203.0.113.7"]\n[geo]\nfile = "/var/lib/GeoIP/c.mmdb"\n' +
      '[sites.a]\nmatch = "1XX"\n[sites.b]\nmatch = "2XX"\nnetworks = []\n',
  );
  assert.is(geo.file, '/var/lib/GeoIP/c.mmdb');
  assert.equal(
    settings.sites.map(({ policy }) => policy.networks.map(formatNetwork)),
    [['10.0.0.0/8', '2001:db8::/48', '203.0.113.7'], [], ['10.0.0.0/8', '2001:db8::/48', '203.0.113.7']],
  );
  assert.is(read('').geo.file, null);
  assert.match(
    refused('[site]\nnetworks = ["10.0.0.0/8", "office"]'),
    /:2: \[site\] networks "office" is no address or network/,
  );
  assert.match(refused('[geo]\nfiles = ""'), /did you mean file\?/);
});

test.run();
