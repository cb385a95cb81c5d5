import * as assert from 'uvu/assert';
import type { LiveCalls } from '../../src/guard/port-live.ts';
import { startReconciling } from '../../src/guard/reconcile.ts';
import { suite } from '../support/suite.ts';
import { sleep, until } from '../support/until.ts';

const test = suite('reconciling', { timeout: 15_000 });
const log = { info: () => undefined, warn: () => undefined, error: () => undefined };

test('two rounds soon after a hangup and after each connection, none before', async () => {
  let connected = false;
  let hangup = () => {};
  const rounds: [string, string[]][] = [];
  const calls: LiveCalls = {
    pbx: 'freeswitch',
    live: async () => (connected ? new Set(['up']) : null),
    hangup: async () => 0,
    onHangup: (listener) => {
      hangup = listener;
    },
    connected: () => connected,
    close: () => {},
  };
  const reconcile = async (pbx: string, live: ReadonlySet<string>) => rounds.push([pbx, [...live]]) - rounds.length;
  const stop = startReconciling(calls, { reconcile }, Date.now, log);
  await sleep(1_200);
  assert.is(rounds.length, 0);
  connected = true;
  await until('two rounds', () => rounds.length === 2, 6_000);
  assert.equal(rounds[0], ['freeswitch', ['up']]);
  hangup();
  await until('two more', () => rounds.length === 4, 5_000);
  stop();
});

test.run();
