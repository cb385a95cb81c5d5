// biome-ignore-all lint/suspicious/noTemplateCurlyInString: dialplan variables.
import * as assert from 'uvu/assert';
import { suite } from '../../support/suite.ts';
import { auditOf, GUARDED, only, PHONES, WAYS, ways } from './support.ts';

const test = suite('audit: ways to a trunk');

test('a Dial that is not asked about is told with its way', () => {
  const { findings } = auditOf({
    'pjsip.conf': PHONES,
    'extensions.conf': `[from-internal]
exten => _1XX,1,Dial(PJSIP/\${EXTEN})
include => outbound
[outbound]
exten => _0X.,1,Set(CALLERID(num)=123)
 same => n,Dial(PJSIP/\${EXTEN:1}@trunk,60)
`,
  });
  const [found] = findings.filter((f) => WAYS.test(f.code));
  assert.is(found!.code, 'guard_not_asked');
  assert.is(found!.severity, 'high');
  assert.is(`${found!.file}:${found!.line}`, 'extensions.conf:6');
  assert.is(
    found!.text,
    'Phones (101) reach PJSIP/trunk from [from-internal]: [outbound] _0X., and the guard is not asked.',
  );
  assert.match(found!.fix, /Gosub\(dialwarden,check,1\(\$\{EXTEN\}\)\)/);
});

test('the two lines of the guide are enough', () => {
  const dialplan = `#include dialwarden.conf
[from-internal]
include => outbound
[outbound]
exten => _0X.,1,Gosub(dialwarden,check,1(\${EXTEN}))
 same => n,Dial(PJSIP/\${DW_NUMBER}@trunk,60,\${DW_DIAL})
exten => 112,1,Dial(PJSIP/112@trunk)
`;
  assert.equal(ways(dialplan, GUARDED), []);
});

test('an extension that falls into the second line of a pattern goes out unasked', () => {
  const dialplan = (number: string) => `#include dialwarden.conf
[from-internal]
exten => _0X.,1,Gosub(dialwarden,check,1(\${EXTEN}))
 same => n,Dial(PJSIP/${number}@trunk,60)
exten => _00X.,1,NoOp(international)
`;
  assert.equal(ways(dialplan('${EXTEN}'), GUARDED), ['high guard_not_asked extensions.conf:4']);
  assert.equal(ways(dialplan('${DW_NUMBER}'), GUARDED), []);
});

test('through Goto, GotoIf, Gosub, Macro, Local channels and ExecIf', () => {
  const through = (step: string) =>
    ways(`[from-internal]
exten => _0X.,1,${step}
 same => n,Hangup()
[out]
exten => _X.,1,Dial(SIP/\${EXTEN}@trunk)
[sub]
exten => s,1,Dial(DAHDI/g1/\${ARG1})
 same => n,Return()
[macro-out]
exten => s,1,Dial(IAX2/carrier/\${ARG1})
`);
  const steps: [string, number][] = [
    ['Goto(out,${EXTEN:1},1)', 5],
    ['GotoIf($["${X}" = "1"]?out,${EXTEN},1)', 5],
    ['GotoIfTime(9:00-17:00,mon-fri,*,*?out,${EXTEN},1)', 5],
    ['Gosub(sub,s,1(${EXTEN:1}))', 7],
    ['GosubIf($[${LEN(${EXTEN})} > 3]?sub,s,1(${EXTEN}))', 7],
    ['Macro(out,${EXTEN})', 10],
    ['Dial(Local/${EXTEN:1}@out/n)', 5],
    ['Dial(PJSIP/101&Local/${EXTEN}@out)', 5],
    ['ExecIf($["${X}" = "1"]?Goto(out,${EXTEN},1))', 5],
    ['ExecIf($["${X}" = "1"]?Dial(DAHDI/g1/${EXTEN}))', 2],
    ['Originate(PJSIP/101,exten,out,${EXTEN},1)', 5],
    ['DISA(no-password,out)', 5],
  ] as const;
  for (const [step, line] of steps) assert.equal(through(step), [`high guard_not_asked extensions.conf:${line}`], step);
});

test('numbers that do not fit do not get through', () => {
  const fits = (pattern: string) =>
    ways(`[from-internal]
exten => _0X.,1,Goto(out,\${EXTEN:1},1)
[out]
exten => ${pattern},1,Dial(PJSIP/\${EXTEN}@trunk)
`).length;
  assert.is(fits('_[a-z].'), 0);
  assert.is(fits('_X.'), 1);
});

test('what a context takes itself hides the same numbers of its includes', () => {
  const dialplan = `#include dialwarden.conf
[from-internal]
include => old
exten => _X.,1,Gosub(dialwarden,check,1(\${EXTEN}))
 same => n,Dial(PJSIP/\${DW_NUMBER}@trunk)
[old]
exten => _0.,1,Dial(PJSIP/\${EXTEN}@trunk)
`;
  assert.equal(ways(dialplan, GUARDED), []);
  assert.equal(ways(dialplan.replace('_0.', '_*.'), GUARDED), ['high guard_not_asked extensions.conf:7']);
});

test('a device in a variable, a global or an argument', () => {
  const globals = '[globals]\nTRUNK=DAHDI/g1\n[from-internal]\nexten => _X.,1,Dial(${TRUNK}/${EXTEN})\n';
  assert.equal(ways(globals), ['high guard_not_asked extensions.conf:4']);
  const set = '[from-internal]\nexten => _X.,1,Set(TO=PJSIP/${EXTEN}@trunk)\n same => n,Dial(${TO},30)\n';
  assert.equal(ways(set), ['high guard_not_asked extensions.conf:3']);
  const argument =
    '[from-internal]\nexten => _X.,1,Gosub(ring,s,1(PJSIP/${EXTEN}@trunk))\n[ring]\nexten => s,1,Dial(${ARG1})\n';
  assert.equal(ways(argument), ['high guard_not_asked extensions.conf:4']);
});

test('ask without a look at the answer is not obeyed', () => {
  const asked = (number: string, look = '') =>
    ways(
      `#include dialwarden.conf
[from-internal]
exten => _X.,1,Gosub(dialwarden,ask,1(\${EXTEN}))
${look} same => n,Dial(PJSIP/${number}@trunk)
`,
      GUARDED,
    );
  assert.equal(asked('${EXTEN}'), ['high guard_not_obeyed extensions.conf:4']);
  assert.equal(asked('${DW_NUMBER}'), []);
  assert.equal(asked('${EXTEN}', ' same => n,GotoIf($["${DW_VERDICT}" != "allow"]?h,1)\n'), []);
});

test('asking on one branch only leaves the other', () => {
  const dialplan = `#include dialwarden.conf
[from-internal]
exten => _X.,1,GotoIf($["\${BOSS}" = "1"]?dial)
 same => n,Gosub(dialwarden,check,1(\${EXTEN}))
 same => n(dial),Dial(PJSIP/\${EXTEN}@trunk)
`;
  assert.equal(ways(dialplan, GUARDED), ['high guard_not_asked extensions.conf:5']);
});

test('a fixed number is a small matter, and emergency numbers are none', () => {
  const dialplan = `[from-internal]
exten => 50,1,Dial(PJSIP/0301234567@trunk)
exten => 110,1,Dial(PJSIP/110@trunk)
`;
  assert.equal(ways(dialplan), ['low guard_not_asked extensions.conf:2']);
});

test('callers from outside and strangers who dial out', () => {
  const dialplan = `[from-trunk]
include => from-internal
[from-internal]
exten => _X.,1,Dial(PJSIP/\${EXTEN}@trunk)
`;
  assert.equal(ways(dialplan), ['high guard_not_asked extensions.conf:4', 'high strangers_dial_out extensions.conf:4']);
  const anonymous = `${PHONES}[anonymous]\ntype=endpoint\ncontext=from-trunk\n`;
  assert.equal(only({ 'pjsip.conf': anonymous, 'extensions.conf': dialplan }, /strangers|anonymous/), [
    'critical anonymous_calls pjsip.conf:36',
    'critical strangers_dial_out extensions.conf:4',
  ]);
});

test('an inbound number, a menu and a forward to a number of one’s own do not let strangers out', () => {
  const dialplan = `[from-trunk]
exten => _X.,1,Goto(menu,s,1)
[menu]
exten => s,1,Background(welcome)
 same => n,WaitExten(5)
exten => 1,1,Dial(PJSIP/101)
exten => 2,1,Gosub(dialwarden,check,1(0301234567))
 same => n,Dial(PJSIP/\${DW_NUMBER}@trunk,60,\${DW_DIAL})
exten => i,1,Goto(s,1)
`;
  assert.equal(ways(dialplan), []);
  const open = dialplan.replace('exten => i', 'include => from-internal\nexten => i');
  const out = `${open}[from-internal]\nexten => _0X.,1,Dial(PJSIP/\${EXTEN}@trunk)\n`;
  assert.equal(ways(out), ['high guard_not_asked extensions.conf:12', 'high strangers_dial_out extensions.conf:12']);
});

test('mailboxes that call out are a way in', () => {
  const files = {
    'pjsip.conf': PHONES,
    'voicemail.conf': '[default]\n101 => 730519,A,,,dialout=out\n',
    'extensions.conf': '[out]\nexten => _X.,1,Dial(PJSIP/${EXTEN}@trunk)\n',
  };
  assert.equal(only(files, /guard|voicemail/), [
    'high guard_not_asked extensions.conf:2',
    'medium voicemail_dialout voicemail.conf:2',
  ]);
});

test('a dialplan that waits for its first phone is told of once', () => {
  const dialplan = '[out]\nexten => _X.,1,Dial(DAHDI/g1/${EXTEN})\nexten => _*X.,1,Dial(DAHDI/g1/${EXTEN})\n';
  assert.equal(only({ 'extensions.conf': dialplan }, WAYS), ['low guard_not_asked extensions.conf:1']);
});

test.run();
