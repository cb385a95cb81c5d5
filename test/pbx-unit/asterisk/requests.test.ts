import * as assert from 'uvu/assert';
import { addressOf, endpointOf } from '../../../src/pbx/asterisk/channel.ts';
import { quote } from '../../../src/pbx/asterisk/commands.ts';
import { parseEnvironment } from '../../../src/pbx/asterisk/environment.ts';
import { readCheck, transferredBy } from '../../../src/pbx/asterisk/request-check.ts';
import { readEnd } from '../../../src/pbx/asterisk/request-end.ts';
import { environment } from '../../support/agi/client.ts';
import { suite } from '../../support/suite.ts';

const test = suite('agi requests');
const parsed = (args: string[], headers: Record<string, string | null> = {}) =>
  parseEnvironment(Buffer.from(environment(args, headers).slice(0, -2)))!;
const check = (args: string[], headers: Record<string, string | null> = {}) => readCheck(parsed(args, headers), 1000);
const end = (...args: string[]) => readEnd(parsed(args), 1000);

test('an endpoint is what stands before the last dash', () => {
  const cases: [string, string | null][] = [
    ['PJSIP/101-0000002a', '101'],
    ['PJSIP/front-desk-2-0000002a', 'front-desk-2'],
    ['SIP/101-00000001', '101'],
    ['IAX2/office-4711', 'office'],
    ['DAHDI/1-1', 'DAHDI/1'],
    ['Local/101@from-internal-00000000;2', null],
    ['AsyncGoto/PJSIP/101-00000001', null],
    ['PJSIP/-00000001', null],
    ['PJSIP', null],
    ['', null],
  ];
  for (const [channel, endpoint] of cases) assert.is(endpointOf(channel), endpoint, channel);
});

test('an address loses its port, and nonsense is none', () => {
  const cases: [string, string | null][] = [
    ['192.0.2.7:5060', '192.0.2.7'],
    ['192.0.2.7', '192.0.2.7'],
    ['[2001:db8::1]:5060', '2001:db8::1'],
    ['2001:db8::1', '2001:db8::1'],
    ['phone.example.org:5060', null],
    ['192.0.2.7:5060:1', null],
    ['', null],
  ];
  for (const [text, address] of cases) assert.is(addressOf(text), address, text);
});

test('a check carries every clue to who pays', () => {
  const { attempt, askTransfer } = check(
    ['0011252615550100', 'ext=214', 'dialled=90011252615550100', 'addr=[2001:db8::1]:5060', 'xfer=', 'acct=77'],
    { agi_rdnis: '999', agi_accountcode: '11' },
  );
  assert.is(askTransfer, false);
  assert.equal(attempt, {
    pbx: 'asterisk',
    uniqueid: '1795350344.6',
    at: 1000,
    digits: '0011252615550100',
    dialled: '90011252615550100',
    payer: { endpoint: '101', transferer: null, inherited: '214', accountcode: '77', redirecting: '999' },
    listener: true,
    realm: 'from-internal',
    addr: '2001:db8::1',
    userAgent: null,
  });
});

test('a plain check asks who transferred; empty and unknown values are none', () => {
  const { attempt, askTransfer } = check(['1555']);
  assert.is(askTransfer, true);
  assert.equal(attempt.payer, {
    endpoint: '101',
    transferer: null,
    inherited: null,
    accountcode: null,
    redirecting: null,
  });
  assert.is(attempt.dialled, null);
});

test('a transferer is named and nobody listens', () => {
  const { attempt } = check(['1555', 'xfer=PJSIP/102-0000000b']);
  assert.is(attempt.payer.transferer, '102');
  assert.is(attempt.listener, false);
  assert.is(transferredBy(attempt, 'Local/5@x-0001;1').payer.transferer, null);
  assert.is(transferredBy(check(['1555']).attempt, 'Local/5@x-0001;1').listener, false);
});

test('nobody listens on Local channels and on calls the PBX placed', () => {
  assert.is(check(['1555'], { agi_channel: 'Local/1@x-00000000;2' }).attempt.listener, false);
  assert.is(check(['1555'], { agi_dnid: 'unknown' }).attempt.listener, false);
  assert.is(check(['1555'], { agi_channel: 'DAHDI/1-1', agi_dnid: 'unknown' }).attempt.listener, true);
});

test('digits that look like an argument stay digits', () => {
  assert.is(check(['ext=999']).attempt.digits, 'ext=999');
});

test('what is not understood is refused, and its value never shown', () => {
  const bad: [string[], RegExp][] = [
    [[], /no digits/],
    [['1555', 'payer=1'], /unknown argument "payer"/],
    [['1555', 'ext=1', 'ext=2'], /"ext" twice/],
    [['1555', '=1'], /unknown argument ""/],
    [['1555', 'toString=1'], /unknown argument "toString"/],
  ];
  for (const [args, why] of bad) assert.throws(() => check(args), why, args.join());
  assert.throws(
    () => check(['1', 'kye=s3cret']),
    (e: Error) => /kye/.test(e.message) && !e.message.includes('s3cret'),
  );
  assert.throws(() => check(['1555'], { agi_uniqueid: '' }), /agi_uniqueid/);
});

test('a comma in what was dialled is asked about whole, and what cannot be dialled is not shown', () => {
  assert.is(check(['0298765432', '0011252615550100', 'ext=1']).attempt.digits, '0298765432,0011252615550100');
  assert.is(check(['1555', 'hunter2']).attempt.digits, '1555,?');
  assert.is(check(['1555', '']).attempt.digits, '1555,?');
});

test('an end names the call and every source of seconds', () => {
  const given = [
    'call=1.2',
    'billsec=61',
    'answered=60',
    'cause=16',
    'disposition=ANSWERED',
    'trunk=up',
    'e164=+252615550100',
    'leg=PJSIP/trunk-00000001',
  ];
  assert.equal(end(...given), {
    pbx: 'asterisk',
    uniqueid: '1.2',
    at: 1000,
    e164: '+252615550100',
    leg: 'PJSIP/trunk-00000001',
    seconds: [61, 60],
    answered: true,
    cause: 16,
    trunkUp: true,
  });
});

test('an end leaves open what was not told', () => {
  const bare = end('call=1.2', 'billsec=', 'answered=', 'cause=', 'disposition=', 'e164=', 'leg=');
  assert.equal(bare.seconds, []);
  assert.is(bare.answered, null);
  assert.is(bare.cause, null);
  assert.is(bare.e164, null);
  assert.is(bare.leg, undefined);
  assert.is(bare.trunkUp, false);
  assert.equal(end('call=1.2', 'billsec=-5', 'answered=1e3').seconds, []);
});

test('billed seconds prove an answer that the disposition denies', () => {
  assert.is(end('call=1.2', 'billsec=0', 'answered=12', 'disposition=NO ANSWER').answered, true);
  assert.is(end('call=1.2', 'billsec=0', 'disposition=NO ANSWER').answered, false);
  assert.is(end('call=1.2', 'disposition=ANSWER').answered, true);
});

test('an end without its call is refused', () => {
  assert.throws(() => end('billsec=1'), /no call=/);
  assert.throws(() => end('call='), /no call=/);
  assert.throws(() => end('call=1.2', 'trunk=maybe'), /trunk=/);
  assert.throws(() => end('call=1.2', 'ext=1'), /unknown argument "ext"/);
});

test('no value leaves its quotes', () => {
  assert.is(quote('a"b\\c'), '"a\\"b\\\\c"');
  assert.is(quote('x"\nEXEC System "rm\r\0'), '"x\\"EXEC System \\"rm"');
});

test.run();
