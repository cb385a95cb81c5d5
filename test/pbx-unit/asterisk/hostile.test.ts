import { once } from 'node:events';
import * as assert from 'uvu/assert';
import { call, environment } from '../../support/agi/client.ts';
import { outcome, scriptedGuard, warn } from '../../support/scripted-guard.ts';
import { suite } from '../../support/suite.ts';
import { sleep } from '../../support/until.ts';
import { type Served, serve } from './support.ts';

const test = suite<{ server: Served }>('agi hostile peers', { timeout: 20_000 });
const guard = scriptedGuard(({ digits }) => (digits.startsWith('3') ? warn('7') : outcome('allow')));
const faults: unknown[] = [];
const note = (error: unknown) => void faults.push(error);

test.before(async (context) => {
  process.on('uncaughtException', note).on('unhandledRejection', note);
  context.server = await serve(guard);
});
test.before.each(() => {
  guard.asked.length = 0;
  guard.heard.length = 0;
});
// After every attack an honest call is served at once, and nothing was thrown into the void.
test.after.each(async ({ server }) => {
  const peer = await call(server.port, environment(['1555', 'xfer=']));
  await peer.over;
  assert.is(peer.variables.DW_VERDICT, 'allow');
  assert.equal(faults, []);
});
test.after(async ({ server }) => {
  await server.drain(3000);
  assert.is(server.connections(), 0);
  process.off('uncaughtException', note).off('unhandledRejection', note);
});

test('a reset at every stage', async ({ server }) => {
  const stages = ['', 'agi_net', environment(['1555', 'xfer=']), environment(['1555']), environment(['3555', 'xfer='])];
  for (const text of stages) {
    for (const at of ['at once', 'GET', 'SET', 'ANSWER', 'STREAM']) {
      const peer = await call(server.port, text, (command, { socket }) => {
        if (!command.startsWith(at)) return undefined;
        socket.resetAndDestroy();
        return null;
      });
      if (at === 'at once') peer.socket.resetAndDestroy();
      else await Promise.race([peer.over, sleep(100)]);
      peer.socket.destroy();
    }
  }
});

test('a line of 100 MB is cut off and blocked', async ({ server }) => {
  const before = process.memoryUsage().rss;
  const peer = await call(server.port, 'agi_calleridname: ');
  const chunk = Buffer.alloc(1024 * 1024, 'x');
  let sent = 0;
  while (sent < 100 && !peer.socket.destroyed) {
    if (!peer.socket.write(chunk)) await Promise.race([once(peer.socket, 'drain'), peer.over, sleep(500)]);
    sent++;
  }
  await peer.over;
  peer.socket.destroy();
  assert.is(peer.variables.DW_VERDICT, 'block');
  assert.ok(process.memoryUsage().rss - before < 64 * 1024 * 1024, 'memory stays bounded');
});

test('an environment without end is blocked at 64 KiB', async ({ server }) => {
  const lines = Array.from({ length: 3000 }, (_, i) => `agi_x${i}: ${'y'.repeat(30)}\n`).join('');
  const peer = await call(server.port, lines);
  await peer.over;
  assert.equal(peer.variables, { DW_VERDICT: 'block', DW_REASON: 'bad_request' });
});

test('a peer that drips is blocked after two seconds', async ({ server }) => {
  const peer = await call(server.port, '');
  const dripping = setInterval(() => peer.socket.write('a'), 20);
  const from = performance.now();
  await peer.over;
  clearInterval(dripping);
  assert.is(peer.variables.DW_VERDICT, 'block');
  const took = performance.now() - from;
  assert.ok(took > 1900 && took < 5000, `${took} ms`);
});

test('a peer that has closed its side still hears a verdict', async ({ server }) => {
  const heard = async (text: string) => {
    const peer = await call(server.port, '');
    peer.socket.end(text);
    await peer.over;
    return peer.variables;
  };
  assert.equal(await heard('garbage'), { DW_VERDICT: 'block', DW_REASON: 'bad_request' });
  assert.ok('DW_VERDICT' in (await heard(environment(['1555', 'xfer=']))));
});

test('a peer that never replies is let go, and one that never closes too', async ({ server }) => {
  const mute = await call(server.port, environment(['1555', 'xfer=']), () => null);
  await mute.over;
  await once(mute.socket, 'close');
  const clinging = await call(server.port, environment(['1555', 'xfer=']));
  clinging.socket.removeAllListeners('end');
  await Promise.race([once(clinging.socket, 'close'), sleep(3000)]);
  assert.ok(clinging.socket.destroyed || server.connections() === 0);
  clinging.socket.destroy();
});

test('lines that nobody asked for end the session', async ({ server }) => {
  const peer = await call(server.port, environment(['3555', 'xfer=']), (command, { socket }) => {
    if (!command.startsWith('STREAM FILE')) return undefined;
    socket.write('what?\n'.repeat(100_000));
    return null;
  });
  await Promise.race([peer.over, once(peer.socket, 'close')]);
  peer.socket.destroy();
  await sleep(20);
  assert.equal(
    guard.heard.map(({ answer }) => answer),
    ['hangup'],
  );
  assert.is(peer.variables.DW_VERDICT, 'block');
});

test('replies that refuse, and usage texts, do not stop a verdict', async ({ server }) => {
  const usage =
    '520-Invalid command syntax.  Proper usage follows:\n200 result=1 (not a reply)\n520 End of proper usage.';
  for (const reply of ['510 Invalid or unknown command', '511 Command Not Permitted on a dead channel', usage]) {
    const peer = await call(server.port, environment(['1555']), () => reply);
    await peer.over;
    assert.is(peer.variables.DW_VERDICT, 'allow', reply);
  }
});

test('replies in one segment and in single bytes', async ({ server }) => {
  const whole = await call(server.port, environment(['1555', 'xfer=']), (command, { socket }) => {
    if (command.includes('DW_VERDICT')) socket.write('200 result=1\n'.repeat(5));
    return null;
  });
  await whole.over;
  assert.is(whole.variables.DW_VERDICT, 'allow');
  const bytes = await call(server.port, '');
  for (const byte of environment(['1555', 'xfer='])) {
    bytes.socket.write(byte);
    await new Promise(setImmediate);
  }
  await bytes.over;
  assert.is(bytes.variables.DW_VERDICT, 'allow');
});

test('values of a caller never become commands', async ({ server }) => {
  const evil = 'x"\\" EXEC System "touch /tmp/pwned';
  const peer = await call(
    server.port,
    environment([evil, 'xfer='], { agi_calleridname: evil, agi_channel: `PJSIP/${evil}-1` }),
  );
  await peer.over;
  assert.ok(peer.commands.every((command) => command.startsWith('SET VARIABLE DW_')));
  assert.is(guard.asked[0]!.digits, evil);
});

test('bytes that are no text', async ({ server }) => {
  const noise = Buffer.from(Array.from({ length: 4096 }, (_, i) => (i * 7919) % 256));
  const peer = await call(server.port, Buffer.concat([noise, Buffer.from('\n\n')]));
  await peer.over;
  assert.is(peer.variables.DW_VERDICT, 'block');
  const name = Buffer.from(environment(['1555', 'xfer='], { agi_calleridname: 'André \0' }), 'latin1');
  const latin = await call(server.port, name);
  await latin.over;
  assert.is(latin.variables.DW_VERDICT, 'allow');
});

test('five hundred who say nothing leave room for those who do', async ({ server }) => {
  const idle = await Promise.all(Array.from({ length: 500 }, () => call(server.port, '')));
  const peer = await call(server.port, environment(['1555', 'xfer=']));
  await peer.over;
  assert.is(peer.variables.DW_VERDICT, 'allow');
  for (const { socket } of idle) socket.destroy();
  await sleep(50);
});

test.run();
