import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as assert from 'uvu/assert';
import { readDeck } from '../../src/cli/deck-file.ts';
import { CommandError } from '../../src/cli/io.ts';
import { readHeader, readRow } from '../../src/core/risk/deck.ts';
import { asteriskHeaderReader, readAsteriskRow } from '../../src/replay/asterisk-csv.ts';
import type { CdrRow, RowReader } from '../../src/replay/cdr.ts';
import { csvRecords, splitCsv } from '../../src/replay/csv-records.ts';
import { freeswitchHeaderReader, readFreeswitchRow } from '../../src/replay/freeswitch-csv.ts';
import { outboundFilter } from '../../src/replay/outbound.ts';
import { readCdrs } from '../../src/replay/read-cdrs.ts';
import { momentsOf, parseStamp } from '../../src/replay/wall-time.ts';
import { policyOf } from '../replay/policy.ts';
import { suite } from '../support/suite.ts';
import { fuzz, type Make, mutate, PATIENCE } from './engine.ts';

const test = suite('fuzz: CDRs and rate decks', { timeout: PATIENCE });
const ROWS = 170_000;
const FILES = 1_500;
const DECK_ROWS = 150_000;

const dir = mkdtempSync(join(tmpdir(), 'dw-fuzz-'));
const file = join(dir, 'input.csv');
test.after(() => rmSync(dir, { recursive: true }));

const T = '"2026-11-02 10:00:00","2026-11-02 10:00:05","2026-11-02 10:01:00"';
const ASTERISK = [
  `"","214","0011442071838750","from-internal","""Ann"" <214>","PJSIP/214-0000001a","PJSIP/trunk-0000001b","Dial","PJSIP/0011442071838750@trunk,60",${T},60,55,"ANSWERED","DOCUMENTATION","1793600000.12",""`,
  `"sales","101","s","macro-dialout","101","Local/0301234@x-00000001;2","SIP/trunk-1","Dial","SIP/trunk/0301234,300,T",${T},60,0,"NO ANSWER","3","1793600000.13",""`,
  `"","unknown","214","from-trunk","","PJSIP/trunk-1","PJSIP/214-2","Queue","sales",${T},9,9,"ANSWERED","DOCUMENTATION","1793600001.1","","","1793600001.1",42`,
];
const FREESWITCH = [
  `"Ann","101","0011252615550100","default",${T},"60","55","NORMAL_CLEARING","a125315e-c93c-44d7-8192-bcbf1c7ab41b","b","101","PCMU","PCMU"`,
  `"101","101","0301234","default","Ann <101>","sofia/internal/101@pbx.example","sofia/gateway/t/0301234","bridge","sofia/gateway/t/0301234",${T},"60","55","NORMAL_CLEARING","3","a125315e","x"`,
];
const HEADERS = [
  'calldate,clid,src,dst,dcontext,channel,dstchannel,lastapp,lastdata,duration,billsec,disposition,amaflags,accountcode,uniqueid',
  'caller_id_number,destination_number,start_stamp,answer_stamp,end_stamp,duration,billsec,uuid',
];
const LINES = [...ASTERISK, ...FREESWITCH, ...HEADERS];
const CSV_WORDS = [
  ...['"', '""', '","', ',', '2026-02-30 10:00:00', '2026-03-29 02:30:00', '-1', '99999999999', 'Dial'],
];
const READERS: RowReader[] = [
  readAsteriskRow,
  readFreeswitchRow,
  ...HEADERS.flatMap((h) => [asteriskHeaderReader(h.split(',')), freeswitchHeaderReader(h.split(','))]),
].filter((reader) => reader !== null);
const { plan } = policyOf('DE', 'Europe/Berlin');
const filter = outboundFilter();

const line: Make<string> = (random) => mutate(random, random.pick(LINES), CSV_WORDS, LINES);
/** Without a header line, which would change what the lines behind it mean. */
const ROWS_OF_BOTH = [...ASTERISK, ...FREESWITCH];
const row: Make<string> = (random) => mutate(random, random.pick(ROWS_OF_BOTH), CSV_WORDS, ROWS_OF_BOTH);

function rowIsSound(row: CdrRow): void {
  assert.ok(Number.isSafeInteger(row.duration) && Number.isSafeInteger(row.billsec));
  assert.ok(row.billsec >= 0 && row.duration >= row.billsec);
  const wall = parseStamp(row.start);
  assert.ok(Number.isSafeInteger(wall));
  const moments = momentsOf(wall, 'Europe/Berlin');
  assert.ok(moments.length >= 1 && moments.length <= 2 && moments.every(Number.isSafeInteger));
  const found = filter.read(row, plan);
  if (typeof found !== 'string') assert.ok(found.call.dialled !== '' && found.target !== '');
}

test('a CDR line is a row or is said to be wrong, and its fields survive being quoted again', () =>
  fuzz('CDR rows', ROWS, line, (text) => {
    const fields = splitCsv(text);
    assert.ok(fields.length <= text.length + 1);
    const quoted = fields.map((field) => `"${field.replaceAll('"', '""')}"`).join(',');
    assert.equal(splitCsv(quoted), fields);
    for (const reader of READERS) {
      const row = reader(fields);
      if (typeof row !== 'string') rowIsSound(row);
      else assert.ok(row.length < 120, 'said in a line');
    }
  }));

const lines: Make<string[]> = (random) =>
  Array.from({ length: random.int(1, 40) }, () => (random.chance(0.6) ? random.pick(ROWS_OF_BOTH) : row(random)));

test('what is damaged costs no more than twenty lines behind it', () =>
  fuzz('CDR files', FILES, lines, async (damaged) => {
    const witness = ASTERISK[0]!.replace('1793600000.12', '1793600009.99');
    const text = [...damaged, ...Array.from({ length: 21 }, () => witness), ''].join('\n');
    writeFileSync(file, text);
    let last = 0;
    for await (const batch of csvRecords(file))
      for (const record of batch) {
        assert.ok(record.line > last, 'each line once, in order');
        last = record.line;
      }
    const read = await readCdrs([file], { format: 'asterisk', policyOf: () => policyOf('DE', 'Europe/Berlin') });
    assert.ok(read.rows <= text.split(/[\n]/).length && read.badRows.length <= 20);
    const calls = [...read.calls.inTimeOrder()];
    assert.ok(
      calls.some(({ uniqueid, ext }) => uniqueid === '1793600009.99' && ext === '214'),
      'the sound row is found',
    );
  }));

const vectors = JSON.parse(readFileSync(new URL('../vectors/risk-deck-rows.json', import.meta.url), 'utf8'));
const DECK: { header: string; row: string }[] = [...vectors.good, ...vectors.bad];
const DECK_LINES = DECK.flatMap(({ header, row }) => [header, row]);
const DECK_WORDS = [
  'prefix',
  'rate',
  '252-254',
  '1000-1999',
  '1/60',
  '0,85',
  '1e3',
  '0x3c',
  '+',
  ';',
  '€',
  '-',
  '00',
  '1000.01',
];
const splits = (text: string) => text.split(/[,;\t]/).map((cell) => cell.replace(/^"|"$/g, ''));

/** Price as a fraction of micro-units, read anew and digit by digit: a deck's price is never taken for less. */
function atLeastWritten(micros: number, text: string): void {
  const digits = text.replace(/[^\d.,]/g, '').replace(',', '.');
  const [whole = '', part = ''] = digits.split('.');
  const exact = BigInt(`${whole || '0'}${part.padEnd(15, '0').slice(0, 15)}`);
  assert.ok(BigInt(micros) * 1_000_000_000n + 1_000_000n >= exact, `${text} is read as ${micros}`);
}

test('a row of a deck is prefixes and a price, or is said to be wrong', () =>
  fuzz(
    'deck rows',
    DECK_ROWS,
    (random) => {
      const { header, row } = random.pick(DECK);
      const pair = [header, row].map((text) =>
        random.chance(0.3) ? text : mutate(random, text, DECK_WORDS, DECK_LINES),
      );
      return pair as [string, string];
    },
    ([header, text]) => {
      const found = readHeader(splits(header));
      if ('error' in found) return;
      const cells = splits(text);
      const row = readRow(cells, found.columns, 2);
      if ('error' in row) return;
      assert.ok(row.prefixes.length > 0 && row.prefixes.length <= 20_000, `${row.prefixes.length} prefixes`);
      assert.ok(row.prefixes.every((prefix) => /^[1-9][0-9]{0,14}$/.test(prefix)));
      const { perMinute, connectFee, first, next } = row.tariff;
      for (const price of [perMinute, connectFee]) assert.ok(Number.isSafeInteger(price) && price >= 0 && price <= 1e9);
      for (const seconds of [first, next]) assert.ok(Number.isInteger(seconds) && seconds >= 1 && seconds <= 3600);
      atLeastWritten(perMinute, cells[found.columns.perMinute!]!);
      const { first: a, next: b, increments: c } = found.columns;
      for (const at of [a, b, c]) assert.match(at === undefined ? '' : (cells[at] ?? ''), /^[\d\s/+:-]*$/);
    },
  ));

test('a deck file is read whole or refused in words', () =>
  fuzz(
    'deck files',
    2_000,
    (random) => {
      const { header } = random.pick(DECK);
      const rows = Array.from({ length: random.int(0, 20) }, () =>
        mutate(random, random.pick(DECK).row, DECK_WORDS, DECK_LINES),
      );
      return [header, ...rows].join(random.pick(['\n', '\r\n', '\r']));
    },
    (text) => {
      writeFileSync(file, text);
      try {
        const { rows } = readDeck(file);
        assert.is(new Set(rows.map(({ prefix }) => prefix)).size, rows.length, 'each prefix once');
      } catch (error) {
        if (!(error instanceof CommandError)) throw error;
        assert.ok(error.message.split('\n').length <= 22 && error.message.length < 8_000, error.message);
      }
    },
  ));

test.run();
