// biome-ignore-all lint/suspicious/noTemplateCurlyInString: dialplan variables.
import * as assert from 'uvu/assert';
import { suite } from '../../support/suite.ts';
import { auditOf, only, PHONES, shortly } from './support.ts';

const test = suite('audit: Asterisk checks');

test('AMI open to everybody with a default password is as bad as it gets', () => {
  const manager = '[general]\nenabled=yes\n[admin]\nsecret=amp111\nread=all\nwrite=all\n';
  assert.equal(shortly(auditOf({ 'manager.conf': manager }).findings), [
    'critical secret_default manager.conf:4',
    'high ami_open manager.conf:1',
    'medium ami_write manager.conf:6',
  ]);
});

test('guests whose context reaches a trunk', () => {
  const files = {
    'sip.conf': '[general]\nallowguest=yes\ncontext=default\ntlsenable=yes\n',
    'extensions.conf': '[default]\nexten => _X.,1,Dial(SIP/${FILTER(0-9,${EXTEN})}@carrier)\n',
  };
  assert.equal(shortly(auditOf(files).findings), [
    'critical guest_calls sip.conf:2',
    'critical strangers_dial_out extensions.conf:2',
    'low guard_not_asked extensions.conf:1',
  ]);
});

test('what a module that is not loaded would read does not count', () => {
  const files = { 'sip.conf': '[general]\nallowguest=yes\n[7]\ntype=friend\nhost=dynamic\nsecret=7\n' };
  assert.is(auditOf(files).findings.length > 0, true);
  assert.equal(auditOf({ ...files, 'modules.conf': '[modules]\nautoload=yes\nnoload => chan_sip.so\n' }).findings, []);
  assert.equal(auditOf({ ...files, 'modules.conf': '[modules]\nautoload=no\nload = chan_pjsip.so\n' }).findings, []);
});

test('wizards and templates are endpoints like any other', () => {
  const wizard = `[phone](!)
type=wizard
accepts_auth=yes
accepts_registrations=yes
endpoint/context=from-internal
[7](phone)
inbound_auth/username=7
inbound_auth/password=7
[carrier]
type=wizard
sends_auth=yes
remote_hosts=192.0.2.1
endpoint/context=from-trunk
`;
  const files = {
    'pjsip_wizard.conf': wizard,
    'extensions.conf':
      '[from-trunk]\nexten => _X.,1,Goto(from-internal,${EXTEN},1)\n[from-internal]\nexten => _X.,1,Dial(PJSIP/${FILTER(0-9,${EXTEN})}@carrier)\n',
  };
  assert.equal(only(files, /secret|strangers|trunk_by|no_pass/), [
    'critical secret_extension pjsip_wizard.conf:8',
    'high strangers_dial_out extensions.conf:4',
  ]);
});

test('passwords of the provider and of users.conf are judged, and the provider is to change his', () => {
  const sip =
    '[general]\nallowguest=no\ntlsenable=yes\nregister => tls://4930123@example.com:Sommer2024:me@example.com/4930123\n';
  const { findings } = auditOf({
    'sip.conf': sip,
    'iax.conf': '[general]\nregister => me:me@example.com\nregister => other@example.com\n',
    'users.conf': '[general]\nsecret=x\n[6000]\nsecret=1234\n',
  });
  assert.equal(shortly(findings), [
    'critical secret_default users.conf:4',
    'critical secret_extension iax.conf:2',
    'high secret_weak sip.conf:4',
  ]);
  assert.match(findings.find((f) => f.file === 'sip.conf')!.fix, /^Ask the provider/);
});

test('a provider who may transfer to where phones dial out', () => {
  const dialplan =
    '[globals]\nTRANSFER_CONTEXT=from-internal\n[from-internal]\nexten => _0X.,1,Gosub(dialwarden,check,1(${EXTEN}))\n same => n,Dial(PJSIP/${DW_NUMBER}@trunk)\n';
  const found = (pjsip: string, text: string) =>
    only({ 'pjsip.conf': pjsip, 'extensions.conf': text }, /outside_transfers/);
  assert.equal(found(PHONES, dialplan), ['medium outside_transfers pjsip.conf:21']);
  assert.equal(found(PHONES.replace('context=from-trunk', 'context=from-trunk\nallow_transfer=no'), dialplan), []);
  assert.equal(found(PHONES, dialplan.replace('=from-internal', '=nowhere')), []);
  const set = dialplan
    .replace(/^.*\n.*\n/, '')
    .replace(' same', ' same => n,Set(__TRANSFER_CONTEXT=from-internal)\n same');
  assert.equal(found(PHONES, set), ['medium outside_transfers pjsip.conf:21']);
});

test('a queue that calls telephones by itself', () => {
  const queues =
    '[general]\n[sales]\nmember => PJSIP/101,0,Ann\nmember => Local/0301234567@from-internal/n\nmember => PJSIP/01701234567@trunk,1\n';
  assert.equal(only({ 'pjsip.conf': PHONES, 'queues.conf': queues }, /guard/), [
    'medium guard_not_asked queues.conf:5',
  ]);
});

test('what a database holds is said not to be looked at', () => {
  const { unread } = auditOf({
    'extconfig.conf': '[settings]\nps_endpoints => odbc,asterisk\nqueues => odbc,asterisk\n',
    'sorcery.conf': '[res_pjsip]\nauth=realtime,ps_auths\n',
    'extensions.conf': '[a]\nswitch => Realtime/a@extensions\n',
    'extensions.ael': 'context b {};\n',
  });
  assert.equal(
    unread.map((u) => `${u.file}:${u.line} ${u.why}`),
    [
      'extconfig.conf:2 ps_endpoints is held by odbc, not by files',
      'sorcery.conf:2 auth is held by a database, not by files',
      'extensions.conf:2 [a] takes extensions from Realtime',
      'extensions.ael:null is a dialplan in AEL, which is not followed',
    ],
  );
});

test('no secret is ever in what is said', () => {
  const secrets = ['Sommer2024', 'amp111', '1234', 'ext101'];
  const files = {
    'pjsip.conf': PHONES.replace(/password=.*/, `password=${secrets[0]}`),
    'manager.conf': `[general]\nenabled=yes\n[admin]\nsecret=${secrets[1]}\n`,
    'voicemail.conf': `[default]\n101 => ${secrets[2]},A\n`,
    'iax.conf': `[9]\ntype=friend\nhost=dynamic\nsecret=${secrets[3]}\n`,
    'extensions.conf': `[from-internal]\nexten => _X.,1,Dial(IAX2/me:${secrets[0]}@carrier/\${EXTEN})\n`,
  };
  const said = JSON.stringify(auditOf(files));
  for (const secret of secrets) assert.not(said.includes(secret), secret);
});

test.run();
