import * as assert from 'uvu/assert';
import { scriptedLab } from '../support/scripted-lab.ts';
import { sleep, until } from '../support/until.ts';

// Dialplans that go on after an answered call (option g of Dial), against a scripted guard that allows everything.

const test = scriptedLab(
  'second Dial',
  ({ args: [digits = ''] }) => ({ DW_E164: `+49${digits.slice(1)}`, DW_VERDICT: 'allow' }),
  {
    treat: (digits) => (digits.endsWith('3') ? { status: 503 } : {}),
    dialplan: `#include freepbx17.conf
[from-internal]
exten => _81X.,1,Gosub(dialwarden,check,1(\${EXTEN:2}))
 same => n,Dial(PJSIP/\${DW_NUMBER}@trunk,60,g\${DW_DIAL})
 same => n,Dial(PJSIP/\${DW_NUMBER}@backup,60,g\${DW_DIAL})
exten => _82X.,1,Gosub(dialwarden,check,1(\${EXTEN:2}))
 same => n,Dial(PJSIP/\${DW_NUMBER}@trunk,60,g\${DW_DIAL})
 same => n,Gosub(dialwarden,check,1(\${EXTEN:2}))
 same => n,Dial(PJSIP/\${DW_NUMBER}@backup,60,\${DW_DIAL})
exten => _83X.,1,Set(DIAL_NUMBER=\${EXTEN:2})
 same => n,Gosub(macro-dialout-trunk-predial-hook,s,1())
 same => n,Dial(PJSIP/\${DIAL_NUMBER}@trunk,60,g\${DIAL_TRUNK_OPTIONS})
 same => n,Gosub(macro-dialout-trunk-predial-hook,s,1())
 same => n,Dial(PJSIP/\${DIAL_NUMBER}@backup,60,\${DIAL_TRUNK_OPTIONS})
exten => _84X.,1,Dial(Local/81\${EXTEN:2}@from-internal)
exten => _85X.,1,Dial(Local/82\${EXTEN:2}@from-internal)
`,
  },
);

test('what an answered call was allowed is not dialled again without asking', async ({ agi, lab }) => {
  const call = await (await lab.phone()).invite('810301234567');
  assert.is(await call.final(), 200);
  const coming = lab.backup.next();
  lab.trunk.last().bye();
  // The trunk answers an INVITE without a number; none is dialled.
  assert.is((await coming).digits, '');
  assert.is(agi.checks().length, 1);
  call.bye();
});

test('nor where a Local channel asked: its second Dial gets no channel, and asked again it goes on', async ({
  agi,
  lab,
}) => {
  const dialled = async (digits: string) => {
    const before = lab.backup.calls.length;
    const call = await (await lab.phone()).invite(digits);
    assert.is(await call.final(), 200);
    lab.trunk.last().bye();
    if (digits.startsWith('85')) await lab.backup.next();
    else
      await until(
        'the second Dial',
        async () => !(await lab.pbx.channels()).some((name) => name.startsWith('PJSIP/trunk')),
      );
    await sleep(200);
    call.bye();
    return lab.backup.calls.length - before;
  };
  assert.equal([await dialled('840301234567'), agi.checks().length], [0, 1]);
  assert.equal([await dialled('850301234567'), agi.checks().length], [1, 3]);
});

test('a second trunk after one that did not answer needs no second question', async ({ agi, lab }) => {
  const call = await (await lab.phone()).invite('810301234563');
  assert.is(await call.final(), 200);
  assert.equal([agi.checks().length, lab.backup.last().digits], [1, '0301234563']);
});

for (const [way, what] of [
  ['82', 'the same number asked again after an answer'],
  ['83', 'the same in a Dial that is not ours'],
] as const) {
  test(`${what}: the first leg's end is told before, each leg by its name`, async ({ agi, lab }) => {
    const call = await (await lab.phone()).invite(`${way}0301234567`);
    assert.is(await call.final(), 200);
    const first = (await lab.pbx.channels()).find((name) => name.startsWith('PJSIP/trunk'));
    const coming = lab.backup.next();
    lab.trunk.last().bye();
    await coming;
    await lab.pbx.bridged();
    const second = (await lab.pbx.channels()).find((name) => name.startsWith('PJSIP/backup'));
    call.bye();
    await lab.pbx.idle();
    await until('the end of the second leg', () => agi.ends().some(({ leg }) => leg === second));
    const questions = agi.requests.map(({ script }, i) => (script === 'check' ? i : -1)).filter((i) => i >= 0);
    assert.is(questions.length, 2);
    const between = agi.requests.slice(questions[0], questions[1]).filter(({ script }) => script === 'end');
    assert.ok(between.some(({ args }) => args.includes(`leg=${first}`) && args.includes('e164=+49301234567')));
    assert.equal(new Set(agi.ends().map(({ leg }) => leg)), new Set([first, second]));
  });
}

test.run();
