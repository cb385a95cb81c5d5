import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import * as assert from 'uvu/assert';
import { loadConfig } from '../../src/config/load.ts';
import { cli, type Ran, scratch } from '../support/cli.ts';
import { suite } from '../support/suite.ts';

const test = suite<{ dir: string; root: string; remove(): void }>('init and remove', { timeout: 60_000 });

const EXTENSIONS = `[general]
static = yes
[from-internal]
exten => _1XX,1,Dial(PJSIP/\${EXTEN},20)
exten => _0X.,1,Dial(PJSIP/\${EXTEN:1}@telekom,60)
 same => n,Hangup()
`;

const put = (root: string, path: string, text = '') => {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
};

/** Every file below a folder with its text; databases by name alone. */
function snapshot(root: string): Record<string, string> {
  const files = readdirSync(root, { recursive: true, encoding: 'utf8' }).sort();
  const plain = files.filter((file) => statSync(join(root, file)).isFile());
  return Object.fromEntries(plain.map((f) => [f, /\.db/.test(f) ? '' : readFileSync(join(root, f), 'latin1')]));
}

test.before.each((t) => {
  Object.assign(t, scratch());
  t.root = join(t.dir, 'root');
  mkdirSync(join(t.root, 'etc/systemd/system'), { recursive: true });
});
test.after.each((t) => t.remove());

const run = (t: { dir: string; root: string }, ...argv: string[]): Promise<Ran> =>
  cli(t.dir, [...argv, '--root', t.root], { DIALWARDEN_DATA: '' });

/** Runs a command with answers to its questions. */
async function answering(
  t: { dir: string; root: string },
  answers: string[],
  ...argv: string[]
): Promise<Ran & { asked: string[] }> {
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

for (const [release, call] of [
  [16, 'Macro(dialout-trunk-predial-hook,)'],
  [17, 'Gosub(macro-dialout-trunk-predial-hook,s,1())'],
] as const) {
  test(`FreePBX ${release}: its custom file leads to the hook that its dialplan calls`, async (t) => {
    put(t.root, 'etc/asterisk/extensions.conf', '#include extensions_additional.conf\n');
    put(t.root, 'etc/asterisk/extensions_additional.conf', `[macro-dialout-trunk]\nexten => s,n,${call}\n`);
    put(t.root, 'etc/asterisk/extensions_custom.conf', '[mine]\n');
    const before = snapshot(t.root);
    const { status, err, out } = await run(t, 'init', '--yes');
    assert.is(status, 0, err);
    assert.match(out, 'fwconsole reload');
    const custom = join(t.root, 'etc/asterisk/extensions_custom.conf');
    assert.is(readFileSync(custom, 'utf8'), `[mine]\n#include dialwarden.conf\n#include freepbx${release}.conf\n`);
    assert.ok(existsSync(join(t.root, `etc/asterisk/freepbx${release}.conf`)));
    assert.is((await run(t, 'remove', '--yes', '--purge')).status, 0);
    const after = snapshot(t.root);
    for (const name of Object.keys(after)) if (name.includes('.bak')) delete after[name];
    assert.equal(after, before);
  });
}

test('FreePBX with a hook of its own: not two of them, and said', async (t) => {
  put(t.root, 'etc/asterisk/extensions.conf');
  put(t.root, 'etc/asterisk/extensions_additional.conf', 'Gosub(macro-dialout-trunk-predial-hook,s,1())\n');
  put(t.root, 'etc/asterisk/extensions_custom.conf', '[macro-dialout-trunk-predial-hook]\nexten => s,1,Return()\n');
  const { out } = await run(t, 'init', '--yes');
  assert.match(out, /has a \[macro-dialout-trunk-predial-hook\] of its own: put the lines of .*freepbx17.conf into it/);
  assert.not.match(readFileSync(join(t.root, 'etc/asterisk/extensions_custom.conf'), 'utf8'), '#include freepbx17');
});

test('FreeSWITCH: files of its own alone, and all of them go', async (t) => {
  put(t.root, 'etc/freeswitch/dialplan/default/01_example.xml', '<include/>\n');
  put(t.root, 'etc/freeswitch/dialplan/sales/01_example.xml', '<include/>\n');
  const before = snapshot(t.root);
  const { status, out, err } = await run(t, 'init', '--yes');
  assert.is(status, 0, err);
  assert.match(out, /go out from .*dialplan\/sales, copy .*00_dialwarden.xml/);
  const files = Object.keys(snapshot(join(t.root, 'etc/freeswitch')));
  assert.equal(files, [
    'dialplan/default/00_dialwarden.xml',
    'dialplan/default/01_example.xml',
    'dialplan/dialwarden.xml',
    'dialplan/dialwarden/site.xml',
    'dialplan/sales/01_example.xml',
  ]);
  cpSync(
    join(t.root, 'etc/freeswitch/dialplan/default/00_dialwarden.xml'),
    join(t.root, 'etc/freeswitch/dialplan/sales/00_dialwarden.xml'),
  );
  assert.match((await run(t, 'remove', '--yes')).err, /sales\/00_dialwarden.xml/);
  rmSync(join(t.root, 'etc/freeswitch/dialplan/sales/00_dialwarden.xml'));
  assert.is((await run(t, 'remove', '--yes', '--purge')).status, 0);
  assert.equal(snapshot(t.root), before);
});

test('FusionPBX: its entries are for the Dialplan Manager', async (t) => {
  put(t.root, 'etc/freeswitch/dialplan/public.xml');
  put(t.root, 'etc/fusionpbx/config.conf');
  const { out } = await run(t, 'init', '--yes');
  assert.match(out, /two entries of .*fusionpbx.xml into the Dialplan Manager/);
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
