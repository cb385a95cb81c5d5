import * as assert from 'uvu/assert';
import type { DialAttempt } from '../../../src/core/attempt.ts';
import { outcome, scriptedGuard } from '../../support/scripted-guard.ts';
import { suite } from '../../support/suite.ts';
import { call, channelData, serve } from './support.ts';

const test = suite('freeswitch channel');

async function asked(headers: Record<string, string | null>): Promise<DialAttempt> {
  const guard = scriptedGuard(() => outcome('allow'));
  const server = await serve(guard);
  await (await call(server.port, channelData(headers))).over;
  await server.drain(100);
  return guard.asked[0]!;
}

const TRUNK_LEG = {
  'Call-Direction': 'outbound',
  variable_sip_authorized: null,
  variable_domain_name: null,
  variable_dw_leg: '1111-aa/+4930123456/101/a.example',
};

test('an authenticated phone pays, is listened to, and its domain is the realm', async () => {
  const attempt = await asked({});
  const { endpoint, transferer, inherited } = attempt.payer;
  assert.equal([endpoint, transferer, inherited], ['101', null, null]);
  assert.ok(attempt.listener);
  assert.equal([attempt.realm, attempt.addr, attempt.userAgent], ['pbx.example', '192.0.2.77', 'Phone 1.0']);
  assert.equal([attempt.digits, attempt.dialled], ['0011252615550100', null]);
});

test('the age of a channel is told by FreeSWITCH alone', async () => {
  const times = { 'Event-Date-Timestamp': '1795361685400105', 'Caller-Channel-Created-Time': '1795361685350105' };
  assert.is((await asked(times)).age, 50);
  assert.is((await asked({ ...times, 'Caller-Channel-Created-Time': null })).age, undefined);
});

test('a name that was not checked does not pay', async () => {
  for (const headers of [
    { variable_sip_authorized: null },
    { variable_sip_authorized: 'false' },
    { 'Call-Direction': 'outbound' },
  ]) {
    const attempt = await asked(headers);
    assert.is(attempt.payer.endpoint, null);
    assert.not(attempt.listener);
  }
});

test('what the dialplan says goes before what the phone dialled', async () => {
  const attempt = await asked({
    variable_dw_digits: '4930123456',
    variable_dw_dialled: '930123456',
    variable_dw_realm: 'b',
  });
  assert.equal([attempt.digits, attempt.dialled, attempt.realm], ['4930123456', '930123456', 'b']);
});

test('what was typed is the destination number where the dialplan gives other digits', async () => {
  const attempt = await asked({ 'Caller-Destination-Number': '002526155501', variable_dw_digits: '02526155501' });
  assert.equal([attempt.digits, attempt.dialled], ['02526155501', '002526155501']);
});

test('digits as they were typed may have the outside line in front, which a later route takes off', async () => {
  const attempt = await asked({ 'Caller-Destination-Number': '00221987654', variable_dw_digits: '00221987654' });
  assert.equal([attempt.digits, attempt.dialled], ['00221987654', null]);
});

test("a transferred trunk's leg is paid by who dialled it, at his site, and not listened to", async () => {
  const attempt = await asked({
    ...TRUNK_LEG,
    'Caller-RDNIS': '0044',
    'variable_sip_h_Referred-By': '<sip:105@203.0.113.9>;x=1',
  });
  assert.equal([attempt.payer.endpoint, attempt.payer.inherited, attempt.realm], [null, '101', 'a.example']);
  assert.is(attempt.payer.redirecting, '105');
  assert.not(attempt.listener);
});

test("a trunk's leg that a forwarded call dialled is paid by the telephone that dialled, until another is called", async () => {
  const paid = async (more: Record<string, string>) => {
    const { transferer, inherited } = (await asked({ ...TRUNK_LEG, ...more })).payer;
    return [transferer, inherited];
  };
  const leg = { variable_dw_leg: 'a0b1/+442079460001/109/a.example/101' };
  assert.equal(await paid(leg), ['101', '109']);
  assert.equal(await paid({ ...leg, variable_dw_payer: '109' }), ['101', '109']);
  assert.equal(await paid({ ...leg, variable_dw_payer: '102' }), [null, '102']);
});

test('a leg to a user is paid by that user, a called extension by the dialplan', async () => {
  const click = await asked({
    'Call-Direction': 'outbound',
    variable_sip_authorized: null,
    variable_dialed_user: '102',
  });
  assert.is(click.payer.inherited, '102');
  const forward = await asked({ variable_sip_authorized: null, variable_dw_payer: '103', variable_dialed_user: '104' });
  assert.is(forward.payer.inherited, '103');
});

test('a forwarded call has no listener; a speed dial has', async () => {
  assert.not((await asked({ 'Caller-RDNIS': '103' })).listener);
  assert.ok((await asked({ 'Caller-RDNIS': '*0123' })).listener);
});

test.run();
