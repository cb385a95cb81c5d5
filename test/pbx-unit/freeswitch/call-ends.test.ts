import * as assert from 'uvu/assert';
import type { CallEnd } from '../../../src/core/attempt.ts';
import { createCallEnds } from '../../../src/pbx/freeswitch/call-ends.ts';
import { suite } from '../../support/suite.ts';

const test = suite('freeswitch ends of calls');

/** Feeds ends of channels, each as its fields. */
function ends(...events: Record<string, string>[]): CallEnd[] {
  const told: CallEnd[] = [];
  const feed = createCallEnds((end) => told.push(end));
  for (const fields of events) {
    const all: Record<string, string> = { 'Event-Name': 'CHANNEL_HANGUP_COMPLETE', ...fields };
    feed({ header: (name) => all[name] ?? null, body: '' });
  }
  return told;
}

const leg = (uuid: string, billmsec: string) => ({
  'Unique-ID': uuid,
  variable_dw_leg: 'call/+4930123456/101/x',
  variable_billmsec: billmsec,
});
const caller = (last?: string) => ({
  'Unique-ID': 'call',
  variable_dw_verdict: 'allow',
  variable_dw_e164: '+4930123456',
  ...(last ? { variable_last_bridge_to: last } : {}),
});

test('the first gateway refusing is no end; the answered leg is, once', () => {
  const told = ends(leg('b1', '0'), leg('b2', '1500'), caller('b2'));
  assert.equal(
    told.map(({ uniqueid, seconds, answered }) => [uniqueid, seconds, answered]),
    [['call', [2], true]],
  );
});

test('each leg is named, for a second bridge; not those of mod_loopback, behind which the same call goes on', () => {
  const told = ends(leg('b1', '1500'), leg('b2', '2500'), { ...leg('b3', '2500'), 'Channel-Name': 'loopback/0301-a' });
  assert.equal(
    told.map(({ leg }) => leg),
    ['b1', 'b2', undefined],
  );
});

test('a call that no leg answered ends with its caller, in whichever order', () => {
  const never = [['call', [0], false]];
  const seen = (told: CallEnd[]) => told.map(({ uniqueid, seconds, answered }) => [uniqueid, seconds, answered]);
  assert.equal(seen(ends(caller())), never);
  assert.equal(seen(ends(leg('b1', '0'), caller('b1'))), never);
  assert.equal(seen(ends(caller('b1'), leg('b1', '0'))), never);
});

test('a caller who took the unique id of an earlier one is not gone with that', () => {
  const [first, second] = [leg('b1', '1500'), leg('b2', '0')].map((fields, i) => ({
    ...fields,
    'Caller-Channel-Created-Time': `${i}00`,
  }));
  const gone = { ...caller('b1'), 'Caller-Channel-Hangup-Time': '50' };
  assert.equal(
    ends(gone, first!, second!).map(({ leg }) => leg),
    ['b1'],
  );
});

test('a caller who transferred away ends nothing while the leg lives', () => {
  assert.equal(ends(caller('b1')), []);
  assert.is(ends(caller('b1'), leg('b1', '9000')).length, 1);
});

test('a leg that was transferred and asked itself ends both calls', () => {
  const both = { ...leg('b1', '9000'), variable_dw_verdict: 'allow', variable_dw_e164: '+441' };
  assert.equal(
    ends(both).map(({ uniqueid, e164 }) => [uniqueid, e164]),
    [
      ['call', '+4930123456'],
      ['b1', '+441'],
    ],
  );
});

test.run();
