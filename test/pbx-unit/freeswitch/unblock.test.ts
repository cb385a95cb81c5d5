import * as assert from 'uvu/assert';
import type { FeatureCode } from '../../../src/guard/feature-code.ts';
import { NotUnblocked } from '../../../src/guard/unblock.ts';
import { serveEslOutbound } from '../../../src/pbx/freeswitch/outbound.ts';
import { outcome, recordingLog, scriptedGuard } from '../../support/scripted-guard.ts';
import { suite } from '../../support/suite.ts';
import { call, channelData, HUNG_UP } from './support.ts';

const test = suite('unblocking by telephone on FreeSWITCH');
const PROMPT = 'play_and_get_digits 1 20 1 10000 #';

async function dial(keys: string[], headers: Record<string, string | null> = {}) {
  const lifted: [string, string[], string][] = [];
  const code: FeatureCode = {
    listed: (endpoint) => endpoint === '101',
    tryPin: (_endpoint, pin) => (pin === '4711' ? 'right' : 'wrong'),
    unblock(ext, done, by) {
      if (done.length === 0) throw new NotUnblocked('nothing_put_right', 'say what was put right');
      lifted.push([ext, done, by]);
    },
  };
  const guard = scriptedGuard(() => outcome('allow'));
  const { log } = recordingLog();
  const server = await serveEslOutbound(guard, { host: '127.0.0.1', port: 0, allow: [], code, log });
  const left = [...keys];
  const data = channelData({ variable_dw_request: 'unblock', 'Caller-Destination-Number': '*86', ...headers });
  const port = Number(server.address.split(':').at(-1));
  const peer = await call(port, data, (command) => (command.startsWith(PROMPT) ? left.shift() : undefined));
  await peer.over;
  await server.drain(100);
  assert.equal(guard.asked, [], 'the code is no call');
  return { lifted, peer };
}

test('PIN, extension and what was put right lift the block, and the dialplan hears of it', async () => {
  const { lifted, peer } = await dial(['4711', '102', '13']);
  assert.equal(lifted, [['102', ['password', 'device'], 'extension 101']]);
  assert.is(peer.variables.dw_unblock, 'unblocked');
  assert.is(peer.commands.at(-1), 'exit');
  assert.not(peer.variables.dw_verdict);
});

test('with `async` the same', async () => {
  const { lifted, peer } = await dial(['4711', '102', '2'], { 'Socket-Mode': 'async', Control: 'full' });
  assert.equal(lifted, [['102', ['firewall'], 'extension 101']]);
  assert.is(peer.variables.dw_unblock, 'unblocked');
});

test('a wrong PIN, nothing put right, and a telephone that is not listed get nowhere', async () => {
  assert.is((await dial(['1234'])).peer.variables.dw_unblock, 'wrong_pin');
  assert.is((await dial(['4711', '102', ''])).peer.variables.dw_unblock, 'nothing_put_right');
  const stranger = await dial([], { variable_sip_auth_username: '103' });
  assert.is(stranger.peer.variables.dw_unblock, 'not_listed');
  assert.not(stranger.peer.commands.some((command) => command.startsWith('answer')));
  assert.is((await dial([], { variable_sip_authorized: null })).peer.variables.dw_unblock, 'not_listed');
});

test('whoever hangs up in a prompt lifts nothing', async () => {
  assert.equal((await dial(['4711', HUNG_UP])).lifted, []);
});

test.run();
