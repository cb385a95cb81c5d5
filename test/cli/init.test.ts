import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as assert from 'uvu/assert';
import { loadConfig } from '../../src/config/load.ts';
import { cli, type Ran } from '../support/cli.ts';
import { installing, type Machine, put, run, snapshot } from './install.ts';

const test = installing('init and remove');

const EXTENSIONS = `[general]
static = yes
[from-internal]
exten => _1XX,1,Dial(PJSIP/\${EXTEN},20)
exten => _0X.,1,Dial(PJSIP/\${EXTEN:1}@telekom,60)
 same => n,Hangup()
`;

/** Runs a command with answers to its questions. */
async function answering(t: Machine, answers: string[], ...argv: string[]): Promise<Ran & { asked: string[] }> {
  const asked: string[] = [];
  const ask = async (question: string) => {
    asked.push(question);
    return answers.shift() ?? '';
  };
  const ran = await cli(t.dir, [...argv, '--root', t.root], { DIALWARDEN_DATA: '' }, undefined, ask);
  return Object.assign(ran, { asked });
}

test('Asterisk: shows what it would do, and does nothing unasked', async (t) => {
  put(t.root, 'etc/asterisk/extensions.conf', EXTENSIONS);
  const before = snapshot(t.root);
  const { status, out, err } = await run(t, 'init');
  assert.is(status, 1);
  assert.match(err, 'nothing was changed: --yes makes these changes');
  assert.match(out, `-exten => _0X.,1,Dial(PJSIP/\${EXTEN:1}@telekom,60)\n`);
  assert.match(out, '+#include dialwarden.conf\n');
  assert.match(out, /dialwarden-fallback.conf: new, \d{3} lines/);
  assert.equal(snapshot(t.root), before);
});

test('Asterisk: a second run changes nothing, and remove gives everything back', async (t) => {
  put(t.root, 'etc/asterisk/extensions.conf', EXTENSIONS);
  const first = await run(t, 'init', '--yes', '--country', 'de', '--outside-line', '0', '--mail', 'pbx@example.org');
  assert.is(first.status, 0, first.err);
  for (const step of ['enable --now dialwarden', 'dialplan reload', 'learn', 'mode observe', 'doctor', 'audit']) {
    assert.match(first.out, step);
  }
  const { file, settings, notify } = loadConfig(join(t.root, 'etc/dialwarden/dialwarden.toml'), {});
  assert.equal([file !== null, settings.sites[0]!.policy.plan.country], [true, 'DE']);
  assert.is(notify.smtp?.to[0]?.to[0], 'pbx@example.org');
  const installed = snapshot(t.root);
  assert.equal(
    Object.keys(installed).filter((name) => !/\.db-/.test(name)),
    [
      'etc/asterisk/dialwarden-fallback.conf',
      'etc/asterisk/dialwarden.conf',
      'etc/asterisk/extensions.conf',
      'etc/asterisk/extensions.conf.bak',
      'etc/dialwarden/dialwarden.toml',
      'etc/systemd/system/dialwarden.service',
      'var/lib/dialwarden/dialwarden.db',
    ],
  );
  assert.is(installed['etc/asterisk/extensions.conf.bak'], EXTENSIONS);
  assert.match(installed['etc/asterisk/extensions.conf']!, `Gosub(dialwarden,check,1(\${EXTEN:1}))`);
  assert.match(installed['etc/asterisk/dialwarden-fallback.conf']!, 'exten => 0110,1,Return()');
  assert.is(statSync(join(t.root, 'etc/dialwarden/dialwarden.toml')).mode & 0o777, 0o600);

  const second = await run(t, 'init', '--yes');
  assert.match(second.out, 'nothing was changed');
  assert.equal(snapshot(t.root), installed);

  const gone = await run(t, 'remove', '--yes');
  assert.is(gone.status, 0, gone.err);
  assert.match(gone.out, /Kept: .*var\/lib\/dialwarden, .*dialwarden.toml/);
  assert.is(readFileSync(join(t.root, 'etc/asterisk/extensions.conf'), 'utf8'), EXTENSIONS);
  assert.equal(
    readdirSync(join(t.root, 'etc/asterisk')).filter((name) => name.includes('dialwarden')),
    [],
  );
  assert.not.ok(existsSync(join(t.root, 'etc/systemd/system/dialwarden.service')));
  assert.ok(existsSync(join(t.root, 'var/lib/dialwarden/dialwarden.db')));

  const purged = await run(t, 'remove', '--yes', '--purge');
  assert.is(purged.status, 0);
  assert.match(purged.out, /^removed {2}.*dialwarden\.toml$/m);
  assert.equal(readdirSync(join(t.root, 'etc')).sort(), ['asterisk', 'systemd']);
  assert.equal(readdirSync(join(t.root, 'var/lib')), []);
  assert.match((await run(t, 'remove', '--yes')).out, 'nothing of dialwarden is installed');
  assert.equal(JSON.parse((await run(t, 'remove', '--yes', '--json')).out), { byHand: [], next: [] });
});

test('the questions: a wrong answer is asked again, trunks can be chosen, and no is no', async (t) => {
  put(t.root, 'etc/asterisk/extensions.conf', `${EXTENSIONS}exten => _9X.,1,Dial(PJSIP/\${EXTEN:1}@backup)\n`);
  const before = snapshot(t.root);
  const no = await answering(t, ['DE', '0', '', '', 'n'], 'init');
  assert.equal([no.status, snapshot(t.root)], [1, before]);
  const yes = await answering(t, ['XX', 'FR', '0', '', 'backup', 'y'], 'init');
  assert.is(yes.status, 0, yes.err);
  assert.match(yes.asked[0]!, '[DE]');
  assert.match(yes.asked.at(-2)!, '[telekom backup]');
  assert.match(yes.err, 'country');
  const text = readFileSync(join(t.root, 'etc/asterisk/extensions.conf'), 'utf8');
  assert.is(text.match(/Gosub\(dialwarden/g)!.length, 1);
  assert.match(text, `Dial(PJSIP/\${DW_NUMBER}@backup,,\${DW_DIAL})`);
  assert.match(readFileSync(join(t.root, 'etc/dialwarden/dialwarden.toml'), 'utf8'), '\ncountry = "FR"');
  // The trunk that was not chosen is not wired by a second run.
  assert.match((await run(t, 'init', '--yes')).out, 'nothing was changed');
});

test('--json: an object for each file, what is left to do at the end', async (t) => {
  put(t.root, 'etc/asterisk/extensions.conf', EXTENSIONS);
  const { json, err } = await run(t, 'init', '--yes', '--json');
  assert.match(err, '+#include dialwarden.conf');
  assert.equal(
    json.map(({ change }) => change),
    ['create', 'create', 'create', 'create', 'edit', undefined],
  );
  assert.is(json[4].copy, `${json[4].path}.bak`);
  assert.ok(json.at(-1).next.length > 3);
});

test('remove refuses to leave a call without an answer', async (t) => {
  put(t.root, 'etc/asterisk/extensions.conf', EXTENSIONS);
  await run(t, 'init', '--yes');
  const file = join(t.root, 'etc/asterisk/extensions.conf');
  writeFileSync(file, `${readFileSync(file, 'utf8')}[mine]\nexten => 5,1,Gosub(dialwarden,check,1(\${EXTEN}))\n`);
  const before = snapshot(t.root);
  const { status, err } = await run(t, 'remove', '--yes');
  assert.is(status, 1);
  assert.match(err, /extensions.conf:11: exten => 5,1,Gosub\(dialwarden/);
  assert.equal(snapshot(t.root), before);
});

test('what its owner changed is kept as .bak when it goes', async (t) => {
  put(t.root, 'etc/asterisk/extensions.conf', EXTENSIONS);
  await run(t, 'init', '--yes');
  const list = join(t.root, 'etc/asterisk/dialwarden-fallback.conf');
  writeFileSync(list, '; mine\n');
  await run(t, 'remove', '--yes');
  assert.not.ok(existsSync(list));
  assert.is(readFileSync(`${list}.bak`, 'utf8'), '; mine\n');
});

test('several PBXs: which one has to be said', async (t) => {
  put(t.root, 'etc/asterisk/extensions.conf');
  put(t.root, 'etc/freeswitch/dialplan/default/x.xml');
  const { status, err } = await run(t, 'init', '--yes');
  assert.is(status, 2);
  assert.match(err, '--pbx asterisk|freeswitch|none');
  assert.is((await run(t, 'init', '--yes', '--pbx', 'fusionpbx')).status, 2);
  assert.is((await run(t, 'init', '--yes', '--pbx', 'none')).status, 0);
  assert.not.ok(existsSync(join(t.root, 'etc/asterisk/dialwarden.conf')));
});

test('the unit starts this program on this data, and nothing is left of the package’s own line', async (t) => {
  await run(t, 'init', '--yes', '--pbx', 'none', '--data', join(t.root, 'srv/dial warden'));
  const unit = readFileSync(join(t.root, 'etc/systemd/system/dialwarden.service'), 'utf8');
  assert.match(
    unit,
    /^ExecStart=\/\S+ \/\S+\/cli\/main.js serve --data "\/srv\/dial warden" --config \/etc\/dialwarden\/dialwarden.toml$/m,
  );
  assert.match(unit, /^ReadWritePaths="\/srv\/dial warden"$/m);
  assert.not.match(unit, 'StateDirectory');
  assert.match(unit, /^User=dialwarden$/m);
});

test('a wrong flag is wrong use, and leaves nothing behind', async (t) => {
  for (const argv of [
    ['--country', 'XX'],
    ['--mail', 'nobody'],
    ['--outside-line', 'x'],
    ['--pbx', 'cisco'],
  ]) {
    assert.is((await run(t, 'init', '--yes', ...argv)).status, 2, argv.join(' '));
  }
  assert.equal(readdirSync(t.root), ['etc']);
});

test.run();
