import * as assert from 'uvu/assert';
import { outcome, scriptedGuard, warn } from '../../support/scripted-guard.ts';
import { suite } from '../../support/suite.ts';
import { call, channelData, completed, HUNG_UP, serve } from './support.ts';

const test = suite('esl outbound');
const ASYNC = { 'Socket-Mode': 'async', Control: 'full' };
const PROMPT = 'play_and_get_digits';
const inCode = (command: string, digit: string) => command.startsWith(`${PROMPT} 1 1 1 5000 none digits/${digit}.wav`);

test('an allowed call: the variables, the cap and the mark on the legs, the verdict last, then the dialplan', async () => {
  const guard = scriptedGuard(() => outcome('allow', { maxSeconds: 600 }));
  const server = await serve(guard);
  const peer = await call(server.port, channelData());
  await peer.over;
  assert.equal(peer.variables, {
    dw_reason: 'because_allow',
    dw_max_seconds: '600',
    dw_e164: '+252615550100',
    dw_verdict: 'allow',
  });
  assert.equal(peer.exported, {
    execute_on_answer_dw: 'sched_hangup +600 ALLOTTED_TIMEOUT',
    dw_leg: 'a125315e-c93c-44d7-8192-bcbf1c7ab41b/+252615550100/101/pbx.example',
  });
  assert.is(peer.commands.at(-2), 'set dw_verdict=allow');
  assert.is(peer.commands.at(-1), 'exit');
  assert.is(peer.commands[0], 'connect');
  assert.not(peer.commands.some((command) => command.startsWith('event')));
  await server.drain(100);
});

test('a second call of the channel loses the cap of the first', async () => {
  const server = await serve(scriptedGuard(() => outcome('allow')));
  const peer = await call(server.port, channelData(), (_command, { exported }) => {
    exported.execute_on_answer_dw ??= 'sched_hangup +60 ALLOTTED_TIMEOUT';
    return undefined;
  });
  await peer.over;
  assert.ok(
    peer.commands.some(
      (command) => command.startsWith('multiset') && command.endsWith(';nolocal:execute_on_answer_dw='),
    ),
  );
  await server.drain(100);
});

test('with `async` each application is waited for by its own event, and `resume` goes before `exit`', async () => {
  const server = await serve(scriptedGuard(() => outcome('allow')));
  const peer = await call(server.port, channelData(ASYNC));
  await peer.over;
  assert.is(peer.variables.dw_verdict, 'allow');
  assert.is(peer.commands[1], 'myevents');
  assert.equal(peer.commands.slice(-2), ['resume', 'exit']);
  await server.drain(100);
});

test('a blocked call ends with cause 21, not with the next gateway', async () => {
  const server = await serve(scriptedGuard(() => outcome('block', { incident: 42 })));
  const peer = await call(server.port, channelData());
  await peer.over;
  assert.is(peer.variables.dw_verdict, 'block');
  assert.is(peer.variables.dw_incident, '42');
  assert.is(peer.commands.at(-2), 'hangup CALL_REJECTED');
  assert.equal(peer.exported, {});
  await server.drain(100);
});

test('a blocked listener hears it before the call is answered', async () => {
  const server = await serve(scriptedGuard(() => outcome('block', { incident: 42, announce: true })));
  const peer = await call(server.port, channelData());
  await peer.over;
  const [open, said, end] = peer.commands.slice(-4);
  assert.is(open, 'pre_answer');
  assert.match(said!, /^playback file_string:.*ivr-regarding_reference_number\.wav!digits\/4\.wav!digits\/2\.wav$/);
  assert.is(end, 'hangup CALL_REJECTED');
  await server.drain(100);
});

test('without a verdict the preset one stays and the dialplan decides', async () => {
  for (const decide of [
    () => outcome('unavailable'),
    () => new Promise<never>(() => {}),
    () => Promise.reject(new Error('x')),
  ]) {
    const server = await serve(scriptedGuard(decide));
    const peer = await call(server.port, channelData());
    await peer.over;
    assert.is(peer.variables.dw_verdict, undefined);
    assert.equal(peer.exported, {});
    assert.is(peer.commands.at(-1), 'exit');
    await server.drain(100);
  }
});

for (const [mode, headers] of [
  ['static', {}],
  ['async', ASYNC],
] as const) {
  test(`a warning that is accepted (${mode}): blocked first, allowed by the key`, async () => {
    const guard = scriptedGuard(() => warn('7'), { after: () => outcome('allow', { maxSeconds: 60 }) });
    const server = await serve(guard);
    const verdicts: (string | undefined)[] = [];
    const peer = await call(server.port, channelData(headers), (command, { variables }) => {
      if (command.startsWith(PROMPT)) verdicts.push(variables.dw_verdict);
      if (!inCode(command, '7')) return undefined;
      const until = Date.now() + 400;
      while (Date.now() < until);
      return '7';
    });
    await peer.over;
    assert.equal(
      guard.heard.map(({ answer }) => answer),
      ['confirmed'],
    );
    assert.equal(verdicts, ['block', 'block']);
    assert.ok(peer.commands.includes('answer'));
    assert.is(peer.variables.dw_verdict, 'allow');
    assert.match(peer.exported.execute_on_answer_dw!, /\+60 /);
    await server.drain(100);
  });
}

test('a key in the prompt or right after the digit is a guess, none is silence', async () => {
  const cases = [
    ['early', (command: string) => (command.includes('ivr-number') ? '7' : undefined)],
    ['early', (command: string) => (inCode(command, '7') ? '7' : undefined)],
    ['silent', () => undefined],
  ] as const;
  for (const [answer, script] of cases) {
    const guard = scriptedGuard(() => warn('7'));
    const server = await serve(guard);
    const peer = await call(server.port, channelData(), script);
    await peer.over;
    assert.equal(
      guard.heard.map(({ answer }) => answer),
      [answer],
    );
    assert.is(peer.variables.dw_verdict, 'block');
    assert.ok(peer.commands.includes('hangup CALL_REJECTED'));
    await server.drain(100);
  }
});

test('the end of an application that is not ours says nothing', async () => {
  const guard = scriptedGuard(() => warn('7'));
  const server = await serve(guard);
  const peer = await call(server.port, channelData(), (command, { socket }) => {
    if (command.startsWith(PROMPT)) socket.write(completed('another', '7'));
    return undefined;
  });
  await peer.over;
  assert.equal(
    guard.heard.map(({ answer }) => answer),
    ['silent'],
  );
  await server.drain(100);
});

test('a hangup in the prompt is heard of from its end, with the socket still open', async () => {
  const guard = scriptedGuard(() => warn('7'));
  const server = await serve(guard);
  const peer = await call(server.port, channelData(), (command) => (command.startsWith(PROMPT) ? HUNG_UP : undefined));
  await peer.over;
  assert.equal(
    guard.heard.map(({ answer }) => answer),
    ['hangup'],
  );
  assert.is(peer.commands.filter((command) => command.startsWith(PROMPT)).length, 1);
  await server.drain(100);
});

test('a verdict is one write', async () => {
  const server = await serve(scriptedGuard(() => outcome('allow', { maxSeconds: 60 })));
  const peer = await call(server.port, channelData());
  let writes = 0;
  peer.socket.on('data', () => writes++);
  await peer.over;
  assert.ok(peer.commands.length > 4);
  // One for `connect`, if it was not there already.
  assert.ok(writes <= 2, `${writes} writes`);
  await server.drain(100);
});

test('early media where the site does not answer before a warning', async () => {
  const server = await serve(scriptedGuard(() => warn('7'), { settings: { answerFirst: false } }));
  const peer = await call(server.port, channelData());
  await peer.over;
  assert.ok(peer.commands.includes('pre_answer'));
  assert.not(peer.commands.includes('answer'));
  await server.drain(100);
});

test('whoever hangs up in the prompt is heard of, and nothing is allowed', async () => {
  const guard = scriptedGuard(() => warn('7'), { after: () => outcome('block') });
  const server = await serve(guard);
  const peer = await call(server.port, channelData(), (command) => (command.startsWith(PROMPT) ? null : undefined));
  await peer.over;
  await server.drain(500);
  assert.equal(
    guard.heard.map(({ answer }) => answer),
    ['hangup'],
  );
  assert.is(peer.variables.dw_verdict, 'block');
});

test('a caller gone before he is told releases what was reserved', async () => {
  const guard = scriptedGuard(async () => {
    await new Promise((resolve) => setTimeout(resolve, 100));
    return outcome('allow');
  });
  const server = await serve(guard);
  const peer = await call(server.port, channelData());
  await peer.command('connect');
  setTimeout(() => peer.socket.destroy(), 30);
  await peer.over;
  await server.drain(500);
  assert.is(guard.ends.length, 1);
  assert.equal(guard.ends[0]!.seconds, [0]);
  assert.is(guard.ends[0]!.answered, false);
});

test('what was told is not released, even if FreeSWITCH breaks off then', async () => {
  const guard = scriptedGuard(() => outcome('allow'));
  const server = await serve(guard);
  const peer = await call(server.port, channelData(), (command, { socket }) => {
    if (command === 'set dw_verdict=allow') socket.resetAndDestroy();
    return undefined;
  });
  await peer.over;
  await server.drain(500);
  assert.is(peer.variables.dw_verdict, 'allow');
  assert.equal(guard.ends, []);
});

test('a taken port is an error of one line', async () => {
  const server = await serve(scriptedGuard(() => outcome('allow')));
  try {
    await serve(
      scriptedGuard(() => outcome('allow')),
      { port: server.port },
    );
    assert.unreachable();
  } catch (error) {
    assert.match((error as Error).message, /^ESL cannot listen on 127\.0\.0\.1:\d+: the address is in use/);
  }
  await server.drain(0);
});

test('strangers and too many connections are refused', async () => {
  const server = await serve(
    scriptedGuard(() => new Promise(() => {})),
    { allow: ['192.0.2.0/24'] },
  );
  await (await call(server.port, channelData())).over;
  assert.is(server.logged[0]!.fields.why, 'address');
  const small = await serve(
    scriptedGuard(() => new Promise(() => {})),
    { maxPerPeer: 1 },
  );
  const first = await call(small.port, channelData());
  await first.command('connect');
  await (await call(small.port, channelData())).over;
  assert.is(small.logged[0]!.fields.why, 'connections_of_peer');
  await Promise.all([server.drain(0), small.drain(0)]);
});

test.run();
