import { appendFileSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as assert from 'uvu/assert';
import { outboundRecords } from '../../src/app/records.ts';
import { type Config, readConfig } from '../../src/config/load.ts';
import { callWatch } from '../../src/guard/silence.ts';
import { openCdrTail } from '../../src/replay/cdr-tail.ts';
import { askedReader } from '../../src/store/sqlite/calls.ts';
import * as figures from '../../src/store/sqlite/figures.ts';
import { silences } from '../../src/store/sqlite/habits.ts';
import * as incidents from '../../src/store/sqlite/incidents.ts';
import type { SqliteLedger } from '../../src/store/sqlite/ledger.ts';
import { list } from '../../src/store/sqlite/outbox-list.ts';
import { judge, ledgerOf, TUESDAY } from '../store/support.ts';
import { attempt, hamburg, policy } from '../support/facts.ts';
import { suite } from '../support/suite.ts';
import { SILENT } from './support.ts';

interface Around {
  dir: string;
  file: string;
  ledger: SqliteLedger;
  look(): Promise<void>;
}

const test = suite<Around>('silence');

/** A row as cdr_csv writes it, with `loguniqueid`. */
const row = (dialled: string, uniqueid: string, { answered = true, channel = 'PJSIP/214-0000001a' } = {}): string => {
  const [start, end] = ['2026-11-24 11:00:00', '2026-11-24 11:01:00'];
  const dial = `"PJSIP/${dialled}@trunk,60"`;
  const how = answered ? `"${start}","${end}",60,58,"ANSWERED"` : `,"${end}",60,0,"NO ANSWER"`;
  return `"","214","${dialled}","from-internal","""214"" <214>","${channel}","PJSIP/trunk-0000001b","Dial",${dial},"${start}",${how},"DOCUMENTATION","${uniqueid}",""\n`;
};

test.before.each((t) => {
  t.dir = mkdtempSync(join(tmpdir(), 'dw-cdr-'));
  t.file = join(t.dir, 'Master.csv');
  t.ledger = ledgerOf();
  writeFileSync(t.file, row('0401111111', '1.1').repeat(5));
  const plan = { ...policy().plan, internal: ['2XX'] };
  const tail = openCdrTail(t.file, () => policy({ plan }), 0);
  const recorded = async () => (await tail.read()).map(({ call, target, uniqueid }) => ({ ...call, target, uniqueid }));
  const asked = askedReader(t.ledger.db);
  const lastAsked = () => figures.lastAsked(t.ledger.db);
  t.look = callWatch({ recorded, asked, lastAsked, ledger: t.ledger, now: () => TUESDAY, log: SILENT });
});
test.after.each((t) => {
  t.ledger.close();
  rmSync(t.dir, { recursive: true });
});

const kinds = ({ ledger }: Around) => silences(ledger.db).map(({ kind }) => kind);
const found = ({ ledger }: Around) => incidents.list(ledger.db).map((i) => [i.severity, i.calls]);

test('calls that the guard judged are no news, nor are unanswered, emergency, internal and old ones', async (t) => {
  const call = attempt(hamburg, { uniqueid: '7.1', at: TUESDAY - 60_000 });
  await t.ledger.admit(call, judge(call));
  await t.look();
  const rows = [
    row('04012345678', '7.1'),
    row('00494012345678', '7.2'),
    ...['112', '215'].map((dialled, n) => row(dialled, `8.${n}`)),
    row('0409999999', '9.1', { answered: false }),
  ];
  appendFileSync(t.file, rows.join('').repeat(5));
  await t.look();
  assert.equal(found(t), []);
});

test('three answered calls without a verdict in an hour are a critical incident that names them, and news', async (t) => {
  await t.look();
  appendFileSync(t.file, row('0402222222', '2.1') + row('0402222223', '2.2'));
  await t.look();
  assert.equal(found(t), []);
  const third = row('0402222224', '2.3');
  appendFileSync(t.file, third.slice(0, 50));
  await t.look();
  appendFileSync(t.file, third.slice(50));
  await t.look();
  assert.equal(found(t), [['critical', 3]]);
  const { log } = incidents.get(t.ledger.db, 1)!;
  assert.is(log.at(-1)!.why, 'extension 214 dialled 0402222224');
  assert.equal(
    list(t.ledger.db).map((m) => m.kind),
    ['first'],
  );
  await t.look();
  assert.equal(found(t), [['critical', 3]]);
  assert.equal(kinds(t), ['unasked']);
});

test('calls past a guard that is asked about others are a path that does not ask', async (t) => {
  await t.look();
  const call = attempt(hamburg, { uniqueid: '7.1', at: TUESDAY - 10_000 });
  await t.ledger.admit(call, judge(call));
  appendFileSync(t.file, [1, 2, 3].map((n) => row(`040222222${n}`, `2.${n}`)).join(''));
  await t.look();
  assert.equal(kinds(t), ['bypassed']);
});

test('a file that is rotated is read on, one that is away stops nothing', async (t) => {
  await t.look();
  renameSync(t.file, `${t.file}.1`);
  await t.look();
  writeFileSync(t.file, [1, 2, 3].map((n) => row(`040333333${n}`, `3.${n}`)).join(''));
  await t.look();
  assert.equal(found(t), [['critical', 3]]);
});

test('another file named on reload is read from then on; one that comes later is found', async (t) => {
  const { settings } = readConfig('[site]\ncountry = "DE"\ninternal = "2XX"\n', null, {});
  const config = { settings, cdrFile: t.file } as Config;
  const read = outboundRecords(() => config);
  assert.equal(await read(), []);
  appendFileSync(t.file, row('0401111112', '4.1'));
  assert.equal(
    (await read())?.map(({ dialled }) => dialled),
    ['0401111112'],
  );
  config.cdrFile = join(t.dir, 'Other.csv');
  assert.is(await read(), null);
  writeFileSync(config.cdrFile, row('0401111113', '4.2'));
  assert.equal(await read(), []);
  appendFileSync(config.cdrFile, row('0401111114', '4.3'));
  assert.equal(
    (await read())?.map(({ dialled }) => dialled),
    ['0401111114'],
  );
});

test.run();
