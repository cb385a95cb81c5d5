import { createConnection } from 'node:net';
import * as assert from 'uvu/assert';
import { agiSession } from '../support/agi/client.ts';
import { type GuardProcess, startGuard } from '../support/guard.ts';
import { suite } from '../support/suite.ts';
import { chunksOf, fuzz, mutate, PATIENCE } from './engine.ts';

// Garbage into the sockets of a running guard: it stays, answers honest calls, and records none that was not asked.
const test = suite<{ guard: GuardProcess }>('fuzz: the running guard', { timeout: PATIENCE });
const CASES = 600;

test.before(async (t) => {
  t.guard = await startGuard();
});
test.after(({ guard }) => guard?.stop());

const AGI =
  'agi_network: yes\nagi_network_script: check\nagi_channel: PJSIP/101-1\nagi_uniqueid: 5.5\nagi_arg_1: 99999999\n\n';
const ESL = 'Content-Type: command/reply\nUnique-ID: 5.6\nCaller-Destination-Number: 99999999\n\n';
const HTTP = 'GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n';
const CORPUS = [AGI, ESL, HTTP, 'POST /unblock/4.x HTTP/1.1\r\nHost: localhost\r\nContent-Length: 4\r\n\r\nabcd'];
const WORDS = [
  '\n\n',
  '\r\n\r\n',
  'Content-Length: -1',
  'Transfer-Encoding: chunked\r\n',
  'HANGUP\n',
  '200 result=1\n',
  'Host: x',
];

/** Says `chunks`, hangs up and waits for the other side to. */
const say = (port: number, chunks: Buffer[]): Promise<void> =>
  new Promise((resolve) => {
    const socket = createConnection({ host: '127.0.0.1', port });
    socket.on('error', () => undefined).on('close', () => resolve());
    for (const chunk of chunks) socket.write(chunk);
    socket.end();
    socket.resume();
  });

test('it outlives what is thrown at its sockets, and an honest call is answered', async ({ guard }) => {
  const eslPort = Number(/"service":"ESL","address":"[^"]*:(\d+)"/.exec(guard.output())?.[1]);
  const ports = [guard.agiPort, eslPort, guard.httpPort];
  assert.ok(ports.every(Boolean), guard.output());
  await fuzz(
    'garbage',
    CASES,
    (random) => {
      const text = mutate(random, random.pick(CORPUS), WORDS, CORPUS);
      return { port: random.pick(ports), chunks: chunksOf(random, Buffer.from(text, 'latin1')).slice(0, 200) };
    },
    async ({ port, chunks }) => {
      await say(port, chunks);
      assert.not(guard.gone(), guard.output().slice(-2_000));
    },
  );
  const heard = await agiSession(guard.agiPort, 'check', ['030901820'], { uniqueid: '6.6' });
  assert.ok(heard.some((line) => line.includes('DW_VERDICT "allow"')));
  assert.not.match(guard.output(), /uncaughtException|unhandledRejection|agi_failed|esl_failed/);
});

test.run();
