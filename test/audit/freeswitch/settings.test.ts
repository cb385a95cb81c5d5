import * as assert from 'uvu/assert';
import { suite } from '../../support/suite.ts';
import type { Files } from '../folder.ts';
import { audit, brief, configuration, hardened, phones, settingsOf, sofia, trunks } from './fixture.ts';

const test = suite('audit of FreeSWITCH: settings');

const setTo = (name: string, value: string) => `<param name="${name}" value="${value}"/>`;

test('a hardened configuration with the guard gives no finding, and nothing is unread', () => {
  const { findings, unread, files } = audit();
  assert.equal(findings, []);
  assert.equal(unread, []);
  assert.ok(files >= 12);
});

const CASES: [string, Files, string[]][] = [
  ['any password', sofia(phones(setTo('accept-blind-auth', 'true')), trunks()), ['critical blind_auth phones']],
  ['any registration', sofia(phones(setTo('accept-blind-reg', 'yes')), trunks()), ['high blind_reg phones']],
  [
    'a foreign user name',
    sofia(phones(setTo('inbound-reg-force-matching-username', 'false')), trunks()),
    ['medium foreign_username phones'],
  ],
  [
    'trunks that transfer',
    sofia(phones(), trunks(setTo('disable-transfer', 'false'))),
    ['medium trunk_transfers trunks'],
  ],
  ['trunks that register', sofia(phones(), trunks(setTo('disable-register', 'false'))), ['low trunk_registers trunks']],
  [
    'registrations without end',
    sofia(phones(setTo('multiple-registrations', 'contact')), trunks()),
    ['low registrations_unlimited phones'],
  ],
  [
    'no log of wrong passwords',
    sofia(phones(setTo('log-auth-failures', 'false')), trunks()),
    ['low auth_failures_unlogged phones'],
  ],
  ['no TLS', sofia(phones(setTo('tls', 'false')), trunks()), ['low tls_off phones']],
  ['old TLS', sofia(phones(setTo('tls-version', 'tlsv1,tlsv1.2')), trunks()), ['low tls_old phones']],
  ['a clear web socket', sofia(phones(setTo('ws-binding', ':5066')), trunks()), ['low websocket_clear phones']],
  [
    'calls from the local network',
    sofia(phones(setTo('apply-inbound-acl', 'localnet.auto')), trunks()),
    ['medium acl_instead_of_password phones'],
  ],
  [
    'calls from anywhere',
    sofia(phones(setTo('apply-inbound-acl', '0.0.0.0/0')), trunks()),
    ['critical acl_instead_of_password phones'],
  ],
  [
    'registrations from anywhere',
    sofia(phones(setTo('apply-register-acl', 'any_v4.auto')), trunks()),
    ['critical acl_instead_of_password phones'],
  ],
  [
    'a trunk profile without a list',
    sofia(phones(), trunks(setTo('apply-inbound-acl', 'none'))),
    ['medium calls_unauthenticated trunks'],
  ],
];

for (const [what, files, expected] of CASES) test(what, () => assert.equal(brief(audit(files)), expected));

test('a list that lets everybody in is graver where it is used', () => {
  const acl = (name: string, inside: string) => ({
    'autoload_configs/acl.conf.xml': configuration(
      'acl',
      `<network-lists><list name="trunks" default="deny"><node type="allow" cidr="198.51.100.7/32"/></list>${inside.replace('NAME', name)}</network-lists>`,
    ),
  });
  const open = '<list name="NAME" default="allow"><node type="deny" cidr="192.0.2.0/24"/></list>';
  assert.equal(brief(audit(acl('lan', open))), ['low acl_open lan']);
  const used = { ...acl('lan', open), ...sofia(phones(setTo('apply-inbound-acl', 'lan')), trunks()) };
  assert.equal(brief(audit(used)), ['critical acl_instead_of_password phones', 'high acl_open lan']);
  const halves =
    '<list name="NAME" default="deny"><node type="allow" cidr="0.0.0.0/1"/><node type="allow" cidr="128.0.0.0/1"/></list>';
  assert.equal(brief(audit(acl('halves', halves))), ['low acl_open halves']);
  const closed =
    '<list name="NAME" default="allow"><node type="deny" cidr="0.0.0.0/0"/><node type="allow" cidr="192.0.2.1/32"/></list>';
  assert.equal(brief(audit(acl('closed', closed))), []);
});

test('a user taken by address counts where the list of domains is used', () => {
  const directory = hardened()['directory/pbx.xml']!.replace('<user id="214">', '<user id="214" cidr="192.0.2.0/24">');
  const list = '<list name="domains" default="deny"><node type="allow" domain="$${domain}"/></list>';
  const acl = hardened()['autoload_configs/acl.conf.xml']!.replace('</network-lists>', `${list}</network-lists>`);
  const files = { 'directory/pbx.xml': directory, 'autoload_configs/acl.conf.xml': acl };
  assert.equal(brief(audit(files)), []);
  const used = { ...files, ...sofia(phones(setTo('apply-inbound-acl', 'domains')), trunks()) };
  assert.equal(brief(audit(used)), ['medium user_by_address 214']);
});

test('the event socket: its password, its address, and both', () => {
  const esl = (params: Record<string, string>) =>
    brief(audit({ 'autoload_configs/event_socket.conf.xml': settingsOf('event_socket', params) }));
  const good = '9f1cA7e0Kd42Qz8Lw5Tb';
  assert.equal(esl({ 'listen-ip': '127.0.0.1', password: 'ClueCon' }), ['high event_socket_password event_socket']);
  assert.equal(
    esl({ 'listen-ip': '127.0.0.1' }),
    ['high event_socket_password event_socket'],
    'no password is the default one',
  );
  assert.equal(esl({ 'listen-ip': '::', password: good }), ['medium event_socket_remote event_socket']);
  assert.equal(esl({ 'listen-ip': '0.0.0.0', password: good, 'apply-inbound-acl': 'any_v4.auto' }), [
    'high event_socket_remote event_socket',
  ]);
  assert.equal(esl({ 'listen-ip': '0.0.0.0', password: 'ClueCon', 'apply-inbound-acl': 'any_v4.auto' }), [
    'critical event_socket_password event_socket',
    'high event_socket_remote event_socket',
  ]);
});

test('HTTP, Erlang, WebRTC: only what is loaded is grave', () => {
  const load = (module: string, files: Files) =>
    brief(
      audit({
        ...files,
        'autoload_configs/modules.conf.xml': configuration('modules', `<modules><load module="${module}"/></modules>`),
      }),
    );
  const rpc = {
    'autoload_configs/xml_rpc.conf.xml': settingsOf('xml_rpc', {
      'auth-realm': 'fs',
      'auth-user': 'freeswitch',
      'auth-pass': 'works',
    }),
  };
  assert.equal(load('mod_sofia', rpc), ['low xml_rpc_password xml_rpc']);
  assert.equal(load('mod_xml_rpc', rpc), ['critical xml_rpc_password xml_rpc']);
  assert.equal(
    load('mod_xml_rpc', { 'autoload_configs/xml_rpc.conf.xml': settingsOf('xml_rpc', { 'auth-pass': 'works' }) }),
    ['critical xml_rpc_password xml_rpc'],
  );
  const erlang = { 'autoload_configs/erlang_event.conf.xml': settingsOf('erlang_event', { cookie: 'ClueCon' }) };
  assert.equal(load('mod_sofia', erlang), []);
  assert.equal(load('mod_erlang_event', erlang), ['critical erlang_cookie erlang_event']);
  const verto = (params: string) => ({
    'autoload_configs/verto.conf.xml': configuration(
      'verto',
      `<profiles><profile name="web">${params}</profile></profiles>`,
    ),
  });
  assert.equal(load('mod_sofia', verto('')), []);
  assert.equal(load('mod_verto', verto('<param name="bind-local" value="0.0.0.0:8081"/>')), [
    'critical verto_unauthenticated web',
    'medium verto_clear web',
  ]);
  assert.equal(
    load('mod_verto', verto('<param name="userauth" value="true"/><param name="blind-reg" value="true"/>')),
    ['high verto_blind_reg web'],
  );
  const httapi = {
    'autoload_configs/httapi.conf.xml': configuration(
      'httapi',
      '<profiles><profile><permissions><permission name="all" value="true"/></permissions></profile></profiles>',
    ),
  };
  assert.equal(load('mod_httapi', httapi), ['medium httapi_open httapi']);
});

test('a mailbox without a PIN', () => {
  const voicemail = configuration(
    'voicemail',
    '<profiles><profile name="default"><param name="allow-empty-password-auth" value="true"/></profile></profiles>',
  );
  assert.equal(brief(audit({ 'autoload_configs/voicemail.conf.xml': voicemail })), ['low mailbox_without_pin default']);
});

test("FusionPBX's database, and a web server, are named as what cannot be read", () => {
  const lua = settingsOf('lua', {
    'xml-handler-script': 'app.lua xml_handler',
    'xml-handler-bindings': 'configuration,dialplan,directory,languages',
  });
  const { findings, unread } = audit({ 'autoload_configs/lua.conf.xml': lua });
  assert.equal(findings, []);
  assert.equal(unread.length, 3);
  assert.match(unread[0]!.why, /FusionPBX's database\) deliver the dialplan/);
  assert.is(unread[0]!.file, 'autoload_configs/lua.conf.xml');
  const curl = configuration(
    'xml_curl',
    '<bindings><binding name="d"><param name="gateway-url" value="http://127.0.0.1/" bindings="dialplan"/></binding></bindings>',
  );
  const modules = configuration('modules', '<modules><load module="mod_xml_curl"/></modules>');
  const web = audit({ 'autoload_configs/xml_curl.conf.xml': curl, 'autoload_configs/modules.conf.xml': modules });
  assert.equal(web.unread.length, 1);
  assert.match(web.unread[0]!.why, /web server .* deliver the dialplan/);
});

test('a profile that leaves the XML dialplan is named as what cannot be followed', () => {
  const { findings, unread } = audit(sofia(phones(setTo('dialplan', 'inline')), trunks(setTo('dialplan', 'XML'))));
  assert.equal(findings, []);
  assert.is(unread.length, 1);
  assert.match(unread[0]!.why, /calls of profile phones to "inline"/);
});

test.run();
