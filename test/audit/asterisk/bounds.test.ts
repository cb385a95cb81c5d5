// biome-ignore-all lint/suspicious/noTemplateCurlyInString: dialplan variables.
import * as assert from 'uvu/assert';
import { suite } from '../../support/suite.ts';
import { auditOf, PHONES, ways } from './support.ts';

const test = suite('audit: hostile dialplans of Asterisk', { timeout: 120_000 });

test('dialplans that call themselves end', () => {
  const dialplan = `[from-internal]
exten => _X.,1,Gosub(a,s,1(\${EXTEN}))
 same => n,Dial(PJSIP/\${EXTEN}@trunk)
[a]
exten => s,1,GosubIf($[\${X}]?b,s,1)
 same => n,Return()
[b]
include => b
exten => s,1,Gosub(a,s,1)
 same => n,Goto(s,1)
`;
  assert.equal(ways(dialplan), ['high guard_not_asked extensions.conf:3']);
});

test('a made-up dialplan of jumps to everywhere ends, and says that it was too large', () => {
  const rows = (line: (i: string) => string) =>
    Array.from({ length: 3_000 }, (_, i) => line(String(i).padStart(4, '0'))).join('');
  const dialplan = `[from-internal]
include => b
${rows((i) => `exten => _${i}X.,1,Dial(Local/\${Y}@b)\n`)}[b]
include => from-internal
${rows((i) => `exten => _${i}Z.,1,Dial(Local/\${Y}@from-internal&PJSIP/\${EXTEN}@trunk)\n`)}`;
  const { findings, unread } = auditOf({ 'pjsip.conf': PHONES, 'extensions.conf': dialplan });
  assert.ok(findings.some((f) => f.code === 'guard_not_asked'));
  assert.match(unread[0]!.why, /too large to follow/);
});

test('lines on which expressions could backtrack without end are read at once', () => {
  const long = (part: string) => part.repeat(Math.floor(8_000 / part.length));
  const lines = [
    `Goto(${long('${a}')}(x`,
    `NoOp${long(' ')}x`,
    `GotoIf($[${long('=')} ${long('= ').slice(0, 99)}?s,1)`,
    `Dial(PJSIP/\${EXTEN},${long('FILTER(${EXTEN')}`,
    `System(${long('${SHELL(')}`,
  ];
  const dialplan = `[globals]\n${long('a')}\na=1\n[from-internal]\n${lines.map((line, i) => `exten => _${i}X.,1,${line}\n same => n,Dial(PJSIP/\${EXTEN}@trunk)\n`).join('')}`;
  assert.ok(ways(dialplan).includes('high guard_not_asked extensions.conf:8'), ways(dialplan).join());
});

test.run();
