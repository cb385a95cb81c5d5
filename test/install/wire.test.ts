import * as assert from 'uvu/assert';
import { addIncludes, asking, dropIncludes, unwireDials, wireDials } from '../../src/install/asterisk-wire.ts';
import { suite } from '../support/suite.ts';

const test = suite('wiring of extensions.conf');

const wired = (line: string) => wireDials(`[out]\n${line}\n`, null).text.split('\n').slice(2, -1);

const VECTORS: [line: string, gosub: string, dial: string][] = [
  [
    `exten => _0X.,1,Dial(PJSIP/\${EXTEN}@telekom)`,
    `exten => _0X.,1,Gosub(dialwarden,check,1(\${EXTEN})) ;dialwarden`,
    ` same => n,Dial(PJSIP/\${DW_NUMBER}@telekom,,\${DW_DIAL}) ;dialwarden`,
  ],
  [
    `exten => _0X.,n(go),Dial(PJSIP/\${EXTEN:1}@telekom,60,tT) ; out`,
    `exten => _0X.,n(go),Gosub(dialwarden,check,1(\${EXTEN:1})) ;dialwarden`,
    ` same => n,Dial(PJSIP/\${DW_NUMBER}@telekom,60,tT\${DW_DIAL}) ;dialwarden`,
  ],
  [
    ` same => n,Dial(SIP/trunk-2/99\${EXTEN:1},60)`,
    ` same => n,Gosub(dialwarden,check,1(\${EXTEN:1})) ;dialwarden`,
    ` same => n,Dial(SIP/trunk-2/99\${DW_NUMBER},60,\${DW_DIAL}) ;dialwarden`,
  ],
  [
    `exten=_9.,1,Dial(DAHDI/g1/\${EXTEN:1})`,
    `exten=_9.,1,Gosub(dialwarden,check,1(\${EXTEN:1})) ;dialwarden`,
    ` same => n,Dial(DAHDI/g1/\${DW_NUMBER},,\${DW_DIAL}) ;dialwarden`,
  ],
  [
    `exten => _9X.,1,Dial(IAX2/me:pw@host/\${EXTEN})`,
    `exten => _9X.,1,Gosub(dialwarden,check,1(\${EXTEN})) ;dialwarden`,
    ` same => n,Dial(IAX2/me:pw@host/\${DW_NUMBER},,\${DW_DIAL}) ;dialwarden`,
  ],
];

for (const [line, gosub, dial] of VECTORS) {
  test(`asked: ${line}`, () => assert.equal(wired(line), [gosub, dial]));
}

for (const line of [
  `exten => _1XX,1,Dial(PJSIP/\${EXTEN},20)`,
  `exten => _1XX,1,Dial(Local/\${EXTEN}@phones)`,
  `;exten => _0X.,1,Dial(PJSIP/\${EXTEN}@telekom)`,
  `exten => _0X.,1,Dial(PJSIP/\${DW_NUMBER}@telekom,60,\${DW_DIAL})`,
  `exten => _0X.,hint,PJSIP/\${EXTEN}@telekom`,
]) {
  test(`no way to a trunk, left alone: ${line}`, () => {
    const text = `[out]\n${line}\n`;
    const { left, trunks, ...same } = wireDials(text, null);
    assert.equal([same.text, left, trunks], [text, [], []]);
  });
}

for (const line of [
  `exten => _0X.,2,Dial(PJSIP/\${EXTEN}@telekom)`,
  `exten => _0X.,1,Dial(PJSIP/\${EXTEN}@telekom,60,b(mine^s^1))`,
  `exten => _0X.,1,Dial(PJSIP/\${EXTEN}@one&PJSIP/\${EXTEN}@two)`,
  `exten => _0X.,1,Dial(PJSIP/telekom/sip:\${EXTEN}@example.org)`,
  `exten => _0X.,1,Dial(PJSIP/\${EXTEN:1}\${SUFFIX}@telekom)`,
  `exten => _0X.,1,Dial(PJSIP/\${EXTEN}@telekom)\nexten => _0X.,2,Hangup`,
]) {
  test(`leads out in a way that is for people, told: ${line}`, () => {
    const text = `[out]\n${line}\n`;
    const { left, trunks, ...same } = wireDials(text, null);
    assert.equal([same.text, left.map((l) => l.line), trunks], [text, [2], []]);
  });
}

const DIALPLAN = `[general]\r
[out]\r
exten => _0X.,1,NoOp()\r
 same => n,Dial(PJSIP/\${EXTEN:1}@telekom,60)   ; caf\u00e9\r
 same => n,Hangup()\r
;--\r
 same => n,Dial(PJSIP/\${EXTEN}@telekom)\r
--;\r
exten => _9X.,1,Dial(PJSIP/\${EXTEN:1}@backup)\r
`;

test('what was wired is taken back to the byte, also under line ends of Windows; comments over lines are none of ours', () => {
  const once = wireDials(DIALPLAN, null);
  assert.equal(once.trunks, ['telekom', 'backup']);
  assert.is(once.text.match(/Gosub/g)!.length, 2);
  assert.not.match(once.text.replaceAll('\r\n', ''), '\n');
  const full = addIncludes(once.text, ['dialwarden.conf']);
  assert.is(addIncludes(wireDials(full, null).text, ['dialwarden.conf']), full);
  assert.is(asking(full).length, 2);
  assert.is(dropIncludes(unwireDials(full)), DIALPLAN);
  assert.equal(asking(DIALPLAN), []);
});

test('of one trunk alone', () => {
  const { text, trunks, left } = wireDials(DIALPLAN, ['backup']);
  assert.equal([trunks, left], [['backup'], []]);
  assert.match(text, `PJSIP/\${EXTEN:1}@telekom,60)`);
});

test('lines that somebody added by hand are found, wherever they lead to the guard', () => {
  const text = `[a]\nexten => 1,1,Gosub(dialwarden,check,1(\${EXTEN})) ; mine\n;Gosub(dialwarden,check,1)\n same => n,Goto(dialwarden,ask,1)\n`;
  assert.equal(
    asking(unwireDials(text)).map(({ line }) => line),
    [2, 4],
  );
});

test('includes in other spellings count as there', () => {
  for (const line of [
    '#include "/opt/dialwarden/dialplan/asterisk/dialwarden.conf"',
    '#tryinclude <dialwarden.conf>',
  ]) {
    assert.is(addIncludes(`${line}\n`, ['dialwarden.conf']), `${line}\n`);
    assert.is(dropIncludes(`a\n${line}\nb`), 'a\nb');
  }
  assert.is(
    addIncludes(';#include dialwarden.conf', ['dialwarden.conf']),
    ';#include dialwarden.conf\n#include dialwarden.conf\n',
  );
});

test.run();
