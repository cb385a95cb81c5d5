import * as assert from 'uvu/assert';
import { call, environment, type Script } from '../../support/agi/client.ts';
import { policy } from '../../support/facts.ts';
import { outcome, type StubGuard, scriptedGuard } from '../../support/scripted-guard.ts';
import { suite } from '../../support/suite.ts';
import { serve } from './support.ts';

const test = suite('agi phones and trunks');

const heardFrom = (guard: StubGuard) => guard.asked.map(({ listener }) => listener);

test('an endpoint that the owner calls a phone is one, and Asterisk is not asked', async () => {
  const site = { policy: policy({ phones: ['^teams-.*'] }), match: { realms: [], extensions: [] } };
  const guard = scriptedGuard(() => outcome('allow'), { settings: { sites: [site] } });
  const server = await serve(guard);
  for (const agi_channel of ['PJSIP/teams-sbc-1', 'PJSIP/carrier-1'])
    await (await call(server.port, environment(['1555', 'xfer=', 'ext=214'], { agi_channel }))).over;
  await server.drain(1000);
  assert.equal(heardFrom(guard), [true, false]);
});

test('a trunk is no listener, whoever pays for its call; a phone is one, whatever its name', async () => {
  const said: Record<string, string> = {
    'PJSIP_ENDPOINT(alice,auth)': 'alice-auth:',
    'PJSIP_ENDPOINT(0004f2abcdef,auth)': 'a1:',
    'PJSIP_ENDPOINT(carrier,auth)': ':carrier-auth',
    'PJSIP_ENDPOINT(both,auth)': 'both:both',
    'PJSIP_ENDPOINT(by-address,auth)': ':',
    'SIPPEER(bob,dynamic)': 'yes',
    'SIPPEER(itsp,dynamic)': 'no',
    'IAXPEER(far-pbx,dynamic)': 'no',
    'CHANNEL(dahdi_type)': 'pri',
  };
  const script: Script = (command) => {
    const name = Object.keys(said).find((expression) => command.includes(expression));
    return name && `200 result=1 (${said[name]})`;
  };
  const phones = ['PJSIP/101-1', 'PJSIP/alice-1', 'PJSIP/0004f2abcdef-1', 'SIP/bob-1', 'SCCP/anna-1'];
  const trunks = ['PJSIP/carrier-1', 'PJSIP/both-1', 'PJSIP/by-address-1', 'PJSIP/unheard-of-1', 'PJSIP/a)b-1'];
  const others = ['SIP/itsp-1', 'IAX2/far-pbx-1', 'DAHDI/i1/0301234567-1', 'Dongle/gsm-1'];
  for (const paid of [{ args: ['ext=214'] }, { headers: { agi_accountcode: '214' } }]) {
    const guard = scriptedGuard(() => outcome('allow'));
    const server = await serve(guard);
    for (const agi_channel of [...phones, ...trunks, ...others]) {
      const opening = environment(['1555', 'xfer=', ...(paid.args ?? [])], { ...paid.headers, agi_channel });
      await (await call(server.port, opening, script)).over;
    }
    await server.drain(1000);
    assert.equal(heardFrom(guard), [...phones.map(() => true), ...trunks.map(() => false), ...others.map(() => false)]);
  }
});

test.run();
