import { once } from 'node:events';
import { connect } from 'node:net';
import * as assert from 'uvu/assert';
import { readLeg } from '../../../src/pbx/freeswitch/verdict.ts';
import { outcome, scriptedGuard } from '../../support/scripted-guard.ts';
import { suite } from '../../support/suite.ts';
import { call, channelData, serve } from './support.ts';

// Peers and callers that mean harm: the process lives, the call gets the strict verdict, the next one is served.
const test = suite('esl hostile peers');

/** Says `bytes` and nothing else; answers what the guard said until it closed. */
async function say(port: number, bytes: string | Buffer, { end = false } = {}): Promise<string> {
  const socket = connect({ port, host: '127.0.0.1' });
  await once(socket, 'connect');
  let heard = '';
  socket.on('data', (chunk) => {
    heard += chunk.toString('utf8');
  });
  socket.on('error', () => {});
  socket.write(bytes);
  if (end) socket.end();
  await once(socket, 'close');
  return heard;
}

async function servesOthers(port: number): Promise<void> {
  const peer = await call(port, channelData());
  await peer.over;
  assert.is(peer.variables.dw_verdict, 'allow');
}

const STRICT = /execute-app-arg: dw_verdict=block\n(?:.*\n)*execute-app-name: hangup\n/;
const MB = 1024 * 1024;

const strict: [string, () => string | Buffer][] = [
  ['a head of 10 MB', () => `X-Long: ${'a'.repeat(10 * MB)}\n\n`],
  ['10 MB of short headers', () => `${'a: b\n'.repeat(2 * MB)}\n`],
  ['a body longer than any', () => 'Content-Type: command/reply\nContent-Length: 999999999\n\nx'],
  ['a length that is none', () => 'Content-Type: command/reply\nContent-Length: -5\n\n'],
  ['two lengths', () => 'Content-Type: command/reply\nContent-Length: 1\nContent-Length: 2\n\nxx'],
  ['a reply without a channel', () => 'Content-Type: command/reply\nReply-Text: +OK\n\n'],
  ['a channel without digits', () => channelData({ 'Caller-Destination-Number': null })],
  ['events without end', () => 'Content-Type: text/event-plain\nContent-Length: 0\n\n'.repeat(2000)],
];
for (const [name, bytes] of strict) {
  test(`${name}: blocked`, async () => {
    const guard = scriptedGuard(() => outcome('allow'));
    const server = await serve(guard);
    assert.match(await say(server.port, bytes()), STRICT);
    assert.is(guard.asked.length, 0);
    await servesOthers(server.port);
    await server.drain(100);
  });
}

test('silence, half a head, a body shorter than its length: blocked after two seconds', async () => {
  const server = await serve(scriptedGuard(() => outcome('allow')));
  const heard = await Promise.all(
    ['', 'Content-Type: comm', 'Content-Type: command/reply\nContent-Length: 50\n\nshort'].map((bytes) =>
      say(server.port, bytes),
    ),
  );
  for (const words of heard) assert.match(words, STRICT);
  await servesOthers(server.port);
  await server.drain(100);
});

test('half-open and reset peers leave nothing behind', async () => {
  const server = await serve(scriptedGuard(() => outcome('allow')));
  await say(server.port, 'Content-Type: comm', { end: true });
  const socket = connect({ port: server.port, host: '127.0.0.1' });
  await once(socket, 'connect');
  socket.resetAndDestroy();
  const mid = await call(server.port, channelData(), (_command, peer) => {
    peer.socket.resetAndDestroy();
    return undefined;
  });
  await mid.over;
  await servesOthers(server.port);
  await server.drain(2000);
  assert.is(server.connections(), 0);
});

test('requests to log in, XML, JSON and unknown types are passed over', async () => {
  const noise = [
    'Content-Type: auth/request\n\n',
    'Content-Type: text/event-xml\nContent-Length: 5\n\n<a><<',
    'Content-Type: text/event-json\nContent-Length: 2\n\n{x',
    'Content-Type: text/disconnect-notice\nContent-Length: 0\n\n',
    'Content-Type: log/data\nContent-Length: 3\n\nabc',
    '\n\n\n',
    'not a header\n\n',
  ].join('');
  const server = await serve(scriptedGuard(() => outcome('allow')));
  const peer = await call(server.port, noise + channelData());
  await peer.over;
  assert.is(peer.variables.dw_verdict, 'allow');
  assert.not(peer.commands.some((command) => command.startsWith('auth')));
  await server.drain(100);
});

test('an event in the middle of replies belongs to nobody', async () => {
  const body = `Event-Name: CHANNEL_EXECUTE_COMPLETE\nApplication-UUID: x\nvariable_dw_verdict: allow\n\n`;
  const event = `Content-Length: ${body.length}\nContent-Type: text/event-plain\n\n${body}`;
  const guard = scriptedGuard(() => outcome('block'));
  const server = await serve(guard);
  const peer = await call(server.port, channelData(), (_command, { socket }) => void socket.write(event));
  await peer.over;
  assert.is(peer.variables.dw_verdict, 'block');
  await server.drain(100);
});

test('a caller whose headers hold no UTF-8 or a line feed is asked about, and commands nothing', async () => {
  const agent = 'x\n\nsendmsg\ncall-command: execute\nexecute-app-name: set\nexecute-app-arg: dw_verdict=allow';
  const raw = channelData({ variable_sip_user_agent: agent, variable_sip_auth_username: '1\n\nexit\n\n01' });
  const hostile = raw.replace('Caller-Context: default', 'Caller-Context: %E9%ZZ%');
  const guard = scriptedGuard((attempt) => outcome('block', { reason: `why ${attempt.userAgent}` }));
  const server = await serve(guard);
  const peer = await call(server.port, hostile);
  await peer.over;
  assert.is(guard.asked[0]!.userAgent, agent);
  assert.is(peer.variables.dw_verdict, 'block');
  assert.not(peer.commands.includes('set dw_verdict=allow'));
  await server.drain(100);
});

test('what a payer is called cannot add a variable or an application', async () => {
  const server = await serve(scriptedGuard(() => outcome('allow')));
  const peer = await call(
    server.port,
    channelData({ variable_dw_payer: `9;x=1 ${'$'}{uuid}/\n\nexit`, variable_dw_leg: 'a/b' }),
  );
  await peer.over;
  assert.is(
    peer.exported.dw_leg,
    'a125315e-c93c-44d7-8192-bcbf1c7ab41b/+252615550100/9=3Bx=3D1=20=24=7Buuid=7D=2F=0A=0Aexit/pbx.example/101',
  );
  assert.equal(Object.keys(peer.exported), ['dw_leg']);
  await server.drain(100);
});

test('a leg names its own call, whatever the unique id is made of', async () => {
  const server = await serve(scriptedGuard(() => outcome('allow')));
  for (const id of ['4711/evil', '4711@192.0.2.7', "~a%2F(b)=2F'{x}", 'Zoë\n\nexit', 'a/b/c/d/e']) {
    const peer = await call(server.port, channelData({ 'Unique-ID': id }));
    await peer.over;
    const { call: named, e164, payer, realm } = readLeg(peer.exported.dw_leg!)!;
    assert.equal([named, e164, payer, realm], [id, '+252615550100', '101', 'pbx.example']);
    assert.match(peer.exported.dw_leg!, /^[\w+.@=/-]+$/);
  }
  await server.drain(100);
});

test.run();
