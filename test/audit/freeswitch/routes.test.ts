import * as assert from 'uvu/assert';
import { suite } from '../../support/suite.ts';
import type { Files } from '../folder.ts';
import { audit, brief, configuration, context, hardened, phones, ROUTE, sofia, trunks } from './fixture.ts';

const test = suite('audit of FreeSWITCH: ways to a trunk');

const extension = (name: string, expression: string, actions: string, more = '') => `<extension name="${name}"${more}>
  <condition field="destination_number" expression="${expression}">${actions}</condition>
</extension>`;
const action = (application: string, data: string) => `<action application="${application}" data="${data}"/>`;
/** The dialplan of callers from outside. */
const incoming = (inside: string): Files => ({ 'dialplan/incoming.xml': context('incoming', inside) });
/** A profile that takes calls from any address. */
const OPEN = sofia(phones(), trunks('<param name="apply-inbound-acl" value="any_v4.auto"/>'));
/** The dialplan of phones without the guard. */
const unguarded = (inside: string): Files => ({
  'dialplan/inside/00_dialwarden.xml': '',
  'dialplan/inside/10_out.xml': inside,
});

test('without the guard, the line that calls the gateway is named', () => {
  const found = audit(unguarded(`<include>\n${ROUTE}\n</include>`));
  assert.equal(brief(found), ['high guard_not_asked inside/out', 'medium toll_allow_unchecked inside/out']);
  const [guard] = found.findings;
  assert.equal([guard!.file, guard!.line], ['dialplan/inside/10_out.xml', 4]);
  assert.match(guard!.fix, /first extension of context inside/);
});

test('a guard after the route, or for other numbers only, does not count', () => {
  const guard = hardened()['dialplan/inside/00_dialwarden.xml']!;
  const after = { 'dialplan/inside/00_dialwarden.xml': '', 'dialplan/inside/20_dialwarden.xml': guard };
  assert.ok(brief(audit(after)).includes('high guard_not_asked inside/out'));
  const abroad = guard.replace('^(\\+?[0-9*#]{1,64})\\z', '^(00\\d+)$').replace(/<anti-action[^>]*>/g, '');
  assert.ok(brief(audit({ 'dialplan/inside/00_dialwarden.xml': abroad })).includes('high guard_not_asked inside/out'));
});

test('a guard whose answer is not obeyed', () => {
  const loose = hardened()['dialplan/inside/00_dialwarden.xml']!.replace(/.*check_acl.*/g, '');
  assert.equal(brief(audit({ 'dialplan/inside/00_dialwarden.xml': loose })), ['medium guard_not_obeyed inside/out']);
});

test("FusionPBX's entry, asked for outbound calls, counts", () => {
  const guard = hardened()['dialplan/inside/00_dialwarden.xml']!.replace(
    '<condition field="destination_number"',
    '<condition field="$' + '{call_direction}" expression="^outbound$"/>\n<condition field="destination_number"',
  );
  assert.equal(brief(audit({ 'dialplan/inside/00_dialwarden.xml': guard })), []);
});

test('the entry that takes the outside line off counts', () => {
  const whole = hardened()['dialplan/inside/00_dialwarden.xml']!;
  const guard = whole.replace('expression="^(\\+?[0-9*#]', 'expression="^0?(\\+?[0-9*#]');
  assert.ok(guard !== whole);
  assert.equal(brief(audit({ 'dialplan/inside/00_dialwarden.xml': guard })), []);
});

test('the guard may be asked before the call goes to another context; not when a second way leads there', () => {
  const carrier = { 'dialplan/carrier.xml': context('carrier', ROUTE) };
  const moved = {
    ...carrier,
    'dialplan/inside/10_out.xml': extension('to carrier', '^(\\d{7,15})$', action('transfer', '$1 XML carrier')),
  };
  assert.equal(brief(audit(moved)), []);
  const second = {
    'dialplan/side.xml': context('side', extension('any', '^(\\d+)$', action('transfer', '$1 XML carrier'))),
  };
  const found = brief(
    audit({ ...moved, ...second, ...sofia(phones('<param name="context" value="side"/>'), trunks()) }),
  );
  assert.equal(found, ['high guard_not_asked carrier/out', 'medium toll_allow_unchecked carrier/out']);
});

test('a context that nothing leads to is looked at too', () => {
  const found = brief(audit({ 'dialplan/spare.xml': context('spare', ROUTE) }));
  assert.equal(found, ['high guard_not_asked spare/out', 'medium toll_allow_unchecked spare/out']);
});

test('every kind of trunk', () => {
  for (const trunk of [
    'freetdm/1/a/$1',
    'sofia/external/$1@sip.carrier.example',
    '{a=b,c=d}[x=y]sofia/gateway/g/0$1',
    '$' + '{lcr_auto_route}',
  ])
    assert.ok(
      brief(audit(unguarded(extension('out', '^(\\d{7,15})$', action('bridge', trunk))))).includes(
        'high guard_not_asked inside/out',
      ),
      trunk,
    );
  const notTrunks = [
    'user/$1@$' + '{domain_name}',
    'sofia/internal/$1@$' + '{domain_name}',
    'loopback/wait',
    'sofia/external/888@conference.example',
  ];
  for (const local of notTrunks)
    assert.equal(brief(audit(unguarded(extension('in', '^(\\d{3})$', action('bridge', local))))), [], local);
});

test('strangers who reach a trunk, directly and by transfer', () => {
  const straight = audit({ ...incoming(ROUTE), ...OPEN });
  assert.ok(brief(straight).includes('critical stranger_dials_out incoming/out'));
  const everything = extension('all', '^(.*)$', action('transfer', '$1 XML inside'));
  assert.ok(brief(audit({ ...incoming(everything), ...OPEN })).includes('critical stranger_dials_out inside/out'));
  assert.ok(
    brief(audit(incoming(everything))).includes('medium stranger_dials_out inside/out'),
    'from the trunk alone it is less',
  );
});

test('strangers who reach extensions only are no finding, though the context has a route', () => {
  const some = extension('phones', '^(2[0-9][0-9])$', action('transfer', '$1 XML inside'));
  assert.equal(brief(audit({ ...incoming(some), ...OPEN })), ['medium calls_unauthenticated trunks']);
  const allowed = ROUTE.replace(
    '<condition',
    '<condition field="$' + '{toll_allow}" expression="international"/>\n<condition',
  );
  const all = extension('all', '^(.*)$', action('transfer', '$1 XML inside'));
  const found = brief(audit({ ...incoming(all), ...OPEN, 'dialplan/inside/10_out.xml': allowed }));
  assert.equal(found, ['medium calls_unauthenticated trunks'], 'a stranger has no toll_allow');
});

test('a number forwarded to one fixed outside number is not the choice of the caller', () => {
  const forward = extension('forward', '^(4930123457)$', action('bridge', 'sofia/gateway/carrier/491701234567'));
  assert.equal(brief(audit({ ...incoming(forward), ...OPEN })), [
    'high guard_not_asked incoming/forward',
    'medium calls_unauthenticated trunks',
  ]);
});

test('DISA: keys that become a number, with and without a PIN', () => {
  const keys = (name: string) => action('play_and_get_digits', `2 15 3 7000 # tone.wav bad.wav ${name} \\d+`);
  const on = action('transfer', '$' + '{number} XML inside');
  const disa = (inside: string) => brief(audit(incoming(extension('disa', '^(4930123457)$', inside))));
  assert.equal(disa(keys('number') + on), ['critical disa inside/out']);
  assert.equal(disa(keys('pin') + keys('number') + on), ['high disa inside/out']);
  assert.equal(disa(action('read', '2 15 tone.wav number 7000 #') + on), ['critical disa inside/out']);
});

test('a menu that takes any number', () => {
  const menu = (digits: string) => ({
    'autoload_configs/ivr.conf.xml': configuration(
      'ivr',
      `<menus><menu name="main"><entry action="menu-exec-app" digits="${digits}" param="transfer $1 XML inside"/></menu></menus>`,
    ),
    ...incoming(extension('menu', '^(4930123457)$', action('ivr', 'main'))),
  });
  assert.equal(brief(audit(menu('/^(\\d+)$/'))), ['critical disa inside/out']);
  assert.equal(brief(audit(menu('/^(2\\d\\d)$/'))), []);
});

test('voicemail that calls back, and a key during the call', () => {
  const voicemail = configuration(
    'voicemail',
    '<profiles><profile name="default"><param name="callback-context" value="inside"/></profile></profiles>',
  );
  const mailbox = incoming(
    extension('mailbox', '^(4930123457)$', action('voicemail', 'check default pbx.example.net')),
  );
  assert.equal(brief(audit({ ...mailbox, 'autoload_configs/voicemail.conf.xml': voicemail })), [
    'high voicemail_dial_out inside/out',
  ]);
  const feature = context(
    'features',
    extension(
      'dx',
      '^dx$',
      action('read', '2 15 tone.wav keys 7000 #') + action('transfer', '$' + '{keys} XML inside'),
    ),
  );
  const bound = (leg: string) =>
    incoming(
      extension('bound', '^(4930123457)$', action('bind_meta_app', `1 ${leg} s execute_extension::dx XML features`)),
    );
  assert.equal(brief(audit({ ...bound('ab'), 'dialplan/features.xml': feature })), [
    'critical caller_transfer inside/out',
  ]);
  assert.equal(brief(audit({ ...bound('b'), 'dialplan/features.xml': feature })), []);
});

test('a dialled name that is no number, and no permission asked', () => {
  const loose = unguarded(extension('out', '^9(.*)$', action('bridge', 'sofia/gateway/carrier/$1')));
  assert.ok(brief(audit(loose)).includes('medium number_unfiltered inside/out'));
  assert.equal(brief(audit({ 'dialplan/inside/10_out.xml': loose['dialplan/inside/10_out.xml']! })), []);
  const limited = ROUTE.replace('<condition', '<condition field="$' + '{toll_allow}" expression="local"/>\n<condition');
  assert.equal(brief(audit(unguarded(limited))), ['high guard_not_asked inside/out']);
});

test('a shell with words of the caller, listening, and scripts that cannot be judged', () => {
  const plan = context(
    'inside',
    [
      extension('shell', '^(700)$', action('system', 'logger $' + '{caller_id_name}')),
      extension('listen', '^(701)$', action('eavesdrop', 'all')),
      extension(
        'listen in group',
        '^(702)$',
        action('set', 'eavesdrop_require_group=desk') + action('eavesdrop', 'all'),
      ),
      extension('script', '^(703)$', action('lua', 'wake-up.lua')),
    ].join('\n'),
  );
  const found = audit({ 'dialplan/inside.xml': plan });
  assert.equal(brief(found), ['critical shell_from_caller inside/shell', 'medium eavesdrop_open inside/listen']);
  assert.is(found.unread.length, 1);
  assert.match(found.unread[0]!.why, /hands the call to "lua" \(inside\/script\)/);
});

test('conditions inside conditions, any of several, and contexts that call each other', () => {
  const nested =
    `<extension name="out"><condition field="destination_number" expression="^(\\d{7,15})$">
    <condition field="$` +
    `{x}" expression="y"><action application="bridge" data="sofia/gateway/carrier/$` +
    `{destination_number}"/></condition>
  </condition></extension>`;
  assert.ok(brief(audit(unguarded(nested))).includes('high guard_not_asked inside/out'));
  const any = `<extension name="out"><condition regex="any"><regex field="destination_number" expression="^(00\\d+)$"/>
    <regex field="destination_number" expression="^(011\\d+)$"/><action application="bridge" data="sofia/gateway/carrier/$1"/></condition></extension>`;
  assert.ok(brief(audit(unguarded(any))).includes('high guard_not_asked inside/out'));
  const ring = context('ring', extension('back', '^(.*)$', action('execute_extension', '1$1 XML inside')));
  const around = unguarded(
    extension('round', '^(.*)$', action('execute_extension', '1$1 XML ring') + action('transfer', '2$1 XML ring')),
  );
  assert.equal(brief(audit({ ...around, 'dialplan/ring.xml': ring })), []);
});

test.run();
