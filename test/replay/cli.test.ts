import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import * as assert from 'uvu/assert';
import { main } from '../../src/cli/main.ts';
import { openDatabase } from '../../src/store/sqlite/database.ts';
import { suite } from '../support/suite.ts';

const test = suite('replay and learn on the command line', { timeout: 30_000 });
const dir = mkdtempSync(join(tmpdir(), 'dialwarden-replay-'));
test.after(() => rmSync(dir, { recursive: true }));
writeFileSync(join(dir, 'dialwarden.toml'), '[site]\ncountry = "AU"\ntimezone = "Australia/Sydney"\n');

async function run(...argv: string[]) {
  let [out, err] = ['', ''];
  const io = {
    out(text: string) {
      out += text;
    },
    err(text: string) {
      err += text;
    },
    terminal: null,
    env: {},
    cwd: dir,
    now: () => Date.parse('2026-11-22T00:00:00Z'),
    who: 'tester',
  };
  const status = await main([...argv, '--config', join(dir, 'dialwarden.toml'), '--data', 'data'], io);
  const lines = out.startsWith('{')
    ? out
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line))
    : [];
  return { status, out, err, lines };
}

interface Row {
  id: string;
  at: string;
  dst: string;
  ext?: string;
  billsec?: number;
}
const row = ({ id, at, dst, ext = '214', billsec = 50 }: Row): string =>
  `"","${ext}","${dst}","from-internal","""Ann"" <${ext}>","PJSIP/${ext}-0000001a","PJSIP/trunk-1","Dial","PJSIP/${dst}@trunk,60","${at}","${at}","${at}",${billsec + 9},${billsec},"${billsec ? 'ANSWERED' : 'NO ANSWER'}","DOCUMENTATION","${id}",""\n`;
const file = (name: string, rows: Row[]): string => {
  writeFileSync(join(dir, name), rows.map(row).join(''));
  return name;
};

test('one JSON line a call, in order of time, and a summary', async () => {
  const name = file('a.csv', [
    { id: 'b', at: '2026-11-02 10:05:00', dst: '0011442071838750' },
    { id: 'c', at: '2026-11-02 10:09:00', dst: '0298765432@x' },
    { id: 'a', at: '2026-11-02 10:00:00', dst: '0298765432' },
    { id: 'd', at: '2026-11-02 10:10:00', dst: '000' },
    { id: 'e', at: '2026-11-02 10:11:00', dst: '215' },
  ]);
  const { status, lines, err } = await run('replay', name);
  assert.is(status, 0);
  const told = lines.map(({ uniqueid, ext, dialled, e164, verdict, reasons }) => {
    return { uniqueid, ext, dialled, e164, verdict, reasons };
  });
  assert.equal(told, [
    { uniqueid: 'a', ext: '214', dialled: '0298765432', e164: '+61298765432', verdict: 'allow', reasons: ['national'] },
    {
      uniqueid: 'b',
      ext: '214',
      dialled: '0011442071838750',
      e164: '+442071838750',
      verdict: 'warn',
      reasons: ['new_destination'],
    },
    { uniqueid: 'c', ext: '214', dialled: '0298765432@x', e164: null, verdict: 'block', reasons: ['malformed'] },
    { uniqueid: 'd', ext: '214', dialled: '000', e164: null, verdict: 'allow', reasons: ['emergency'] },
  ]);
  assert.match(err, /outbound calls: +4\n/);
  assert.match(err, /1 internal/);
  assert.match(err, /EXTENSION +CALLS/);
  assert.not(readdirSync(dir).includes('data'), 'a replay makes no data directory');
});

test('check prints the same object', async () => {
  const numbers = ['0298765432', '0011442071838750', '0011881612345678', '000', '0298765432@x', '001144207'];
  for (const [i, dst] of numbers.entries()) {
    // A call at a time: check knows nothing of the others.
    const [line] = (await run('replay', file('i.csv', [{ id: `${i}`, at: '2026-11-02 10:00:00', dst }]))).lines;
    const checked = await run('check', '214', dst, '--at', '2026-11-02T10:00', '--json');
    assert.is(checked.out, `${JSON.stringify({ ...line, uniqueid: 'check' })}\n`);
  }
});

test('what a warned caller did decides what is asked next', async () => {
  const rows = Array.from({ length: 3 }, (_, i) => ({
    id: `r${i}`,
    at: `2026-11-02 10:0${i}:00`,
    dst: '0011442071838750',
  }));
  const name = file('b.csv', rows);
  const verdicts = async (...more: string[]) => (await run('replay', name, ...more)).lines.map((l) => l.verdict);
  assert.equal(await verdicts(), ['warn', 'allow', 'allow']);
  assert.equal(await verdicts('--warned', 'hangup'), ['warn', 'warn', 'warn']);
  writeFileSync(join(dir, 'answers.jsonl'), '{"uniqueid":"r0","confirm":false}\n\n{"uniqueid":"r1","confirm":true}\n');
  assert.equal(await verdicts('--warned', 'hangup', '--answers', 'answers.jsonl'), ['warn', 'warn', 'allow']);
});

test('the summary as JSON', async () => {
  const name = file('c.csv', [{ id: 'x', at: '2026-11-02 10:00:00', dst: '0011442071838750', billsec: 600 }]);
  const summary = JSON.parse((await run('replay', name, '--json', '--warned', 'hangup')).err);
  assert.is(summary.all.calls, 1);
  assert.ok(summary.all.stopped > 0);
  assert.is(summary.all.stopped, summary.all.cost);
  assert.is(summary.byDestination.GB.warned, 1);
});

test('two configurations side by side', async () => {
  const name = file('e.csv', [
    { id: 'v', at: '2026-11-02 10:00:00', dst: '0011442071838750', billsec: 600 },
    { id: 'w', at: '2026-11-02 10:01:00', dst: '0298765432' },
  ]);
  writeFileSync(
    join(dir, 'poor.toml'),
    '[site]\ncountry = "AU"\ntimezone = "Australia/Sydney"\nloss_ceiling_per_extension_day = 0.01\n',
  );
  const { lines, err } = await run('replay', name, '--against', join(dir, 'poor.toml'));
  assert.equal(
    lines.map((l) => l.verdict),
    ['warn', 'allow'],
  );
  assert.match(err, /1 calls differ:/);
  assert.match(err, /v +214 +\+442071838750 +warn \(new_destination\) +block \(ceiling_/);
});

test('the same files in gzip and in any order say the same', async () => {
  const rows = Array.from({ length: 40 }, (_, i) => ({
    id: `g${i}`,
    at: `2026-11-02 10:${10 + i}:00`,
    dst: `00114420718387${10 + (i % 3)}`,
  }));
  const whole = file('d.csv', rows);
  file('late.csv', rows.slice(20));
  writeFileSync(join(dir, 'early.gz'), gzipSync(rows.slice(0, 20).map(row).join('')));
  assert.is((await run('replay', 'late.csv', 'early.gz')).out, (await run('replay', whole)).out);
});

test('wrong use and unreadable files', async () => {
  assert.is((await run('replay', 'd.csv', '--warned', 'perhaps')).status, 2);
  assert.is((await run('replay', 'd.csv', '--format', 'yate')).status, 2);
  const missing = await run('replay', 'nowhere.csv');
  assert.is(missing.status, 1);
  assert.match(missing.err, /^dialwarden: cannot read .*nowhere\.csv \(ENOENT\)\n$/);
  writeFileSync(join(dir, 'bad.jsonl'), '{"uniqueid":"x"}\n');
  const answers = await run('replay', 'd.csv', '--answers', 'bad.jsonl');
  assert.is(answers.status, 2);
  assert.match(answers.err, /bad\.jsonl:1/);
  writeFileSync(join(dir, 'junk.csv'), 'junk\n');
  const junk = await run('replay', 'junk.csv');
  assert.is(junk.status, 0);
  assert.match(junk.err, /junk\.csv:1: neither a row of Asterisk nor of FreeSWITCH/);
});

const weeks = (count: number, each: (day: string, i: number) => Row[]): Row[] =>
  Array.from({ length: count }, (_, i) => each(`2026-10-${String(5 + i).padStart(2, '0')}`, i)).flat();
const worked = weeks(12, (day, i) =>
  i % 7 > 4
    ? []
    : [
        { id: `p${i}`, at: `${day} 10:00:00`, dst: '0011442071838750', billsec: 300 },
        { id: `q${i}`, at: `${day} 11:00:00`, dst: '0298765432' },
      ],
);
const nightly = Array.from({ length: 30 }, (_, i) => ({
  id: `n${i}`,
  at: `2026-10-17 02:${10 + i}:00`,
  dst: `00112526155501${String(i % 20).padStart(2, '0')}`,
  billsec: 40,
}));
const lobby = [{ id: 'm', at: '2026-10-06 11:00:00', dst: '001119005551212', ext: '230', billsec: 60 }];

test('learn makes habits known and lists what looks like fraud', async () => {
  const { status, out } = await run('learn', file('months.csv', [...worked, ...nightly, ...lobby]));
  assert.is(status, 0);
  assert.match(out, /habits learned: +1/);
  assert.match(out, /Loss ceilings of site \S+, in any 24 hours:\nan extension: +25\.00 /);
  assert.match(out, /214 +SO +\+2526155501xx +30 .*called only outside business hours/);
  assert.match(out, /230 +US +\+190055512xx .*the guard would block it: premium/);
  assert.is((await run('check', '214', '0011442071838799', '--at', '2026-10-20T00:00:00Z')).status, 0);
  assert.is((await run('check', '214', '0011252615550100', '--at', '2026-10-20T00:00:00Z')).status, 10);
  assert.is((await run('check', '215', '0011442071838799', '--at', '2026-10-20T00:00:00Z')).status, 10);
});

test('learn keeps the hours in which an extension works, and not those of the break-in', () => {
  const db = openDatabase(join(dir, 'data'), { create: false, readonly: true });
  const hours = db.prepare("SELECT DISTINCT hour % 24 FROM hours WHERE ext = '214' ORDER BY 1").pluck();
  assert.equal(hours.all(), [10, 11]);
  db.close();
});

test('learning twice changes nothing, and JSON says the same', async () => {
  const count = async () => (await run('confirm', 'list', '--json')).lines.length;
  const before = await count();
  const { lines } = await run('learn', 'months.csv', '--json');
  assert.is(await count(), before);
  assert.is(lines[0].habits, 1);
  assert.equal(
    lines.slice(1).map(({ doubt }) => [doubt.region, doubt.calls]),
    [
      ['SO', 30],
      ['US', 1],
    ],
  );
});

test.run();
