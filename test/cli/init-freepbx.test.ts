import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as assert from 'uvu/assert';
import { installing, put, run, snapshot } from './install.ts';

const test = installing('init and remove: FreePBX');

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

test.run();
