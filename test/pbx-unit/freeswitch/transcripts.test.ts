import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import * as assert from 'uvu/assert';
import { outcome, type StubGuard, scriptedGuard, warn } from '../../support/scripted-guard.ts';
import { suite } from '../../support/suite.ts';
import { scriptedCode, serve } from './support.ts';

// What a FreeSWITCH 1.11.1 said to the outbound socket, and what it was told, replayed at random segment boundaries.
const test = suite('esl transcripts');
const SEEDS = [1, 2, 3, 4, 5, 6];
const file = (name: string) => readFileSync(join(import.meta.dirname, 'transcripts', name), 'latin1');

const frames = (text: string): string[] => {
  const out: string[] = [];
  for (let rest = text; rest !== ''; ) {
    const end = rest.indexOf('\n\n') + 2;
    const length = Number(/^Content-Length: (\d+)$/m.exec(rest.slice(0, end))?.[1] ?? 0);
    out.push(rest.slice(0, end + length));
    rest = rest.slice(end + length);
  }
  return out;
};

/** What FreeSWITCH said, in turns: each reply with the events that came before the next reply. */
function turns(name: string): string[] {
  const out: string[] = [];
  for (const frame of frames(file(`${name}.fs2app.raw`))) {
    if (frame.includes('Content-Type: command/reply\n')) out.push(frame);
    else out[out.length - 1] += frame;
  }
  return out;
}

const commandsOf = (text: string): string[] => text.split('\n\n').filter((command) => command !== '');
const eventUuid = (command: string) => /^Event-UUID: (.*)$/m.exec(command)?.[1];

function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1103515245 + 12345) % 2147483648;
    return state / 2147483648;
  };
}

async function inPieces(socket: Socket, bytes: Buffer, next: () => number): Promise<void> {
  for (let from = 0; from < bytes.length; ) {
    const to = from + 1 + Math.floor(next() * 900);
    socket.write(bytes.subarray(from, to));
    await new Promise(setImmediate);
    from = to;
  }
}

/** Plays FreeSWITCH's side; the ids of applications, drawn anew each time, are the one thing replaced. Answers ours. */
async function replay(port: number, name: string, seed: number, pace = 0): Promise<string[]> {
  const said = turns(name);
  const recorded = commandsOf(file(`${name}.app2fs.raw`));
  const next = random(seed);
  const socket = connect({ port, host: '127.0.0.1' });
  await once(socket, 'connect');
  const heard: string[] = [];
  let rest = '';
  let speaking = Promise.resolve();
  const ids = new Map<string, string>();
  const speak = async (text: string, last: boolean) => {
    if (pace > 0) await new Promise((resolve) => setTimeout(resolve, pace));
    const known = [...ids].reduce((all, [was, is]) => all.replaceAll(was, is), text);
    await inPieces(socket, Buffer.from(known, 'latin1'), next);
    if (last) socket.end();
  };
  socket.on('error', () => {});
  socket.on('data', (chunk) => {
    const commands = (rest + chunk.toString('utf8')).split('\n\n');
    rest = commands.pop()!;
    for (const command of commands) {
      const [was, is] = [eventUuid(recorded[heard.length] ?? ''), eventUuid(command)];
      if (was && is) ids.set(was, is);
      const turn = heard.push(command) - 1;
      const text = said[turn];
      if (text !== undefined) speaking = speaking.then(() => speak(text, turn === said.length - 1));
    }
  });
  await once(socket, 'close');
  await speaking;
  return heard;
}

const withoutIds = (commands: string[]) => commands.map((command) => command.replace(/^Event-UUID: .*$/m, ''));

const cases: [string, () => StubGuard, number][] = [
  ['allow-capped', () => scriptedGuard(() => outcome('allow', { maxSeconds: 3 })), 0],
  ['asked-by-trunk-leg', () => scriptedGuard(() => outcome('allow')), 0],
  ['block-announced', () => scriptedGuard(() => outcome('block', { incident: 42, announce: true })), 0],
  ['warn-confirmed', () => scriptedGuard(() => warn('7'), { after: () => outcome('allow', { maxSeconds: 30 }) }), 400],
  [
    'warn-hangup',
    () => scriptedGuard(() => warn('7'), { after: () => outcome('block', { reason: 'warning_refused' }) }),
    0,
  ],
];
for (const [name, guard, pace] of cases) {
  test(`${name}: the same words as were recorded`, async () => {
    const expected = withoutIds(commandsOf(file(`${name}.app2fs.raw`)).filter((command) => command !== 'exit'));
    await Promise.all(
      SEEDS.map(async (seed) => {
        const scripted = guard();
        const server = await serve(scripted);
        const heard = withoutIds((await replay(server.port, name, seed, pace)).filter((command) => command !== 'exit'));
        assert.equal(heard.slice(0, expected.length), expected);
        await server.drain(500);
        if (name === 'warn-confirmed')
          assert.equal(
            scripted.heard.map(({ answer }) => answer),
            ['confirmed'],
          );
        if (name === 'warn-hangup')
          assert.equal(
            scripted.heard.map(({ answer }) => answer),
            ['hangup'],
          );
      }),
    );
  });
}

test('unblock: the keys that were pressed lift the block, with the same words', async () => {
  const expected = withoutIds(commandsOf(file('unblock.app2fs.raw')));
  for (const seed of SEEDS) {
    const code = scriptedCode();
    const server = await serve(
      scriptedGuard(() => outcome('block')),
      { code },
    );
    assert.equal(withoutIds(await replay(server.port, 'unblock', seed)), expected);
    assert.equal(code.lifted, [['102', ['password', 'device'], 'extension 101']]);
    await server.drain(500);
  }
});

const channels: [string, string | null, string, boolean][] = [
  ['authenticated-async', '1000', '00442079460000', true],
  ['hostile-percent', null, '442079460000', false],
  ['hostile-latin1', null, '442079460000', false],
  ['hostile-line-feed', null, '442079460000', false],
  ['utf8-name', null, '442079460000', false],
  ['originated-async', null, '442079460009', false],
];
for (const [name, endpoint, digits, listener] of channels) {
  test(`${name}: the caller is asked about`, async () => {
    for (const seed of SEEDS) {
      const scripted = scriptedGuard(() => outcome('block'));
      const server = await serve(scripted);
      const socket = connect({ port: server.port, host: '127.0.0.1' });
      socket.on('error', () => {});
      await inPieces(socket, Buffer.from(file(`${name}.fs2app.raw`), 'latin1'), random(seed));
      socket.end();
      await once(socket.resume(), 'close');
      await server.drain(500);
      const [attempt] = scripted.asked;
      assert.equal([attempt!.payer.endpoint, attempt!.digits, attempt!.listener], [endpoint, digits, listener]);
    }
  });
}

test.run();
