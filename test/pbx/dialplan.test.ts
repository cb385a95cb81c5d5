import * as assert from 'uvu/assert';
import { type AgiServer, named } from '../support/agi/server.ts';
import { OUTBOUND } from '../support/lab.ts';
import { scriptedLab } from '../support/scripted-lab.ts';
import { sleep } from '../support/until.ts';

// The include on a real Asterisk against a scripted guard: 00 is blocked, 0098 is a warning that blocks, 0777 gets no
// verdict, all else is allowed with a limit of two seconds.

const test = scriptedLab(
  'dialplan',
  ({ args: [digits = ''] }) => {
    if (digits.startsWith('00')) return { DW_VERDICT: 'block' };
    if (digits.startsWith('0777')) return 'close';
    return { DW_MAX_SECONDS: '2', DW_E164: `+49${digits.slice(1)}`, DW_VERDICT: 'allow' };
  },
  {
    treat: (digits) => (digits.endsWith('6') ? { status: 486 } : digits.endsWith('3') ? { status: 503 } : {}),
    fallback:
      '[dialwarden-emergency-site]\nexten => 110,1,Return()\n[dialwarden-fallback]\nexten => _07770XXX,1,Return()\n',
    dialplan: `${OUTBOUND}
[from-internal](+)
exten => _81X.,1,Gosub(dialwarden,check,1(0\${EXTEN:2}3))
 same => n,Dial(PJSIP/\${DW_NUMBER}@trunk,60,\${DW_DIAL})
 same => n,Gosub(dialwarden,check,1(0\${EXTEN:2}))
 same => n,Dial(PJSIP/\${DW_NUMBER}@backup,60,\${DW_DIAL})
exten => _82X.,1,Gosub(dialwarden,check,1(0\${EXTEN:2}3))
 same => n,Dial(PJSIP/\${DW_NUMBER}@trunk,60,\${DW_DIAL})
 same => n,Dial(PJSIP/\${DW_NUMBER}@backup,60,\${DW_DIAL})
exten => _83X.,1,Gosub(dialwarden,ask,1(\${EXTEN:2}))
 same => n,ExecIf($["\${DW_VERDICT}" = "allow"]?Dial(PJSIP/\${DW_NUMBER}@trunk,60,\${DW_DIAL}):Hangup(17))
exten => _84X.,1,Gosub(dialwarden,payer,1)
 same => n,Dial(Local/\${EXTEN:2}@from-internal)
 same => n,Hangup()
exten => _85X.,1,NoOp(a line short)
exten => _86X.,1,Set(GLOBAL(DW_AGI)=)
 same => n,Goto(\${EXTEN:2},1)
`,
  },
);

const ends = async (agi: AgiServer, count: number) => {
  for (let i = 0; i < 100 && agi.ends().length < count; i++) await sleep(20);
  await sleep(100);
  return agi.ends();
};

test('an allowed call reaches the trunk, and its leg reports the end', async ({ agi, lab }) => {
  const call = await (await lab.phone()).invite('0301234567');
  assert.is(await call.final(), 200);
  const far = await lab.trunk.incoming();
  assert.is(far.digits, '0301234567');
  await sleep(700);
  call.bye();
  await far.ended();
  await lab.pbx.idle();
  const [check] = agi.checks();
  const asked = named(check!.args);
  assert.is(check!.args[0], '0301234567');
  assert.equal([asked.dialled, asked.realm, asked.xfer], ['0301234567', 'from-internal', '']);
  assert.match(asked.addr!, /^127\.0\.0\.1:\d+$/);
  const [{ leg, ...end } = {}, ...more] = await ends(agi, 1);
  assert.is(more.length, 0);
  assert.match(leg!, /^PJSIP\/trunk-[0-9a-f]{8}$/);
  const told = { call: check!.env.agi_uniqueid!, e164: '+49301234567', billsec: '1', cause: '16', trunk: 'gone' };
  assert.equal(end, { ...told, disposition: 'ANSWERED', key: '' });
});

test('the limit cuts the call on both sides', async ({ agi, lab }) => {
  const call = await (await lab.phone()).invite('0301234567');
  await call.final();
  await call.ended();
  assert.is(call.endedBy, 'them');
  const far = await lab.trunk.last().ended();
  assert.is(far.endedBy, 'them');
  assert.ok(far.seconds > 1.8 && far.seconds < 2.4, `${far.seconds} s`);
  assert.is((await ends(agi, 1))[0]?.billsec, '2');
});

test('a refused call ends with 403 and never reaches a trunk', async ({ agi, lab }) => {
  const before = lab.trunk.calls.length;
  assert.is(await (await (await lab.phone()).invite('00252615550100')).final(), 403);
  await lab.pbx.idle();
  assert.is(lab.trunk.calls.length, before);
  assert.is((await ends(agi, 0)).length, 0);
});

test('ask comes back with a refusal for the dialplan to use', async ({ lab }) => {
  assert.is(await (await (await lab.phone()).invite('8300252615550100')).final(), 486);
});

for (const digits of [
  '0301234567,0011252615550100',
  '0301234567,ext=102',
  '0301234567%2C',
  '030%221',
  '030" | "1" = "1',
  '030a',
]) {
  test(`what is no number is refused and shown to the guard whole: ${digits}`, async ({ agi, lab }) => {
    const before = lab.trunk.calls.length;
    assert.is(await (await (await lab.phone()).invite(digits.replace(/[ "|=]/g, encodeURIComponent))).final(), 403);
    assert.is(lab.trunk.calls.length, before);
    const asked = agi.checks()[0]!.args[0]!;
    assert.not.match(asked, /^[0-9+*#]*$/);
    assert.is(agi.checks()[0]!.args.length, 7);
  });
}

test('an emergency number passes unasked, built in or of the site', async ({ agi, lab }) => {
  for (const digits of ['112', '110']) {
    const call = await (await lab.phone()).invite(digits);
    assert.is(await call.final(), 200);
    assert.is(lab.trunk.last().digits, digits);
    call.bye();
  }
  assert.is(agi.requests.length, 0);
});

test('a busy number is reported by the caller side, with nothing to bill', async ({ agi, lab }) => {
  assert.is(await (await (await lab.phone()).invite('0301234566')).final(), 486);
  const told = await ends(agi, 1);
  assert.is(told.length, 1);
  assert.equal([told[0]!.billsec, told[0]!.disposition, told[0]!.trunk], ['0', 'BUSY', 'gone']);
});

test('a second trunk under one verdict: one end, by the leg that was answered', async ({ agi, lab }) => {
  const call = await (await lab.phone()).invite('8230123456');
  assert.is(await call.final(), 200);
  assert.is(lab.backup.last().digits, '0301234563');
  call.bye();
  const told = await ends(agi, 1);
  assert.is(agi.checks().length, 1);
  assert.is(told.length, 1);
  assert.is(told[0]!.disposition, 'ANSWERED');
});

test('two numbers on one channel: each is asked and each ended', async ({ agi, lab }) => {
  const call = await (await lab.phone()).invite('8130123456');
  assert.is(await call.final(), 200);
  call.bye();
  const told = await ends(agi, 2);
  assert.equal(
    agi.checks().map(({ args }) => args[0]),
    ['0301234563', '030123456'],
  );
  assert.equal(
    told.map(({ e164, disposition }) => [e164, disposition]),
    [
      ['+49301234563', 'CONGESTION'],
      ['+4930123456', 'ANSWERED'],
    ],
  );
});

test('a Local channel that optimises away: the payer is passed on, the end is the true one', async ({ agi, lab }) => {
  const call = await (await lab.phone()).invite('840301234567');
  assert.is(await call.final(), 200);
  const far = lab.trunk.last();
  call.media.talk();
  far.media.talk();
  await sleep(1200);
  assert.is((await lab.pbx.channels()).length, 2);
  assert.is(agi.ends().length, 0);
  call.bye();
  await far.ended();
  const told = await ends(agi, 1);
  assert.is(named(agi.checks()[0]!.args).ext, '101');
  assert.is(told.length, 1);
  assert.equal([told[0]!.call, told[0]!.billsec], [agi.checks()[0]!.env.agi_uniqueid, '2']);
});

test('blind transfer to the outside: the transferer is named, both legs keep their limit and report', async ({
  agi,
  lab,
}) => {
  const phone = await lab.phone();
  const call = await phone.invite('0301234567');
  await call.final();
  const first = lab.trunk.last();
  await sleep(500);
  const coming = lab.trunk.next();
  await lab.transfer(call, '0301234568');
  await call.ended();
  const second = await coming;
  const asked = named(agi.checks()[1]!.args);
  assert.match(asked.xfer!, /^PJSIP\/101-/);
  assert.is(agi.checks()[1]!.args[0], '0301234568');
  await second.ended();
  await first.ended();
  assert.ok(first.seconds < 2.5, `${first.seconds} s`);
  const told = await ends(agi, 2);
  assert.equal(told.map(({ e164 }) => e164).sort(), ['+49301234567', '+49301234568']);
  assert.equal(told.find(({ e164 }) => e164 === '+49301234567')!.billsec, '2');
});

test('attended transfer of two outside calls: the limits hold when the phone is gone', async ({ agi, lab }) => {
  const phone = await lab.phone();
  const one = await phone.invite('0301234567');
  await one.final();
  const two = await phone.invite('0301234568');
  await two.final();
  await lab.transfer(one, '0301234568', two);
  await one.ended();
  await two.ended();
  assert.is((await lab.pbx.channels()).length, 2);
  await sleep(500);
  assert.is(agi.ends().length, 0);
  await lab.pbx.idle();
  const told = await ends(agi, 2);
  assert.equal(told.map(({ e164 }) => e164).sort(), ['+49301234567', '+49301234568']);
  assert.ok(told.every(({ billsec }) => billsec === '2'));
});

test('an extension a line short falls into the Dial of another and takes no number there', async ({ agi, lab }) => {
  const coming = lab.trunk.next();
  const call = await (await lab.phone()).invite('850301234567');
  assert.is((await coming).digits, '');
  await call.final();
  call.bye();
  assert.is(agi.requests.length, 0);
});

test('no verdict: the fallback list decides, by full length', async ({ agi, lab }) => {
  const phone = await lab.phone();
  const call = await phone.invite('07770124');
  assert.is(await call.final(), 200);
  call.bye();
  assert.is(await (await phone.invite('077701234')).final(), 403);
  assert.is(await (await phone.invite('07771123')).final(), 403);
  await lab.pbx.logged(/dialwarden gave no verdict: 07771123 .* was refused/);
  assert.is((await ends(agi, 0)).length, 0);
});

test('without DW_AGI the guard is asked at its own address', async ({ agi, lab }) => {
  const call = await (await lab.phone()).invite('8607770125');
  assert.is(await call.final(), 200);
  call.bye();
  assert.match(await lab.pbx.cli('dialplan show globals'), /DW_AGI=127\.0\.0\.1:4573\b/);
  await lab.pbx.logged(/AGI\([^\n]*agi:\/\/127\.0\.0\.1:4573\/check,07770125/);
  await lab.pbx.setGlobal('DW_AGI', `127.0.0.1:${agi.port}`);
});

test('DW_OFF lets every call pass unasked and says so', async ({ agi, lab }) => {
  await lab.pbx.setGlobal('DW_OFF', '1');
  const call = await (await lab.phone()).invite('00252615550100');
  assert.is(await call.final(), 200);
  call.bye();
  await lab.pbx.logged(/dialwarden is switched off \(DW_OFF=1\): 00252615550100/);
  assert.is(agi.requests.length, 0);
  await lab.pbx.setGlobal('DW_OFF', '0');
});

test.run();
