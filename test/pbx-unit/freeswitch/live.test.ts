import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import * as assert from 'uvu/assert';
import type { CallEnd } from '../../../src/core/attempt.ts';
import type { SeenCall } from '../../../src/guard/port-live.ts';
import type { Bypass } from '../../../src/guard/undecided.ts';
import { createCallEnds } from '../../../src/pbx/freeswitch/call-ends.ts';
import { freeswitchLive } from '../../../src/pbx/freeswitch/live.ts';
import { outcome, recordingLog, scriptedGuard } from '../../support/scripted-guard.ts';
import { suite } from '../../support/suite.ts';
import { until } from '../../support/until.ts';

const test = suite('freeswitch live calls');
const PASSWORD = 'never-in-a-log';
const CALLER = 'c287edb0-baac-4f1a-9f7b-40aaa179baab';
const LEG = '747513d2-d41e-4669-a7a8-304633f23bb1';

const bypassed: Bypass[] = [];
const onBypass = (bypass: Bypass) => void bypassed.push(bypass);
const answered: SeenCall[] = [];
const onAnswered = (call: SeenCall) => void answered.push(call);

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

interface Switch {
  server: Server;
  port: number;
  sockets: Socket[];
  commands: string[];
}

/** An event socket that takes the password and shows one call of two channels. */
async function eventSocket(password = PASSWORD): Promise<Switch> {
  const self: Switch = { server: createServer(), port: 0, sockets: [], commands: [] };
  const replies: Record<string, string> = {
    'api show channels as json': JSON.stringify({ row_count: 2, rows: [{ uuid: CALLER }, { uuid: LEG }, { uuid: 7 }] }),
    [`api uuid_getvar ${CALLER} dw_leg`]: '_undef_',
    [`api uuid_getvar ${LEG} dw_leg`]: `${CALLER}/+252615550100/101/pbx.example`,
  };
  self.server.on('connection', (socket) => {
    self.sockets.push(socket);
    socket.on('error', () => {});
    socket.write('Content-Type: auth/request\n\n');
    let rest = '';
    socket.on('data', (chunk) => {
      const commands = (rest + chunk.toString('utf8')).split('\n\n');
      rest = commands.pop()!;
      for (const command of commands) {
        self.commands.push(command);
        const refused = command.startsWith('auth ') && command !== `auth ${password}`;
        if (command.startsWith('api ')) {
          const body = replies[command] ?? '+OK\n';
          socket.write(`Content-Type: api/response\nContent-Length: ${body.length}\n\n${body}`);
        } else socket.write(`Content-Type: command/reply\nReply-Text: ${refused ? '-ERR invalid' : '+OK'}\n\n`);
      }
    });
  });
  self.server.listen(0, '127.0.0.1');
  await once(self.server, 'listening');
  self.port = (self.server.address() as AddressInfo).port;
  return self;
}

const close = ({ server, sockets }: Switch) => {
  server.close();
  for (const socket of sockets) socket.destroy();
};

test('logs in, subscribes to the ends that matter, and tells them to the guard', async () => {
  const guard = scriptedGuard(() => outcome('allow'));
  const fs = await eventSocket();
  const { log, logged } = recordingLog();
  const live = freeswitchLive(
    { host: '127.0.0.1', port: fs.port, password: PASSWORD, onBypass, onAnswered, log },
    guard,
  );
  let hangups = 0;
  live.onHangup(() => hangups++);
  await until('a login', () => live.connected());
  assert.equal(fs.commands.slice(1), [
    'event plain CHANNEL_HANGUP_COMPLETE CHANNEL_APPLICATION CHANNEL_ANSWER CUSTOM sofia::pre_register sofia::register_attempt',
    'filter variable_dw_verdict allow',
    'filter variable_dw_leg /./',
    'filter Dialwarden-State /./',
    'filter Event-Subclass /^sofia::/',
    'filter Call-Direction outbound',
  ]);
  fs.sockets[0]!.write(legEnd);
  await until('an end', () => guard.ends.length);
  const { uniqueid, e164, seconds, answered, cause } = guard.ends[0]!;
  assert.equal(
    { uniqueid, e164, seconds, answered, cause },
    { uniqueid: CALLER, e164: '+252615550100', seconds: [62], answered: true, cause: 16 },
  );
  assert.is(hangups, 1);
  assert.not(JSON.stringify(logged).includes(PASSWORD));
  live.close();
  close(fs);
});

test('a call that went by without a verdict is told, and is no end', async () => {
  const guard = scriptedGuard(() => outcome('allow'));
  const fs = await eventSocket();
  const live = freeswitchLive(
    { host: '127.0.0.1', port: fs.port, password: PASSWORD, onBypass, onAnswered, log: recordingLog().log },
    guard,
  );
  let hangups = 0;
  live.onHangup(() => hangups++);
  await until('a login', () => live.connected());
  const said = { 'Unique-ID': CALLER, 'Dialwarden-Digits': '0301234567', variable_dw_verdict: 'allow' };
  const told = (state: string, verdict: string) =>
    event({ ...said, 'Event-Name': 'CHANNEL_APPLICATION', 'Dialwarden-State': state, 'Dialwarden-Verdict': verdict });
  fs.sockets[0]!.write(told('off', 'allow') + told('unavailable', 'block'));
  await until('both', () => bypassed.length === 2);
  assert.equal(bypassed, [
    { state: 'off', verdict: 'allow', digits: '0301234567', uniqueid: CALLER },
    { state: 'unavailable', verdict: 'block', digits: '0301234567', uniqueid: CALLER },
  ]);
  assert.equal([guard.ends.length, hangups], [0, 0]);
  live.close();
  close(fs);
});

test('a leg to a trunk that was answered without a verdict is told, a telephone and a judged call are not', async () => {
  const guard = scriptedGuard(() => outcome('allow'));
  const fs = await eventSocket();
  const { log } = recordingLog();
  const live = freeswitchLive(
    { host: '127.0.0.1', port: fs.port, password: PASSWORD, onBypass, onAnswered, log },
    guard,
  );
  await until('a login', () => live.connected());
  const leg = (fields: Record<string, string>) =>
    event({ 'Event-Name': 'CHANNEL_ANSWER', 'Call-Direction': 'outbound', 'Other-Leg-Unique-ID': CALLER, ...fields });
  const dialled = (digits: string) => ({ 'Caller-Destination-Number': digits, 'Caller-Context': 'default' });
  fs.sockets[0]!.write(
    leg({ ...dialled('101'), variable_dialed_user: '101' }) +
      leg({ ...dialled('00252615550100'), variable_dw_leg: `${CALLER}/+252615550100/101/pbx.example` }) +
      leg({ ...dialled('00252615550101'), 'Other-Leg-Username': '101' }),
  );
  await until('the third', () => answered.length > 0);
  assert.equal(answered, [{ uniqueid: CALLER, endpoint: '101', digits: '00252615550101', realm: 'default' }]);
  assert.equal(guard.ends, []);
  live.close();
  close(fs);
});

test('of seven recorded answers those past the guard are told: the one that a telephone dialled, and the originated one', async () => {
  const fs = await eventSocket();
  const seen: SeenCall[] = [];
  const { log } = recordingLog();
  const options = { host: '127.0.0.1', port: fs.port, password: PASSWORD, onBypass, log };
  const live = freeswitchLive(
    { ...options, onAnswered: (call) => void seen.push(call) },
    scriptedGuard(() => outcome('allow')),
  );
  await until('a login', () => live.connected());
  fs.sockets[0]!.write(readFileSync(join(import.meta.dirname, 'transcripts', 'answered.fs2app.raw')));
  await until('the last', () => seen.length > 1);
  assert.equal(seen, [
    {
      uniqueid: '98a1f4ed-a5e5-49cf-8448-51293bc2e30e',
      endpoint: '103',
      digits: '00252615550101',
      realm: 'default',
    },
    { uniqueid: '3e816ee2-7f1d-4051-9946-a5d1ddf5469e', endpoint: null, digits: '00252615550111', realm: 'default' },
  ]);
  live.close();
  close(fs);
});

test('shows calls by their asking channel and ends every channel of one', async () => {
  const fs = await eventSocket();
  const { log } = recordingLog();
  const live = freeswitchLive(
    { host: '127.0.0.1', port: fs.port, password: PASSWORD, onBypass, onAnswered, log },
    scriptedGuard(() => outcome('allow')),
  );
  assert.is(await live.live(), null);
  await until('a login', () => live.connected());
  assert.equal([...(await live.live())!].sort(), [CALLER, LEG].sort());
  assert.is(await live.hangup(CALLER), 2);
  assert.equal(fs.commands.slice(-2), [`api uuid_kill ${CALLER} CALL_REJECTED`, `api uuid_kill ${LEG} CALL_REJECTED`]);
  live.close();
  close(fs);
});

test('comes back after a loss, and a wrong password is said without it', async () => {
  const fs = await eventSocket();
  const { log, logged } = recordingLog();
  const guard = scriptedGuard(() => outcome('allow'));
  const live = freeswitchLive(
    { host: '127.0.0.1', port: fs.port, password: PASSWORD, onBypass, onAnswered, log },
    guard,
  );
  await until('a login', () => live.connected());
  fs.sockets[0]!.write('Content-Length: 99999999999\n\n');
  await until('a loss', () => !live.connected());
  await until('another login', () => live.connected());
  live.close();
  close(fs);
  const strict = await eventSocket('another');
  const refused = freeswitchLive(
    { host: '127.0.0.1', port: strict.port, password: PASSWORD, onBypass, onAnswered, log },
    guard,
  );
  await until('a refusal', () =>
    logged.some(({ fields }) => String(fields.error).includes('check the password of [esl]')),
  );
  assert.not(refused.connected());
  assert.not(JSON.stringify(logged).includes(PASSWORD));
  refused.close();
  close(strict);
});

/** Feeds ends of channels, each as its fields. */
function ends(...events: Record<string, string>[]): CallEnd[] {
  const told: CallEnd[] = [];
  const feed = createCallEnds((end) => told.push(end));
  for (const fields of events) {
    const all: Record<string, string> = { 'Event-Name': 'CHANNEL_HANGUP_COMPLETE', ...fields };
    feed({ header: (name) => all[name] ?? null, body: '' });
  }
  return told;
}

const leg = (uuid: string, billmsec: string) => ({
  'Unique-ID': uuid,
  variable_dw_leg: 'call/+4930123456/101/x',
  variable_billmsec: billmsec,
});
const caller = (last?: string) => ({
  'Unique-ID': 'call',
  variable_dw_verdict: 'allow',
  variable_dw_e164: '+4930123456',
  ...(last ? { variable_last_bridge_to: last } : {}),
});

test('the first gateway refusing is no end; the answered leg is, once', () => {
  const told = ends(leg('b1', '0'), leg('b2', '1500'), caller('b2'));
  assert.equal(
    told.map(({ uniqueid, seconds, answered }) => [uniqueid, seconds, answered]),
    [['call', [2], true]],
  );
});

test('a call that no leg answered ends with its caller, in whichever order', () => {
  const never = [['call', [0], false]];
  const seen = (told: CallEnd[]) => told.map(({ uniqueid, seconds, answered }) => [uniqueid, seconds, answered]);
  assert.equal(seen(ends(caller())), never);
  assert.equal(seen(ends(leg('b1', '0'), caller('b1'))), never);
  assert.equal(seen(ends(caller('b1'), leg('b1', '0'))), never);
});

test('a caller who transferred away ends nothing while the leg lives', () => {
  assert.equal(ends(caller('b1')), []);
  assert.is(ends(caller('b1'), leg('b1', '9000')).length, 1);
});

test('a leg that was transferred and asked itself ends both calls', () => {
  const both = { ...leg('b1', '9000'), variable_dw_verdict: 'allow', variable_dw_e164: '+441' };
  assert.equal(
    ends(both).map(({ uniqueid, e164 }) => [uniqueid, e164]),
    [
      ['call', '+4930123456'],
      ['b1', '+441'],
    ],
  );
});

test('the ends of four recorded calls', async () => {
  const guard = scriptedGuard(() => outcome('allow'));
  const recorded = readFileSync(join(import.meta.dirname, 'transcripts', 'inbound.fs2app.raw'), 'latin1');
  const events = recorded.slice(recorded.indexOf('Content-Length: 11042'));
  const fs = await eventSocket();
  const live = freeswitchLive(
    { host: '127.0.0.1', port: fs.port, password: PASSWORD, onBypass, onAnswered, log: recordingLog().log },
    guard,
  );
  await until('a login', () => live.connected());
  for (let from = 0; from < events.length; from += 1013)
    fs.sockets[0]!.write(events.slice(from, from + 1013), 'latin1');
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
  live.close();
  close(fs);
});

test.run();
