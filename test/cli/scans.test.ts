import * as assert from 'uvu/assert';
import { scanBook } from '../../src/store/sqlite/scans.ts';
import { cli, ledgerIn, NOW, scratch } from '../support/cli.ts';
import { suite } from '../support/suite.ts';

const test = suite('dialwarden scans', { timeout: 20_000 });

test.before.each(async (ctx) => {
  Object.assign(ctx, scratch());
  await cli(ctx.dir, ['init']);
});
test.after.each((ctx) => ctx.remove());

test('lists attacks and the numbers that strangers tried', async ({ dir }) => {
  assert.match((await cli(dir, ['scans'])).out, 'Nobody has attacked the PBX.');
  const ledger = ledgerIn(dir);
  const scan = { since: NOW - 60_000, last: NOW - 1_000, attempts: 7, service: 'PJSIP', exempt: false };
  scanBook(ledger.db).save(
    [{ ...scan, address: '203.0.113.9', kind: 'guessing', accounts: ['101'], agent: 'sipcli' }],
    [{ e164: '+972597562518', address: '203.0.113.9', at: NOW - 1_000 }],
  );
  ledger.close();
  const { out } = await cli(dir, ['scans']);
  assert.match(out, /203\.0\.113\.9 +guessing +7 +PJSIP +sipcli +101/);
  assert.match(out, /\+972597562518 +1 +203\.0\.113\.9/);
  const [attack, number] = (await cli(dir, ['scans', '--json'])).json as Record<string, unknown>[];
  assert.equal([attack!.address, attack!.last], ['203.0.113.9', new Date(NOW - 1_000).toISOString()]);
  assert.is(number!.number, '+972597562518');
});

test('wrong use is said', async ({ dir }) => {
  assert.is((await cli(dir, ['scans', '--since', 'yesterday'])).status, 2);
});

test.run();
