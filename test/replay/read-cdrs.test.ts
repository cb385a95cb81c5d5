import { gzipSync } from 'node:zlib';
import * as assert from 'uvu/assert';
import { readCdrs } from '../../src/replay/read-cdrs.ts';
import { suite } from '../support/suite.ts';
import { au, cdrFiles, type Fields, line } from './cdr-files.ts';
import { policyOf } from './policy.ts';

const test = suite('read CDRs');
const de = policyOf('DE', 'Europe/Berlin');
const us = policyOf('US', 'America/New_York');
const { file, read } = cdrFiles(test);

test('every column order of cdr_csv', async () => {
  const tails: [string, string | null][] = [
    ['', null],
    [',"1793600000.12"', '1793600000.12'],
    [',"a note"', null],
    [',"pbx1-1793600000.12","a note"', 'pbx1-1793600000.12'],
    [',"","1793600000.12",5', null],
    [',"1793600000.12","","1793600000.12",5', '1793600000.12'],
    [',"1793600000.13","a note","","1793600000.12",5', '1793600000.13'],
  ];
  for (const [tail, uniqueid] of tails) {
    const { list, bad } = await read(line({ tail }));
    assert.is(bad, 0, tail);
    assert.is(list.length, 1, tail);
    if (uniqueid) assert.is(list[0]!.uniqueid, uniqueid);
    else assert.match(list[0]!.uniqueid, /Master-\d+\.csv:1$/);
    assert.is(list[0]!.ext, '214');
  }
});

test('the call, field by field', async () => {
  const { list } = await read(line({ src: '299', duration: 65, billsec: 50 }));
  assert.equal(list, [
    {
      uniqueid: '1793600000.12',
      at: Date.parse('2026-11-01T23:00:00Z'),
      ext: '214',
      dialled: '0011442071838750',
      billsec: 50,
      duration: 65,
      answered: true,
      disposition: 'ANSWERED',
      context: 'from-internal',
      pbx: 'asterisk',
      machine: false,
    },
  ]);
});

test('gzip and a byte order mark, CR LF, and no newline at the end', async () => {
  assert.is((await read(gzipSync(line()))).list.length, 1);
  assert.is(
    (await read(`\ufeff${line().replace('\n', '\r\n')}${line({ tail: ',"1793600009.1"' }).trimEnd()}`)).list.length,
    2,
  );
});

test('a gzip file cut off in the middle keeps what came before', async () => {
  let text = '';
  for (let i = 0; i < 2000; i++)
    text += line({ tail: `,"17936${String(i * 7919).padStart(8, '0')}.1"`, data: String(i ** 3) });
  const { list, bad, badRows } = await read(gzipSync(text).subarray(0, -2000));
  assert.ok(list.length > 500 && list.length < 2000, `${list.length}`);
  assert.ok(bad >= 1);
  assert.match(badRows.at(-1)!, /reading stopped/);
});

test('bad rows are counted and named, and stop nothing', async () => {
  const cut = line().slice(0, 40);
  const text = `nonsense\n${line()}${cut}\n${line({ tail: ',"1793600001.1"' })}${line({ duration: 'x' })}${line({ start: '2026-13-45 10:00:00' })}\u0000\u0001,,,\n`;
  const { list, bad, badRows, rows } = await read(text);
  assert.is(list.length, 2);
  assert.is(bad, 5);
  assert.is(rows, 7);
  assert.match(badRows[0]!, /Master-\d+\.csv:1: neither/);
  assert.match(badRows[1]!, /:3: a quote is opened/);
  assert.match(badRows[2]!, /:5: duration/);
  assert.match(badRows[3]!, /:6: start "2026-13-45 10:00:00" is no time/);
});

test('line breaks inside quotes belong to the field', async () => {
  const { list, bad } = await read(line({ clid: 'Ann\nof Sales\n<214>' }) + line({ tail: ',"1793600001.1"' }));
  assert.is(bad, 0);
  assert.is(list.length, 2);
});

test('who dialled comes from the channel', async () => {
  const ext = async (f: Fields) => (await read(line(f))).list.map((c) => `${c.ext}${c.machine ? '*' : ''}`)[0];
  assert.is(await ext({ channel: 'SIP/301-00ab', src: '214' }), '301');
  assert.is(await ext({ channel: 'PJSIP/lobby-door-00ab', src: '214' }), 'lobby-door');
  assert.is(await ext({ channel: 'IAX2/301-9912' }), '301');
  assert.is(
    await ext({ channel: 'Local/0011442071838750@from-internal-0000;2', account: '305', src: '0299998888' }),
    '305*',
  );
  assert.is(await ext({ channel: 'Local/0011442071838750@from-internal-0000;2', src: '214' }), '214*');
});

test('what is dialled, where dst only names a place in the dialplan', async () => {
  const dialled = async (data: string, dst = 's') => (await read(line({ dst, data }))).list[0]?.dialled;
  assert.is(await dialled('PJSIP/00441234@trunk,60'), '00441234');
  assert.is(await dialled('SIP/trunk/0011442071838750,300,Tt'), '0011442071838750');
  assert.is(await dialled('SIP/trunk/0011442071838750|300|Tt', 'h'), '0011442071838750');
  assert.is(await dialled('DAHDI/g1/ww0011442071838750', ''), '0011442071838750');
  assert.is(await dialled('PJSIP/0011442071838750@a,60&PJSIP/1@b'), '0011442071838750');
  assert.is(await dialled('Local/0011442071838750@from-internal'), undefined);
  assert.is(await dialled('PJSIP/trunk,60'), undefined);
});

test('hostile digits are what was dialled, whatever their script', async () => {
  for (const dst of ['0298765432&SIP/9', '+61 2', '\uff0b61298765432', '\u0660\u0661\u0662', 'alice'])
    assert.equal(
      (await read(line({ dst }))).list.map((c) => c.dialled),
      [dst],
    );
});

test('a call that failed or was refused was dialled all the same', async () => {
  const { list } = await read(line({ towards: '', app: 'Hangup', data: '', disposition: 'NO ANSWER', billsec: 0 }));
  assert.is(list.length, 1);
  assert.is(list[0]!.answered, false);
});

test('rows of one unique id and one destination are one call, the longest billed', async () => {
  const text = [
    line({ billsec: 0, disposition: 'BUSY', start: '2026-11-02 10:00:00' }),
    line({ billsec: 41, duration: 55, start: '2026-11-02 10:00:04' }),
    line({ billsec: 12, dst: '+442071838750' }),
    line({ billsec: 7, dst: '0011442071838751' }),
  ].join('');
  const { list, merged } = await read(text);
  assert.is(merged, 2);
  assert.equal(
    list.map((c) => [c.dialled, c.billsec, c.answered, new Date(c.at).toISOString()]),
    [
      ['0011442071838750', 41, true, '2026-11-01T23:00:00.000Z'],
      ['0011442071838751', 7, true, '2026-11-01T23:00:00.000Z'],
    ],
  );
});

test('calls come in the order in which they were dialled, over all files', async () => {
  const late = file(line({ start: '2026-11-02 12:00:00', tail: ',"1.1","c"' }));
  const early = file(
    line({ start: '2026-11-02 11:00:00', tail: ',"1.2","b"' }) +
      line({ start: '2026-11-02 09:00:00', tail: ',"1.3","a"' }),
  );
  const { calls } = await readCdrs([late, early], { format: null, policyOf: () => au });
  assert.equal(
    [...calls.inTimeOrder()].map((c) => c.uniqueid),
    ['1.3', '1.2', '1.1'],
  );
});

const utc = (list: { at: number }[]) => list.map((c) => new Date(c.at).toISOString().slice(0, 16));

test('the hour that comes twice: the unique id tells, else the order of the file', async () => {
  const first = Date.parse('2026-10-25T00:30:00Z') / 1000;
  const ids = [first, first + 3600].map((s) =>
    line({ dst: '0044123', start: '2026-10-25 02:30:00', tail: `,"${s}.1"` }),
  );
  assert.equal(utc((await read(ids.join(''), de)).list), ['2026-10-25T00:30', '2026-10-25T01:30']);
  const plain = ['02:10', '02:50', '02:20', '02:55', '03:05'].map((t) =>
    line({ dst: '0044123', start: `2026-10-25 ${t}:00`, tail: '' }),
  );
  assert.equal(utc((await read(plain.join(''), de)).list), [
    '2026-10-25T00:10',
    '2026-10-25T00:50',
    '2026-10-25T01:20',
    '2026-10-25T01:55',
    '2026-10-25T02:05',
  ]);
});

test('the hour that is skipped is read with the offset before the change', async () => {
  const { list } = await read(line({ dst: '01144123', start: '2026-03-08 02:30:00', tail: '' }), us);
  assert.equal(utc(list), ['2026-03-08T07:30']);
});

test('rows in GMT are told by their unique ids', async () => {
  const at = Date.parse('2026-11-02T10:00:00Z') / 1000;
  assert.equal(utc((await read(line({ tail: `,"${at}.1"` }))).list), ['2026-11-02T10:00']);
});

test('an export with a header line', async () => {
  const text = `calldate,clid,src,dst,dcontext,channel,dstchannel,lastapp,lastdata,duration,billsec,disposition,amaflags,accountcode,uniqueid,userfield
2026-11-02 10:00:00,"""Ann"" <214>",214,0011442071838750,from-internal,PJSIP/214-1,PJSIP/trunk-2,Dial,"PJSIP/x@trunk,60",60,50,ANSWERED,3,,1793600000.12,\n`;
  const { list, bad } = await read(text);
  assert.is(bad, 0);
  assert.equal(
    list.map((c) => [c.uniqueid, c.ext, c.billsec]),
    [['1793600000.12', '214', 50]],
  );
});

test("FreeSWITCH's default template", async () => {
  const row = (number: string, to: string, context = 'default', account = '1001') =>
    `"Ann ""A"" Lee","${number}","${to}","${context}","2026-11-02 10:00:00","2026-11-02 10:00:05","2026-11-02 10:01:00","60","55","NORMAL_CLEARING","0a1b-${to}","9f","${account}","PCMU","PCMU"\n`;
  const text = row('1001', '0011442071838750') + row('0298765432', '1001', 'public', '') + row('1001', '1002');
  const { list, inbound, internal, bad } = await read(text);
  assert.equal([list.length, inbound, internal, bad], [1, 1, 1, 0]);
  const { uniqueid, ext, at, billsec, pbx } = list[0]!;
  assert.equal([uniqueid, ext, billsec, pbx], ['0a1b-0011442071838750', '1001', 55, 'freeswitch']);
  assert.is(new Date(at).toISOString(), '2026-11-01T23:00:00.000Z');
});

test('a FreeSWITCH call that failed, of a phone without an account', async () => {
  const row = `"A","1001","0298765432","default","2026-11-02 10:00:00","","2026-11-02 10:00:09","9","0","USER_BUSY","u9","","","",""\n`;
  assert.equal(
    (await read(row)).list.map((c) => [c.ext, c.answered]),
    [['1001', false]],
  );
});

test("FreeSWITCH's template `asterisk` and one with a header line", async () => {
  const like = `"","1001","0011442071838750","default","""A"" <1001>","sofia/internal/1001@pbx","sofia/gateway/x","bridge","x","2026-11-02 10:00:00","","2026-11-02 10:01:00","60","0","NO_ANSWER","3","u1",""\n`;
  const header = `uuid,start_stamp,duration,billsec,destination_number,sip_auth_username,context\nu2,2026-11-02 10:00:00,60,55,0011442071838750,1002,default\n`;
  const a = (await read(like, au, 'freeswitch')).list;
  const b = (await read(header)).list;
  assert.equal(
    [...a, ...b].map((c) => [c.uniqueid, c.ext, c.answered]),
    [
      ['u1', '1001', false],
      ['u2', '1002', true],
    ],
  );
});

test.run();
