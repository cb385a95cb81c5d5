// biome-ignore-all lint/suspicious/noTemplateCurlyInString: dialplan variables.
import { mkdirSync, readFileSync, statSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import * as assert from 'uvu/assert';
import { write } from '../audit/folder.ts';
import { cli, scratch } from '../support/cli.ts';
import { suite } from '../support/suite.ts';

const test = suite('audit command');

test.before.each((ctx) => void Object.assign(ctx, scratch()));
test.after.each((ctx) => ctx.remove());

const VOICEMAIL = '[default]\n101 => 1234,Ann\n';
const MANAGER = '[general]\nenabled=yes\nbindaddr=127.0.0.1\n[a]\nsecret=amp111\n';
const CRITICAL = '[udp]\ntype=transport\nbind=127.0.0.1\n[7]\ntype=auth\nusername=7\npassword=7\n';

const pbx = (dir: string, files: Record<string, string>) =>
  write(join(dir, 'pbx'), { 'asterisk.conf': '[options]\n', ...files });

test('findings stand with their place, why and fix, the worst first', async ({ dir }) => {
  pbx(dir, { 'voicemail.conf': VOICEMAIL, 'pjsip.conf': CRITICAL });
  const { status, out, err } = await cli(dir, ['audit', 'pbx']);
  assert.is(status, 30);
  const [first, second] = out.split('\n\n');
  assert.is(first!.split('\n')[0], `CRITICAL  ${dir}/pbx/pjsip.conf:7  secret_extension`);
  assert.match(first!, /The PJSIP password of 7 equals its user name\.\n {4}Why: .*\n {4}Fix: /);
  assert.match(second!, /^MEDIUM .*voicemail\.conf:2 {2}pin_default\n/);
  assert.is(err, '3 files read: 1 critical, 1 medium\n');
});

test('the exit code tells the worst', async ({ dir }) => {
  const run = async (files: Record<string, string>, ...more: string[]) => {
    pbx(dir, { 'pjsip.conf': '', 'voicemail.conf': '', 'cdr.conf': '', 'asterisk.conf': '', ...files });
    return (await cli(dir, ['audit', 'pbx', ...more])).status;
  };
  assert.is(await run({}), 0);
  assert.is(await run({ 'cdr.conf': '[general]\n' }), 0);
  assert.is(await run({ 'voicemail.conf': VOICEMAIL }), 10);
  assert.is(await run({ 'asterisk.conf': '[options]\nlive_dangerously=yes\n', 'voicemail.conf': VOICEMAIL }), 20);
  assert.is(await run({ 'pjsip.conf': CRITICAL }), 30);
  assert.is(await run({ 'voicemail.conf': VOICEMAIL }, '--min-severity', 'high'), 0);
});

test('a folder that is named twice, by its file or by a link is looked at once', async ({ dir }) => {
  pbx(dir, { 'voicemail.conf': VOICEMAIL });
  symlinkSync('pbx', join(dir, 'link'));
  write(join(dir, 'second'), { 'asterisk.conf': '[options]\n', 'voicemail.conf': VOICEMAIL });
  const { err } = await cli(dir, ['audit', 'pbx', './pbx/', 'pbx/voicemail.conf', 'link']);
  assert.is(err, '2 files read: 1 medium\n');
  assert.is((await cli(dir, ['audit', 'pbx', 'second'])).err, '4 files read: 2 medium\n');
});

test('wrong use', async ({ dir }) => {
  assert.is((await cli(dir, ['audit', 'nowhere'])).status, 2);
  write(dir, { 'empty/readme': '' });
  const { status, err } = await cli(dir, ['audit', 'empty']);
  assert.is(status, 2);
  assert.match(err, /empty holds no configuration of Asterisk or FreeSWITCH/);
  pbx(dir, {});
  assert.is((await cli(dir, ['audit', 'pbx', '--write-baseline'])).status, 2);
  assert.is((await cli(dir, ['audit', 'pbx', '--min-severity', 'bad'])).status, 2);
});

test('JSON lines say the same', async ({ dir }) => {
  pbx(dir, { 'manager.conf': MANAGER, 'extensions.conf': '#exec /bin/false\n' });
  const { json, status } = await cli(dir, ['audit', 'pbx', '--json']);
  assert.is(status, 10);
  assert.is(json.length, 2);
  const [finding, unread] = json;
  assert.equal(Object.keys(finding).sort(), [
    'code',
    'file',
    'fix',
    'key',
    'kind',
    'line',
    'severity',
    'subject',
    'text',
    'why',
  ]);
  assert.equal(
    [finding.kind, finding.code, finding.severity, finding.line],
    ['finding', 'secret_default', 'medium', 5],
  );
  assert.equal([unread.kind, unread.line], ['unread', 1]);
});

test('a baseline leaves only what is new, wherever its lines have gone', async ({ dir }) => {
  pbx(dir, { 'voicemail.conf': VOICEMAIL });
  const wrote = await cli(dir, ['audit', 'pbx', '--baseline', 'known.json', '--write-baseline']);
  assert.is(wrote.status, 0);
  assert.is(statSync(join(dir, 'known.json')).mode & 0o777, 0o600);
  assert.is(wrote.err, '2 files read: no finding; 1 known from the baseline\n');
  pbx(dir, { 'voicemail.conf': `\n; moved\n\n${VOICEMAIL}` });
  assert.is((await cli(dir, ['audit', 'pbx', '--baseline', 'known.json'])).status, 0);
  pbx(dir, { 'voicemail.conf': `${VOICEMAIL}102 => 1234,Bob\n` });
  const { status, json } = await cli(dir, ['audit', 'pbx', '--baseline', 'known.json', '--json']);
  assert.is(status, 10);
  assert.equal(
    json.map((f) => f.subject),
    ['mailbox 102'],
  );
  assert.not(readFileSync(join(dir, 'known.json'), 'utf8').includes('"1234"'));
});

test('a phone that joins a known way out is new, and one that leaves it is not', async ({ dir }) => {
  const phone = (name: string) =>
    `[${name}]\ntype=endpoint\ncontext=office\nauth=${name}\n[${name}]\ntype=auth\nusername=${name}\npassword=q${name}-Vx8kTz3mWp\n`;
  const files = (...names: string[]) => ({
    'pjsip.conf': `[udp]\ntype=transport\nbind=127.0.0.1\n${names.map(phone).join('')}`,
    'extensions.conf': '[office]\nexten => _0X.,1,Dial(DAHDI/g1/${FILTER(0-9,${EXTEN})})\n',
  });
  const fresh = async (...names: string[]) => {
    pbx(dir, files(...names));
    return (await cli(dir, ['audit', 'pbx', '--baseline', 'b', '--json'])).json.map((f) => f.code);
  };
  pbx(dir, files('101', '102'));
  await cli(dir, ['audit', 'pbx', '--baseline', 'b', '--write-baseline']);
  assert.equal(await fresh('101', '102'), []);
  assert.equal(await fresh('102'), []);
  assert.equal(await fresh('101', '102', '103'), ['guard_not_asked']);
});

test('what is written as known is everything, also what --min-severity does not show', async ({ dir }) => {
  pbx(dir, { 'voicemail.conf': VOICEMAIL });
  await cli(dir, ['audit', 'pbx', '--baseline', 'b', '--write-baseline', '--min-severity', 'critical']);
  assert.is((await cli(dir, ['audit', 'pbx', '--baseline', 'b'])).status, 0);
});

test('a run that can read nothing leaves the baseline as it was', async ({ dir }) => {
  pbx(dir, { 'voicemail.conf': VOICEMAIL });
  const write = async (folder: string) => {
    const { status } = await cli(dir, ['audit', folder, '--baseline', 'b', '--write-baseline']);
    return [status, readFileSync(join(dir, 'b'), 'utf8')] as const;
  };
  const [, known] = await write('pbx');
  mkdirSync(join(dir, 'other/extensions.conf'), { recursive: true });
  assert.equal(await write('other'), [1, known]);
});

test('a baseline that is none is an error', async ({ dir }) => {
  pbx(dir, {});
  const missing = await cli(dir, ['audit', 'pbx', '--baseline', 'none.json']);
  assert.is(missing.status, 1);
  assert.match(missing.err, /none\.json is not there: write it with --write-baseline/);
  for (const text of ['', '[]', '{"version":2,"known":{}}', '{"version":1,"known":{"a":"b"}}', 'null']) {
    write(dir, { 'bad.json': text });
    const { status, err } = await cli(dir, ['audit', 'pbx', '--baseline', 'bad.json']);
    assert.is(status, 1, text);
    assert.match(err, /bad\.json is no baseline/);
  }
});

test('names from a configuration do not steer the terminal', async ({ dir }) => {
  pbx(dir, { 'pjsip.conf': CRITICAL.replace('username=7', 'username=\u001b[31m7') });
  assert.not((await cli(dir, ['audit', 'pbx'])).out.includes('\u001b'));
});

test('a FreeSWITCH is audited as one', async ({ dir }) => {
  write(dir, { 'fs/freeswitch.xml': '<document type="freeswitch/xml"><section name="directory"/></document>\n' });
  const { status, err } = await cli(dir, ['audit', 'fs']);
  assert.is(status, 0);
  assert.match(err, /^1 files read/);
});

test('this host is looked at where it is asked for', async ({ dir }) => {
  pbx(dir, {});
  const { json } = await cli(dir, ['audit', 'pbx', '--host', '--json']);
  for (const line of json) assert.ok(line.code === 'port_open' || line.file === 'firewall', JSON.stringify(line));
});

test.run();
