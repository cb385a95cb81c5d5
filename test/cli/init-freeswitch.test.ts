import { cpSync, rmSync } from 'node:fs';
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

test('FusionPBX: its entries are for the Dialplan Manager', async (t) => {
  put(t.root, 'etc/freeswitch/dialplan/public.xml');
  put(t.root, 'etc/fusionpbx/config.conf');
  const { out } = await run(t, 'init', '--yes');
  assert.match(out, /two entries of .*fusionpbx.xml into the Dialplan Manager/);
});

test.run();
