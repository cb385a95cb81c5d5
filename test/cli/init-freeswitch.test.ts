import { cpSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import * as assert from 'uvu/assert';
import { installing, put, run, snapshot } from './install.ts';

const test = installing('init and remove: FreeSWITCH');

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

test('FreeSWITCH: the outside line comes off before the guard is asked, as before the trunk', async (t) => {
  const entry = 'dialplan/default/00_dialwarden.xml';
  put(t.root, 'etc/freeswitch/dialplan/default/01_example.xml', '<include/>\n');
  assert.is((await run(t, 'init', '--yes', '--country', 'DE', '--outside-line', '0')).status, 0);
  const text = readFileSync(join(t.root, 'etc/freeswitch', entry), 'utf8');
  const condition = /expression="(.*)\\z">/.exec(text)?.[1] ?? '';
  assert.is(new RegExp(`${condition}$`).exec('00301234567')?.[1], '0301234567');
  assert.is(new RegExp(`${condition}$`).exec('+49301234567')?.[1], '+49301234567');
});

test('FusionPBX: its entries are for the Dialplan Manager', async (t) => {
  put(t.root, 'etc/freeswitch/dialplan/public.xml');
  put(t.root, 'etc/fusionpbx/config.conf');
  const { out } = await run(t, 'init', '--yes');
  assert.match(out, /two entries of .*fusionpbx.xml into the Dialplan Manager/);
});

test.run();
