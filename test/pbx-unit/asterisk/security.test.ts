import * as assert from 'uvu/assert';
import type { Knock } from '../../../src/core/intrusion/knock.ts';
import type { AmiConnection, Message } from '../../../src/pbx/asterisk/ami-connection.ts';
import { knockOf, trunkHosts, watchSecurity } from '../../../src/pbx/asterisk/security.ts';
import { suite } from '../../support/suite.ts';
import { until } from '../../support/until.ts';

// Messages as Asterisk 22.10 sends them over AMI.

const test = suite('asterisk security events');

const message = (fields: Record<string, string>): Message =>
  new Map(Object.entries(fields).map(([key, value]) => [key.toLowerCase(), [value]]));

const event = (name: string, more: Record<string, string> = {}): Message =>
  message({
    Event: name,
    Privilege: 'security,all',
    Severity: 'Error',
    Service: 'PJSIP',
    AccountID: '101',
    SessionID: '3593178784',
    LocalAddress: 'IPV4/UDP/192.0.2.1/5060',
    RemoteAddress: 'IPV4/UDP/203.0.113.9/5060',
    ...more,
  });

test('what each event says', () => {
  const read = (name: string, more = {}) => knockOf(event(name, more), 7)?.what;
  assert.equal(
    [
      'ChallengeResponseFailed',
      'InvalidPassword',
      'InvalidAccountID',
      'FailedACL',
      'SuccessfulAuth',
      'ChallengeSent',
      'Hangup',
    ].map((name) => read(name)),
    ['wrong-password', 'wrong-password', 'unknown-account', 'unknown-account', 'accepted', undefined, undefined],
  );
  assert.is(
    read('ChallengeResponseFailed', { AccountID: '<unknown>' }),
    undefined,
    'it stands beside an InvalidAccountID',
  );
  assert.equal(knockOf(event('InvalidAccountID', { RemoteAddress: 'IPV6/TCP/2001:db8::9/5061', Service: 'AMI' }), 7), {
    at: 7,
    address: '2001:db8::9',
    account: '101',
    what: 'unknown-account',
    service: 'AMI',
    userAgent: null,
    digits: null,
  });
});

/** An AMI that answers actions from a table and lets a test send events. */
function ami(answers: (fields: Record<string, string>) => Record<string, string>[]) {
  let listener: (event: Message) => void = () => undefined;
  const connection: AmiConnection = {
    action: async (fields) => answers(fields).map(message),
    onEvent: (heard) => {
      listener = heard;
    },
    connected: () => true,
    close: () => undefined,
  };
  return { connection, send: (event: Message) => listener(event) };
}

test('a guest’s call tells number, address and user agent; other channels nothing', async () => {
  const values: Record<string, string> = {
    'CHANNEL(pjsip,remote_addr)': '203.0.113.9:5071',
    'PJSIP_HEADER(read,User-Agent)': 'sipcli/v1.8',
  };
  const { connection, send } = ami(({ Variable }) => [{ Response: 'Success', Value: values[Variable!] ?? '' }]);
  const knocks: Knock[] = [];
  watchSecurity(
    connection,
    () => 7,
    (knock) => knocks.push(knock),
  );
  for (const Channel of [
    'PJSIP/101-00000001',
    'PJSIP/anonymous-00000002',
    'PJSIP/anonymous@pbx.example-0000000a',
    'Local/1@x-00000001;1',
  ])
    send(message({ Event: 'Newchannel', Channel, Exten: '900972597562518' }));
  await until('two calls', () => knocks.length >= 2);
  const call = { at: 7, account: null, what: 'stranger-call', service: 'PJSIP', digits: '900972597562518' } as const;
  assert.equal(knocks, Array(2).fill({ ...call, address: '203.0.113.9', userAgent: 'sipcli/v1.8' }));
});

test('trunks: endpoints without a password of the other side, with all they are identified by', async () => {
  const { connection } = ami(({ Action, Endpoint }) => {
    if (Action === 'PJSIPShowEndpoints')
      return [
        { Response: 'Success', EventList: 'start' },
        { Event: 'EndpointList', ObjectName: '101', Auths: '101', Contacts: '101/sip:101@203.0.113.50,' },
        { Event: 'EndpointList', ObjectName: 'trunk', Auths: '', OutboundAuths: 'trunk' },
      ];
    if (Action === 'PJSIPShowRegistrationsOutbound')
      return [
        { Event: 'OutboundRegistrationDetail', ServerUri: 'sip:reg.example.com:5060', ClientUri: 'sip:x@example.com' },
      ];
    assert.is(Endpoint, 'trunk');
    return [
      { Event: 'EndpointDetail', ObjectName: 'trunk' },
      { Event: 'ContactStatusDetail', URI: 'sip:trunk@sip.example.com:5060;transport=udp' },
      { Event: 'ContactStatusDetail', URI: 'sip:[2001:db8::5]:5060' },
      { Event: 'IdentifyDetail', Match: '203.0.113.0/255.255.255.0,2001:db8::/ffff:ffff::' },
    ];
  });
  assert.equal((await trunkHosts(connection)).sort(), [
    '2001:db8::/ffff:ffff::',
    '2001:db8::5',
    '203.0.113.0/255.255.255.0',
    'reg.example.com',
    'sip.example.com',
  ]);
});

test('an AMI user without the right is told of', async () => {
  const { connection } = ami(() => [{ Response: 'Error', Message: 'Permission denied' }]);
  await trunkHosts(connection).then(
    () => assert.unreachable('it was refused'),
    (error) => assert.match(error.message, 'write = system'),
  );
});

test.run();
