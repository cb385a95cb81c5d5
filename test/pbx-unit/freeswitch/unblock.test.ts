import * as assert from 'uvu/assert';
import { outcome, scriptedGuard } from '../../support/scripted-guard.ts';
import { suite } from '../../support/suite.ts';
import { call, channelData, HUNG_UP, scriptedCode, serve } from './support.ts';

const test = suite('unblocking by telephone on FreeSWITCH');
const PROMPT = 'play_and_get_digits 1 20 1 10000 #';

async function dial(keys: string[], headers: Record<string, string | null> = {}) {
  const code = scriptedCode();
  const guard = scriptedGuard(() => outcome('allow'));
  const server = await serve(guard, { code });
  const left = [...keys];
  const data = channelData({ variable_dw_request: 'unblock', 'Caller-Destination-Number': '*86', ...headers });
  const peer = await call(server.port, data, (command) => (command.startsWith(PROMPT) ? left.shift() : undefined));
  await peer.over;
  await server.drain(100);
  assert.equal(guard.asked, [], 'the code is no call');
  return { lifted: code.lifted, peer };
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
