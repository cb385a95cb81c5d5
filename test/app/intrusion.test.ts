import { syncBuiltinESMExports } from 'node:module';
import os from 'node:os';
import * as assert from 'uvu/assert';
import { startIntrusionWatch } from '../../src/app/intrusion.ts';
import { readConfig } from '../../src/config/load.ts';
import { ledgerOf } from '../store/support.ts';
import { suite } from '../support/suite.ts';
import { until } from '../support/until.ts';

const test = suite('the watch at the door');
const real = os.networkInterfaces;

test.after(() => {
  os.networkInterfaces = real;
  syncBuiltinESMExports();
});

test('a sandbox that hides the machine’s own addresses is told of once, and ends nothing', async () => {
  let asked = 0;
  os.networkInterfaces = () => {
    asked++;
    throw new Error('uv_interface_addresses returned Unknown system error 97');
  };
  syncBuiltinESMExports();
  const warned: string[] = [];
  const log = { info: () => {}, warn: (event: string) => void warned.push(event), error: () => {} };
  const ledger = ledgerOf();
  const config = readConfig('', null, {});
  const watch = startIntrusionWatch(ledger.db, ledger, () => config, log);
  watch.trunks(() => null);
  for (const round of [1, 2]) {
    watch.knock({
      at: 0,
      address: '203.0.113.9',
      account: null,
      what: 'unanswered',
      service: 'PJSIP',
      userAgent: null,
      digits: null,
    });
    await until('the addresses being asked for', () => asked === round);
  }
  await watch.stop();
  assert.equal(warned, ['the addresses of this machine are not known: list them in [scan] ignore']);
});

test.run();
