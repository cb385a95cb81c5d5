import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import * as assert from 'uvu/assert';
import { connectInbound } from '../../../src/pbx/freeswitch/inbound.ts';
import { recordingLog } from '../../support/scripted-guard.ts';
import { suite } from '../../support/suite.ts';
import { until } from '../../support/until.ts';
import { eventSocket, PASSWORD } from './event-socket.ts';

const test = suite('freeswitch inbound event socket');
const MB = 1024 * 1024;

async function connected(replies: Record<string, string> = {}) {
  const fs = await eventSocket(replies);
  const { log } = recordingLog();
  const esl = connectInbound({ host: '127.0.0.1', port: fs.port, password: PASSWORD, log }, [], () => {});
  await until('a login', () => esl.connected());
  const close = () => {
    esl.close();
    fs.close();
  };
  return { fs, esl, close };
}

test('a command that waits for its answer fails when the connection is lost', async () => {
  const { fs, esl, close } = await connected();
  fs.sockets[0]!.pause();
  const asked = esl.api('show', 'channels as json').catch((error: Error) => error.message);
  fs.sockets[0]!.destroy();
  assert.is(await asked, 'the event socket was lost');
  close();
});

test('answers are not kept: a connection lasts for months', async () => {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  const { esl, close } = await connected({ 'api show channels as json': 'x'.repeat(MB / 4) });
  collect();
  const before = process.memoryUsage().heapUsed;
  for (let i = 0; i < 200; i++) assert.is((await esl.api('show', 'channels as json')).length, MB / 4);
  collect();
  assert.ok(process.memoryUsage().heapUsed - before < 10 * MB, 'of 50 MB');
  close();
});

test.run();
