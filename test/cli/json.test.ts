import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as assert from 'uvu/assert';
import { cli, NOW, scratch } from '../support/cli.ts';
import { suite } from '../support/suite.ts';

// What holds for the JSON of every command: times in ISO 8601, money in units of the currency.

const test = suite('JSON of the commands', { timeout: 20_000 });

test.before.each(async (ctx) => {
  Object.assign(ctx, scratch());
  await cli(ctx.dir, ['init']);
});
test.after.each((ctx) => ctx.remove());

/** Two hours after `NOW`. */
const LATER = '2026-11-24T11:00:00.000Z';

/** Numbers, by their path, that are milliseconds since 1970 of our century. */
function moments(value: unknown, path: string): string[] {
  if (typeof value === 'number') return value > 946_684_800_000 ? [path] : [];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => moments(inner, `${path}.${key}`));
}

async function json(dir: string, ...argv: string[]) {
  const ran = await cli(dir, [...argv, '--json']);
  assert.is(ran.status, 0, `${argv.join(' ')}: ${ran.err}`);
  assert.equal(moments(ran.json, ''), [], argv.join(' '));
  return ran.json;
}

test('times are in ISO 8601', async ({ dir }) => {
  const list = join(dir, 'drop.txt');
  writeFileSync(list, '192.0.2.0/24\n');
  const deck = join(dir, 'deck.csv');
  writeFileSync(deck, 'prefix,rate\n252,0.95\n');
  const said = [
    ['block', '214', '--for', '2h'],
    ['block'],
    ['confirm', 'add', '214', 'PL', '--for', '2h'],
    ['confirm'],
    ['networks', 'allow', '214', '10.0.0.0/8', '--for', '2h'],
    ['networks'],
    ['prefixes', 'deny', '+252', '--for', '2h'],
    ['prefixes'],
  ];
  for (const argv of said) {
    const [row] = await json(dir, ...argv);
    assert.equal([row.at, row.until], ['2026-11-24T09:00:00.000Z', LATER], argv.join(' '));
  }
  const [opened] = await json(dir, 'unblock', '214', '--for', '2h', '--done', 'password');
  assert.is(opened.until, LATER);
  assert.is((await json(dir, 'networks', 'import', list, '--expires', '2h'))[0].until, LATER);
  assert.is((await json(dir, 'networks')).at(-1).imported_at, new Date(NOW).toISOString());
  await json(dir, 'rates', 'import', deck);
  assert.is((await json(dir, 'rates'))[0].imported_at, new Date(NOW).toISOString());
  for (const command of ['calls', 'incidents', 'scans', 'outbox', 'report', 'mode', 'extensions'])
    await json(dir, command);
  for (const shown of [
    ['limits', 'show', '214'],
    ['prefixes', 'show', '252'],
    ['networks', 'phones'],
    ['networks', 'check', '192.0.2.7'],
  ])
    await json(dir, ...shown);
});

test('money is in units of the currency', async ({ dir }) => {
  const deck = join(dir, 'deck.csv');
  writeFileSync(deck, 'prefix,rate,connect fee\n252,0.95,0.1\n44,0.02,0\n');
  await json(dir, 'rates', 'import', deck);
  const [rate] = await json(dir, 'rates', 'show', '25261');
  assert.equal([rate.perMinute, rate.connectFee], [0.95, 0.1]);
  assert.is((await json(dir, 'prefixes', 'show', '25261'))[0].tariff.perMinute, 0.95);
});

const row = (n: number): string =>
  `"","214","00252615550${100 + n}","from-internal","","PJSIP/214-1","PJSIP/trunk-1","Dial","PJSIP/x@trunk,60",` +
  `"2026-11-0${n} 02:00:00","","",69,60,"ANSWERED","DOCUMENTATION","1793600000.${n}",""\n`;

test('learn and the summary of replay: both', async ({ dir }) => {
  const cdr = join(dir, 'Master.csv');
  writeFileSync(cdr, row(2) + row(3));
  const [learned, { doubt }] = await json(dir, 'learn', cdr);
  assert.equal(learned.ceilings, [{ site: 'default', extension: 25, whole: 100 }]);
  assert.equal([doubt.from, doubt.to], ['2026-11-02T01:00:00.000Z', '2026-11-03T01:00:00.000Z']);
  assert.ok(doubt.cost > 0 && doubt.cost < 100, `${doubt.cost}`);
  const summary = JSON.parse((await cli(dir, ['replay', cdr, '--json'])).err);
  assert.equal(moments(summary, ''), []);
  assert.is(summary.to, doubt.to);
  for (const tally of [summary.all, summary.byExtension['214'], summary.byDestination.SO])
    assert.equal([tally.calls, tally.cost], [2, doubt.cost]);
  writeFileSync(cdr, '');
  assert.is(JSON.parse((await cli(dir, ['replay', cdr, '--json'])).err).from, null);
});

test.run();
