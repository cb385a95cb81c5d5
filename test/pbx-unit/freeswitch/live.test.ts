import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as assert from 'uvu/assert';
import { suite } from '../../support/suite.ts';
import { until } from '../../support/until.ts';
import { eventSocket, loggedIn, PASSWORD, watch } from './event-socket.ts';

const test = suite('freeswitch live calls');
const CALLER = 'c287edb0-baac-4f1a-9f7b-40aaa179baab';
const LEG = '747513d2-d41e-4669-a7a8-304633f23bb1';

const event = (fields: Record<string, string>) => {
  const body = `${Object.entries({ 'Event-Name': 'CHANNEL_HANGUP_COMPLETE', ...fields })
    .map(([name, value]) => `${name}: ${encodeURIComponent(value)}\n`)
    .join('')}\n`;
  return `Content-Length: ${body.length}\nContent-Type: text/event-plain\n\n${body}`;
};
const legEnd = event({
  'Unique-ID': LEG,
  variable_dw_leg: `${CALLER}/+252615550100/101/pbx.example`,
  variable_billmsec: '61200',
  variable_hangup_cause_q850: '16',
});

/** One call of two channels. */
const CALL = {
  'api show channels as json': JSON.stringify({ row_count: 2, rows: [{ uuid: CALLER }, { uuid: LEG }, { uuid: 7 }] }),
  [`api uuid_getvar ${CALLER} dw_leg`]: '_undef_',
  [`api uuid_getvar ${LEG} dw_leg`]: `${CALLER}/+252615550100/101/pbx.example`,
};

test('logs in, subscribes to the ends that matter, and tells them to the guard', async () => {
  const fs = await eventSocket();
  const { guard, told, logged, say, close } = await loggedIn(fs);
  assert.equal(fs.commands.slice(1), [
    'event plain CHANNEL_HANGUP_COMPLETE CHANNEL_APPLICATION CHANNEL_ANSWER CUSTOM sofia::pre_register sofia::register_attempt',
    'filter variable_dw_verdict allow',
    'filter variable_dw_leg /./',
    'filter Dialwarden-State /./',
    'filter Event-Subclass /^sofia::/',
    'filter Call-Direction outbound',
  ]);
  say(legEnd);
  await until('an end', () => guard.ends.length);
  const { uniqueid, e164, seconds, answered, cause } = guard.ends[0]!;
  assert.equal(
    { uniqueid, e164, seconds, answered, cause },
    { uniqueid: CALLER, e164: '+252615550100', seconds: [62], answered: true, cause: 16 },
  );
  assert.is(told.hangups, 1);
  assert.not(JSON.stringify(logged).includes(PASSWORD));
  close();
});

test('a call that went by without a verdict is told, and is no end', async () => {
  const { guard, told, say, close } = await loggedIn(await eventSocket());
  const said = { 'Unique-ID': CALLER, 'Dialwarden-Digits': '0301234567', variable_dw_verdict: 'allow' };
  const bypass = (state: string, verdict: string) =>
    event({ ...said, 'Event-Name': 'CHANNEL_APPLICATION', 'Dialwarden-State': state, 'Dialwarden-Verdict': verdict });
  say(bypass('off', 'allow') + bypass('unavailable', 'block'));
  await until('both', () => told.bypassed.length === 2);
  assert.equal(told.bypassed, [
    { state: 'off', verdict: 'allow', digits: '0301234567', uniqueid: CALLER },
    { state: 'unavailable', verdict: 'block', digits: '0301234567', uniqueid: CALLER },
  ]);
  assert.equal([guard.ends.length, told.hangups], [0, 0]);
  close();
});

test('a leg to a trunk that was answered without a verdict is told, a telephone and a judged call are not', async () => {
  const { guard, told, say, close } = await loggedIn(await eventSocket());
  const leg = (fields: Record<string, string>) =>
    event({ 'Event-Name': 'CHANNEL_ANSWER', 'Call-Direction': 'outbound', 'Other-Leg-Unique-ID': CALLER, ...fields });
  const dialled = (digits: string) => ({ 'Caller-Destination-Number': digits, 'Caller-Context': 'default' });
  say(
    leg({ ...dialled('101'), variable_dialed_user: '101' }) +
      leg({ ...dialled('00252615550100'), variable_dw_leg: `${CALLER}/+252615550100/101/pbx.example` }) +
      leg({ ...dialled('00252615550101'), 'Other-Leg-Username': '101' }),
  );
  await until('the third', () => told.answered.length > 0);
  assert.equal(told.answered, [{ uniqueid: CALLER, endpoint: '101', digits: '00252615550101', realm: 'default' }]);
  assert.equal(guard.ends, []);
  close();
});

test('of seven recorded answers those past the guard are told: the one that a telephone dialled, and the originated one', async () => {
  const { told, say, close } = await loggedIn(await eventSocket());
  say(readFileSync(join(import.meta.dirname, 'transcripts', 'answered.fs2app.raw')));
  await until('the last', () => told.answered.length > 1);
  assert.equal(told.answered, [
    {
      uniqueid: '98a1f4ed-a5e5-49cf-8448-51293bc2e30e',
      endpoint: '103',
      digits: '00252615550101',
      realm: 'default',
    },
    { uniqueid: '3e816ee2-7f1d-4051-9946-a5d1ddf5469e', endpoint: null, digits: '00252615550111', realm: 'default' },
  ]);
  close();
});

test('shows calls by their asking channel and ends every channel of one', async () => {
  const fs = await eventSocket(CALL);
  const { live, close } = watch(fs);
  assert.is(await live.live(), null);
  await until('a login', () => live.connected());
  assert.equal([...(await live.live())!].sort(), [CALLER, LEG].sort());
  assert.is(await live.hangup(CALLER), 2);
  assert.equal(fs.commands.slice(-2), [`api uuid_kill ${CALLER} CALL_REJECTED`, `api uuid_kill ${LEG} CALL_REJECTED`]);
  close();
});

test('a call is live by whatever unique id, and one that would be a second command is never sent', async () => {
  const [odd, evil] = ['a1/b@192.0.2.7', 'x\n\napi fsctl shutdown'];
  const fs = await eventSocket({
    'api show channels as json': JSON.stringify({ rows: [{ uuid: odd }, { uuid: evil }, { uuid: LEG }] }),
    [`api uuid_getvar ${odd} dw_leg`]: '_undef_',
    [`api uuid_getvar ${LEG} dw_leg`]: 'x=0A=0Aapi=20fsctl=20shutdown/+252615550100/101/pbx.example',
  });
  const { live, close } = watch(fs);
  await until('a login', () => live.connected());
  assert.equal([...(await live.live())!].sort(), [odd, evil, LEG].sort());
  assert.is(await live.hangup(odd), 1);
  assert.is(fs.commands.at(-1), `api uuid_kill ${odd} CALL_REJECTED`);
  assert.is(await live.hangup(evil), 1);
  assert.is(fs.commands.at(-1), `api uuid_kill ${LEG} CALL_REJECTED`);
  assert.not(fs.commands.some((command) => command.startsWith('api fsctl')));
  close();
});

test('comes back after a loss, and a wrong password is said without it', async () => {
  const lost = await loggedIn(await eventSocket());
  lost.say('Content-Length: 99999999999\n\n');
  await until('a loss', () => !lost.live.connected());
  await until('another login', () => lost.live.connected());
  assert.not(JSON.stringify(lost.logged).includes(PASSWORD));
  lost.close();
  const { live, logged, close } = watch(await eventSocket({}, 'another'));
  await until('a refusal', () =>
    logged.some(({ fields }) => String(fields.error).includes('check the password of [esl]')),
  );
  assert.not(live.connected());
  assert.not(JSON.stringify(logged).includes(PASSWORD));
  close();
});

test('the ends of four recorded calls', async () => {
  const { guard, say, close } = await loggedIn(await eventSocket());
  const recorded = readFileSync(join(import.meta.dirname, 'transcripts', 'inbound.fs2app.raw'));
  const events = recorded.subarray(recorded.indexOf('Content-Length: 11042'));
  for (let from = 0; from < events.length; from += 1013) say(events.subarray(from, from + 1013));
  await until('all ends', () => guard.ends.length === 4);
  assert.equal(
    guard.ends.map(({ seconds, answered, cause }) => [seconds, answered, cause]),
    [
      [[1], true, 16],
      [[2], true, 16],
      [[3], true, 16],
      [[3], true, 16],
    ],
  );
  close();
});

test.run();
