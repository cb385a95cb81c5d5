import { readFileSync } from 'node:fs';
import * as assert from 'uvu/assert';
import { named } from '../support/agi/server.ts';
import { scriptedLab } from '../support/scripted-lab.ts';
import { sleep, until } from '../support/until.ts';

// FreePBX 17's way out in short: a route tries its trunks in turn, each through macro-dialout-trunk, which calls the hook
// just before a Dial that adds options of its own. Trunk 1 sends with the prefix 99. 030...3 is congested on trunk 1.

const test = scriptedLab(
  'freepbx',
  ({ args: [digits = ''] }) =>
    digits.startsWith('00')
      ? { DW_VERDICT: 'block' }
      : { DW_MAX_SECONDS: '2', DW_E164: `+49${digits.slice(1)}`, DW_VERDICT: 'allow' },
  {
    treat: (digits) => (digits.endsWith('3') ? { status: 503 } : {}),
    dialplan: `#include freepbx17.conf
[from-internal]
exten => _[0-9].,1,Set(__AMPUSER=\${CHANNEL(endpoint)})
 same => n,GotoIf($["\${EXTEN}" = "0777"]?emergency)
 same => n,Goto(outrt-1,\${EXTEN},1)
 same => n(emergency),Set(EMERGENCYROUTE=YES)
 same => n,Goto(outrt-1,\${EXTEN},1)
exten => _*X.,1,Set(__AMPUSER=\${CHANNEL(endpoint)})
 same => n,Dial(Local/\${EXTEN:1}@outrt-1)
[outrt-1]
exten => _X.,1,Gosub(macro-dialout-trunk,s,1(trunk,99,\${EXTEN}))
 same => n,Gosub(macro-dialout-trunk,s,1(backup,,\${EXTEN}))
 same => n,Hangup(34)
[macro-dialout-trunk]
exten => s,1,Set(DIAL_NUMBER=\${ARG3})
 same => n,Set(OUTNUM=\${ARG2}\${ARG3})
 same => n,Set(DIAL_TRUNK_OPTIONS=T)
 same => n,Gosub(macro-dialout-trunk-predial-hook,s,1())
 same => n,Dial(PJSIP/\${OUTNUM}@\${ARG1},300,\${DIAL_TRUNK_OPTIONS}b(own-headers^s^1))
 same => n,Return()
[own-headers]
exten => s,1,Return()
`,
  },
);

test('the number without the trunk prefix is asked, for the extension that pays', async ({ agi, lab }) => {
  const call = await (await lab.phone('102')).invite('0301234567');
  assert.is(await call.final(), 200);
  assert.is(lab.trunk.last().digits, '990301234567');
  const [check] = agi.checks();
  const { ext, dialled, realm } = named(check!.args);
  assert.equal([check!.args[0], ext, dialled, realm], ['0301234567', '102', '0301234567', 'from-internal']);
  await sleep(1100);
  call.bye();
  const [end] = await until('an end', () => agi.ends().length > 0 && agi.ends());
  assert.equal(
    [end!.call, end!.e164, end!.billsec, end!.disposition],
    [check!.env.agi_uniqueid, '+49301234567', '1', 'ANSWER'],
  );
  // On a loaded machine Asterisk may still be taking the trunk's channel down; then AMI tells the end.
  assert.ok(end!.trunk === 'gone' || end!.trunk === 'up');
});

test('the limit holds beside the options of FreePBX', async ({ lab }) => {
  const call = await (await lab.phone()).invite('0301234567');
  await call.final();
  await call.ended();
  assert.ok(call.endedBy === 'them' && call.seconds > 1.8 && call.seconds < 2.5, `${call.seconds} s`);
});

test('a second trunk asks about the same call again and reports one end', async ({ agi, lab }) => {
  const call = await (await lab.phone()).invite('0301234563');
  assert.is(await call.final(), 200);
  assert.is(lab.backup.last().digits, '0301234563');
  assert.equal(new Set(agi.checks().map(({ env }) => env.agi_uniqueid)).size, 1);
  assert.is(agi.checks().length, 2);
  call.bye();
  await lab.pbx.idle();
  await until('an end', () => agi.ends().length > 0);
  await sleep(100);
  assert.equal(
    agi.ends().map(({ disposition }) => disposition),
    ['ANSWER'],
  );
});

test('a refusal ends the call in the hook and tries no other trunk', async ({ lab }) => {
  const before = lab.trunk.calls.length + lab.backup.calls.length;
  assert.is(await (await (await lab.phone()).invite('00252615550100')).final(), 403);
  assert.is(lab.trunk.calls.length + lab.backup.calls.length, before);
});

test('an emergency route passes unasked', async ({ agi, lab }) => {
  const call = await (await lab.phone()).invite('0777');
  assert.is(await call.final(), 200);
  call.bye();
  assert.is(agi.requests.length, 0);
});

test('behind a Local channel AMPUSER still pays; an end before the true one says that the trunk is up', async ({
  agi,
  lab,
}) => {
  const call = await (await lab.phone('103')).invite('*0301234567');
  assert.is(await call.final(), 200);
  call.media.talk();
  lab.trunk.last().media.talk();
  const [end] = await until('the optimised channel to end', () => agi.ends().length > 0 && agi.ends());
  assert.is(named(agi.checks()[0]!.args).ext, '103');
  assert.is(end!.trunk, 'up');
  assert.is(call.endedAt, 0);
});

test('a transferred call: the caller side says that the trunk is up', async ({ agi, lab }) => {
  const call = await (await lab.phone()).invite('0301234567');
  await call.final();
  const coming = lab.trunk.next();
  await lab.transfer(call, '0301234568');
  await coming;
  await call.ended();
  const [end] = await until('an end', () => agi.ends().length > 0 && agi.ends());
  assert.equal([end!.e164, end!.trunk], ['+49301234567', 'up']);
  assert.match(named(agi.checks()[1]!.args).xfer!, /^PJSIP\/101-/);
});

test('the hook of FreePBX 16 differs only in what Macro calls differently', () => {
  const hook = (version: number) =>
    readFileSync(new URL(`../../dialplan/asterisk/freepbx${version}.conf`, import.meta.url), 'utf8').replace(
      /^;.*\n/gm,
      '',
    );
  // biome-ignore lint/suspicious/noTemplateCurlyInString: dialplan variables.
  assert.is(hook(16), hook(17).replace('${STACK_PEEK(2,e)}', '${MACRO_EXTEN}').replace('Return()', 'MacroExit()'));
});

test.run();
