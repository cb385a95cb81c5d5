import { once } from 'node:events';
import type { Socket } from 'node:net';
import * as assert from 'uvu/assert';
import { call, environment, type Script } from '../../support/agi/client.ts';
import { outcome, scriptedGuard } from '../../support/scripted-guard.ts';
import { suite } from '../../support/suite.ts';
import { sleep } from '../../support/until.ts';
import { serve } from './support.ts';

const test = suite('agi check and end');

test('an allowed call is told its cap before its verdict', async () => {
  const guard = scriptedGuard(() => outcome('allow', { maxSeconds: 1200, incident: 3 }));
  const server = await serve(guard);
  const peer = await call(server.port, environment(['0011252615550100', 'xfer=']));
  await peer.over;
  assert.equal(peer.variables, {
    DW_REASON: 'because_allow',
    DW_INCIDENT: '3',
    DW_MAX_SECONDS: '1200',
    DW_E164: '+252615550100',
    DW_VERDICT: 'allow',
  });
  assert.is(peer.commands.at(-1), 'SET VARIABLE DW_VERDICT "allow"');
  assert.is(guard.asked[0]!.digits, '0011252615550100');
  await server.drain(1000);
  assert.is(server.connections(), 0);
});

test('where the guard cannot tell it says so, and no earlier verdict stays', async () => {
  const server = await serve(scriptedGuard(() => outcome('unavailable', { reason: 'unavailable' })));
  const peer = await call(server.port, environment(['1555', 'xfer=']));
  await peer.over;
  assert.is(peer.variables.DW_REASON, 'unavailable');
  assert.is(peer.variables.DW_VERDICT, 'unavailable');
  await server.drain(1000);
});

test('a guard that fails or keeps silent is unavailable, in time', async () => {
  const silent = () => new Promise<never>(() => {});
  for (const decide of [() => Promise.reject(new Error('broken')), silent]) {
    const server = await serve(scriptedGuard(decide, { settings: { deadlineMs: 50 } }));
    const from = performance.now();
    const peer = await call(server.port, environment(['1555', 'xfer=']));
    await peer.over;
    assert.ok(performance.now() - from < 2000);
    assert.is(peer.variables.DW_REASON, 'unavailable');
    await server.drain(1000);
  }
});

test('a dialplan that does not say is asked who transferred the call', async () => {
  const guard = scriptedGuard(() => outcome('allow'));
  const server = await serve(guard);
  const script: Script = (command) =>
    command.startsWith('GET FULL') ? '200 result=1 (PJSIP/102-0000000b)' : undefined;
  const peer = await call(server.port, environment(['1555']), script);
  await peer.over;
  assert.is(peer.commands[0], `GET FULL VARIABLE "\${BLINDTRANSFER}\${ATTENDEDTRANSFER}"`);
  assert.is(guard.asked[0]!.payer.transferer, '102');
  assert.is(guard.asked[0]!.listener, false);
  await server.drain(1000);
});

test('a blocked caller hears so in early media, after the verdict is set', async () => {
  const server = await serve(scriptedGuard(() => outcome('block', { announce: true, incident: 42 })));
  const peer = await call(server.port, environment(['1555', 'xfer=']));
  await peer.over;
  const [progress, verdict] = ['EXEC Progress', 'SET VARIABLE DW_VERDICT "block"'].map((c) => peer.commands.indexOf(c));
  assert.ok(verdict! >= 0 && verdict! < progress!, peer.commands.join('\n'));
  assert.is(peer.commands.at(-1), 'SAY NUMBER 42 "0123456789*#"');
  assert.not.ok(peer.commands.includes('ANSWER'));
  await server.drain(1000);
});

test('nobody is told who cannot hear, and no one when lines are short', async () => {
  const blocking = scriptedGuard(() => outcome('block', { announce: true }));
  const roomy = await serve(blocking);
  const local = await call(roomy.port, environment(['1555', 'xfer='], { agi_channel: 'Local/1@x-00000001;2' }));
  const narrow = await serve(blocking, { maxPerPeer: 2 });
  const last = await call(narrow.port, environment(['1555', 'xfer=']));
  for (const peer of [local, last]) {
    await peer.over;
    assert.is(peer.commands.length, 5, peer.commands.join('\n'));
    assert.is(peer.variables.DW_VERDICT, 'block');
  }
  await Promise.all([roomy.drain(1000), narrow.drain(1000)]);
});

test('what is not understood is blocked and logged', async () => {
  const guard = scriptedGuard(() => outcome('allow'));
  const server = await serve(guard);
  const asked = [
    environment([]),
    environment(['1555', 'who=me']),
    environment(['1555', 'ext=1', 'ext=1']),
    environment(['1555'], {}, 'outbound'),
    environment(['1555'], { agi_uniqueid: null }),
    environment(['billsec=1'], {}, 'end'),
    'GET / HTTP/1.1\nHost: x\n\n',
    '\n',
  ];
  for (const text of asked) {
    const peer = await call(server.port, text);
    await peer.over;
    assert.equal(peer.variables, { DW_VERDICT: 'block', DW_REASON: 'bad_request' }, text);
  }
  await server.drain(1000);
  assert.equal(guard.asked, []);
  assert.equal(guard.ends, []);
  assert.equal(
    server.logged.map(({ event }) => event),
    asked.map(() => 'agi_refused'),
  );
});

test('an end reaches the guard and needs no reply', async () => {
  const guard = scriptedGuard(() => outcome('allow'));
  const server = await serve(guard);
  const peer = await call(server.port, environment(['call=1.2', 'billsec=61', 'trunk=gone'], {}, 'end'));
  await peer.over;
  assert.equal(peer.commands, []);
  assert.is(guard.ends[0]!.uniqueid, '1.2');
  assert.equal(guard.ends[0]!.seconds, [61]);
  await server.drain(1000);
});

test('a caller who left before he was asked about is never admitted', async () => {
  const guard = scriptedGuard(() => outcome('allow'));
  const server = await serve(guard);
  const peer = await call(server.port, `${environment(['1555', 'xfer='])}HANGUP\n`);
  await peer.over;
  assert.equal(peer.variables, { DW_VERDICT: 'block', DW_REASON: 'hangup' });
  await server.drain(1000);
  assert.equal(guard.asked, []);
});

test('what was allowed but never told is released', async () => {
  const leave: ((socket: Socket) => void)[] = [
    (socket) => socket.write('HANGUP\n'),
    (socket) => socket.end(),
    (socket) => socket.resetAndDestroy(),
  ];
  for (const left of leave) {
    let socket: Socket | undefined;
    const guard = scriptedGuard(async () => {
      left(socket!);
      await sleep(50);
      return outcome('allow');
    });
    const server = await serve(guard);
    const peer = await call(server.port, '');
    socket = peer.socket;
    socket.write(environment(['1555', 'xfer=']));
    await peer.over;
    await server.drain(1000);
    assert.is.not(peer.variables.DW_VERDICT, 'allow');
    assert.is(guard.ends.length, 1);
    const { uniqueid, e164, seconds, answered, trunkUp } = guard.ends[0]!;
    assert.equal([uniqueid, e164, seconds, answered, trunkUp], ['1795350344.6', '+252615550100', [0], false, false]);
  }
});

test('what was told is not released, even if the peer breaks off then', async () => {
  const guard = scriptedGuard(() => outcome('allow'));
  const server = await serve(guard);
  const peer = await call(server.port, environment(['1555', 'xfer=']), (_, { socket }) => {
    socket.resetAndDestroy();
    return null;
  });
  await peer.over;
  await server.drain(1000);
  assert.equal(guard.ends, []);
});

test('a secret is asked for, compared and never logged', async () => {
  const guard = scriptedGuard(() => outcome('allow'));
  const server = await serve(guard, { key: 'correct horse' });
  for (const args of [['1555'], ['1555', 'key='], ['1555', 'key=wrong horse'], ['key=correct horse x']]) {
    const peer = await call(server.port, environment(args));
    await peer.over;
    assert.equal(peer.commands, []);
  }
  const right = await call(server.port, environment(['1555', 'xfer=', 'key=correct horse']));
  await right.over;
  assert.is(right.variables.DW_VERDICT, 'allow');
  await server.drain(1000);
  assert.is(guard.asked.length, 1);
  assert.equal(
    server.logged.map(({ event }) => event),
    Array(4).fill('agi_key_refused'),
  );
  assert.not.ok(JSON.stringify(server.logged).includes('horse'));
});

test('only listed addresses connect', async () => {
  const guard = scriptedGuard(() => outcome('allow'));
  const closed = await serve(guard, { allow: ['192.0.2.0/24', '2001:db8::/32'] });
  const peer = await call(closed.port, environment(['1555', 'xfer=']));
  await peer.over;
  assert.equal(peer.commands, []);
  assert.equal(
    closed.logged.map(({ fields }) => fields.why),
    ['address'],
  );
  await closed.drain(1000);
  const open = await serve(guard, { allow: ['127.0.0.1'] });
  const welcome = await call(open.port, environment(['1555', 'xfer=']));
  await welcome.over;
  assert.is(welcome.variables.DW_VERDICT, 'allow');
  await open.drain(1000);
});

test('an allow list that makes no sense is an error that names the entry', async () => {
  for (const entry of ['localhost', '10.0.0.0/33', '10.0.0.0/8/8', '10.0.0.0/', '']) {
    try {
      await serve(
        scriptedGuard(() => outcome('allow')),
        { allow: [entry] },
      );
      assert.unreachable(entry);
    } catch (error) {
      assert.match((error as Error).message, `"${entry}"`);
    }
  }
});

test('more connections than allowed are closed, and room comes back', async () => {
  const server = await serve(
    scriptedGuard(() => outcome('allow')),
    { maxPerPeer: 2 },
  );
  const idle = await Promise.all([call(server.port, ''), call(server.port, '')]);
  const third = await call(server.port, environment(['1555', 'xfer=']));
  await third.over;
  assert.equal(third.commands, []);
  for (const peer of idle) peer.socket.destroy();
  while (server.connections() > 0) await sleep(10);
  const fourth = await call(server.port, environment(['1555', 'xfer=']));
  await fourth.over;
  assert.is(fourth.variables.DW_VERDICT, 'allow');
  await server.drain(1000);
});

test('a taken port is one clear line', async () => {
  const guard = scriptedGuard(() => outcome('allow'));
  const first = await serve(guard);
  try {
    await serve(guard, { port: first.port });
    assert.unreachable();
  } catch (error) {
    assert.is(
      (error as Error).message,
      `FastAGI cannot listen on 127.0.0.1:${first.port}: the address is in use; is another guard running?`,
    );
  }
  await first.drain(0);
});

test('draining lets calls in hand finish and takes no new ones', async () => {
  let allow = () => {};
  const guard = scriptedGuard(() => new Promise((resolve) => (allow = () => resolve(outcome('allow')))), {
    settings: { deadlineMs: 5000 },
  });
  const server = await serve(guard);
  const peer = await call(server.port, environment(['1555', 'xfer=']));
  while (guard.asked.length === 0) await sleep(5);
  const drained = server.drain(3000);
  const late = await call(server.port, '').catch((error: NodeJS.ErrnoException) => error.code);
  assert.is(late, 'ECONNREFUSED');
  allow();
  await drained;
  await peer.over;
  assert.is(peer.variables.DW_VERDICT, 'allow');
});

test('a drain that runs out of time cuts what is left', async () => {
  const server = await serve(scriptedGuard(() => outcome('allow')));
  const peer = await call(server.port, 'agi_network: yes\n');
  const closed = once(peer.socket, 'close');
  await server.drain(20);
  await closed;
  assert.is(server.connections(), 0);
});

test.run();
