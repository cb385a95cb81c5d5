// biome-ignore-all lint/suspicious/noTemplateCurlyInString: dialplan variables.
import * as assert from 'uvu/assert';
import { suite } from '../../support/suite.ts';
import { auditOf, PHONES, shortly } from './support.ts';

const test = suite('audit: a hardened Asterisk');

/** What a PBX whose administrator has done his work says. */
const HARDENED: Record<string, string> = {
  'pjsip.conf': PHONES,
  'sip.conf': `[general]
context=none
allowguest=no
alwaysauthreject=yes
tlsenable=yes
[102]
type=friend
host=dynamic
secret=Qm7-rT2vXw-8pLzK4
context=from-internal
deny=0.0.0.0/0.0.0.0
permit=10.0.0.0/8
[carrier]
type=peer
host=198.51.100.7
secret=Ub3-wY9kNd-6sHjV1
context=from-trunk
`,
  'iax.conf': `[general]
requirecalltoken=yes
[branch]
type=friend
host=dynamic
secret=Zc5-gF8tMb-2qRxE7
deny=0.0.0.0/0.0.0.0
permit=10.1.0.0/16
context=from-internal
`,
  'manager.conf': `[general]
enabled=yes
bindaddr=127.0.0.1
[dialwarden]
secret=Nv6-hJ3yPk-9wTcS2
deny=0.0.0.0/0.0.0.0
permit=127.0.0.1/255.255.255.255
read=call,user
write=originate
`,
  'http.conf': '[general]\nenabled=yes\nbindaddr=127.0.0.1\n',
  'ari.conf': '[general]\nenabled=yes\n[app]\ntype=user\npassword=Dx4-kB7nVq-5mGzL8\n',
  'voicemail.conf': '[general]\nminpassword=6\n[default]\n101 => 730519,Ann,ann@example.com\n',
  'rtp.conf': '[general]\nrtpstart=10000\nrtpend=20000\n',
  'cdr.conf': '[general]\nendbeforehexten=yes\n',
  'asterisk.conf': '[options]\nlive_dangerously=no\n',
  'extensions.conf': `[from-internal]
exten => _1XX,1,Dial(PJSIP/\${EXTEN},30,tr)
 same => n,VoiceMail(\${EXTEN}@default,u)
exten => _0X.,1,Gosub(dialwarden,check,1(\${EXTEN}))
 same => n,Dial(PJSIP/\${DW_NUMBER}@trunk,60,T\${DW_DIAL})
exten => 112,1,Dial(PJSIP/112@trunk)
[from-trunk]
exten => 4930123456,1,Dial(PJSIP/101,30,t)
`,
};

test('a hardened PBX has no finding', () => {
  const { findings, unread, files } = auditOf(HARDENED);
  assert.equal(shortly(findings), []);
  assert.equal(unread, []);
  assert.is(files, Object.keys(HARDENED).length);
});

/** The hardened PBX with one thing changed back. */
const changed = (file: string, from: string | RegExp, to: string): string[] => {
  const text = HARDENED[file]!.replace(from, to);
  assert.is.not(text, HARDENED[file], `${file}: ${from}`);
  return shortly(auditOf({ ...HARDENED, [file]: text }).findings);
};

test('each thing changed back is found, and nothing else', () => {
  const cases: [string, string | RegExp, string, string[]][] = [
    ['pjsip.conf', /password=.*/, 'password=1234', ['critical secret_default pjsip.conf:17']],
    ['pjsip.conf', /password=.*/, 'password=ext101', ['critical secret_extension pjsip.conf:17']],
    ['pjsip.conf', /password=.*/, 'password=Summer2024', ['high secret_weak pjsip.conf:17']],
    ['pjsip.conf', /password=.*/, 'password=Qm7-rT2vXw-8pLzK4', ['medium secret_reused pjsip.conf:17']],
    [
      'pjsip.conf',
      'auth=101\n',
      '',
      ['critical no_password pjsip.conf:11', 'high strangers_dial_out extensions.conf:5'],
    ],
    ['pjsip.conf', 'permit=10.0.0.0/255.0.0.0', '', []],
    ['pjsip.conf', 'deny=0.0.0.0/0.0.0.0', '', ['medium no_acl pjsip.conf:11']],
    ['pjsip.conf', 'media_encryption=sdes', '', ['low no_srtp pjsip.conf:11']],
    ['pjsip.conf', 'protocol=tls', 'protocol=tcp', ['low no_tls pjsip.conf:3']],
    ['pjsip.conf', 'max_contacts=2', 'max_contacts=100', ['low many_contacts pjsip.conf:20']],
    ['pjsip.conf', 'match=192.0.2.10', '', ['high trunk_by_name pjsip.conf:21']],
    ['pjsip.conf', 'match=192.0.2.10', 'match=0.0.0.0/0', ['high no_password pjsip.conf:21']],
    ['sip.conf', 'allowguest=no', '', ['medium guest_calls sip.conf:1']],
    ['sip.conf', 'allowguest=no', 'allowguest=off', []],
    ['sip.conf', 'alwaysauthreject=yes', 'alwaysauthreject=no', ['medium names_told sip.conf:4']],
    ['sip.conf', 'alwaysauthreject=yes', 'autocreatepeer=yes', ['critical no_password sip.conf:4']],
    ['sip.conf', 'secret=Qm7-rT2vXw-8pLzK4', 'insecure=invite,port', ['medium strangers_dial_out extensions.conf:5']],
    [
      'sip.conf',
      /secret=Qm7.*\n(.*\n)deny=.*\npermit=.*\n/,
      'insecure=very\n$1',
      ['critical no_password sip.conf:9', 'high strangers_dial_out extensions.conf:5'],
    ],
    [
      'sip.conf',
      /secret=Qm7.*\n(.*\n)deny=.*\n/,
      '$1',
      ['critical no_password sip.conf:6', 'high strangers_dial_out extensions.conf:5'],
    ],
    ['sip.conf', /deny=.*\npermit=.*\n/, '', ['medium no_acl sip.conf:6']],
    ['sip.conf', 'tlsenable=yes', '', ['low no_tls sip.conf:1']],
    [
      'sip.conf',
      /type=peer\n(.*\n)secret=.*/,
      'type=friend\n$1insecure=port,invite',
      ['high trunk_by_name sip.conf:16'],
    ],
    ['iax.conf', 'secret=Zc5-gF8tMb-2qRxE7', '', ['medium strangers_dial_out extensions.conf:5']],
    [
      'iax.conf',
      /secret=.*\ndeny=.*\npermit=.*\n/,
      '',
      ['critical guest_calls iax.conf:3', 'high strangers_dial_out extensions.conf:5'],
    ],
    ['iax.conf', 'requirecalltoken=yes', 'requirecalltoken=no', ['medium iax_no_call_token iax.conf:2']],
    ['iax.conf', 'requirecalltoken=yes', 'calltokenoptional=0.0.0.0/0.0.0.0', ['medium iax_no_call_token iax.conf:2']],
    ['iax.conf', 'host=dynamic', 'host=dynamic\nauth=plaintext', ['medium iax_plaintext iax.conf:6']],
    ['manager.conf', 'bindaddr=127.0.0.1', 'bindaddr=0.0.0.0', ['medium ami_open manager.conf:3']],
    ['manager.conf', /bindaddr=.*\n/, '', ['medium ami_open manager.conf:1']],
    ['manager.conf', /secret=.*/, 'secret=amp111', ['medium secret_default manager.conf:5']],
    ['http.conf', 'bindaddr=127.0.0.1', 'bindaddr=0.0.0.0', ['high http_open http.conf:3']],
    ['ari.conf', 'enabled=yes', 'allowed_origins=*', ['low ari_origins ari.conf:2']],
    ['ari.conf', /password=.*/, 'password=app', ['medium secret_extension ari.conf:5']],
    ['voicemail.conf', '730519', '1234', ['medium pin_default voicemail.conf:4']],
    ['voicemail.conf', '730519', '101', ['medium pin_extension voicemail.conf:4']],
    ['voicemail.conf', '730519', '5555', ['medium pin_default voicemail.conf:4']],
    ['voicemail.conf', '730519', '34567', ['low pin_weak voicemail.conf:4']],
    ['voicemail.conf', 'minpassword=6', 'callback=from-trunk', ['medium voicemail_dialout voicemail.conf:2']],
    ['rtp.conf', 'rtpend=20000', 'strictrtp=no', ['medium strictrtp_off rtp.conf:3']],
    ['cdr.conf', 'endbeforehexten=yes', '', ['low cdr_end cdr.conf:1']],
    ['asterisk.conf', '=no', '=yes', ['high live_dangerously asterisk.conf:2']],
    ['extensions.conf', '_1XX,1', '_1X.,1', ['high exten_unfiltered extensions.conf:2']],
    [
      'extensions.conf',
      /dialwarden,check(.*\n).*DW_NUMBER.*/,
      'dialwarden,ask$1 same => n,GotoIf($["${DW_VERDICT}" != "allow"]?h,1)\n same => n,Dial(PJSIP/$${EXTEN}@trunk)',
      [],
    ],
    ['extensions.conf', '60,T', '60,tT', ['medium outside_transfers extensions.conf:5']],
    ['extensions.conf', '30,t)', '30,tT)', ['medium outside_transfers extensions.conf:8']],
    [
      'extensions.conf',
      '[from-trunk]',
      '[from-trunk]\nexten => 49309,1,DISA(no-password,from-internal)',
      ['critical disa extensions.conf:8', 'medium strangers_dial_out extensions.conf:5'],
    ],
    [
      'extensions.conf',
      '[from-trunk]',
      '[from-trunk]\nexten => 49309,1,System(echo ${CALLERID(name)} >> /tmp/calls)',
      ['critical shell_injection extensions.conf:8'],
    ],
    [
      'extensions.conf',
      '[from-trunk]',
      '[from-trunk]\nexten => 49309,1,System(echo ${FILTER(0-9,${CALLERID(num)})})',
      [],
    ],
  ];
  const wrong = cases.flatMap(([file, from, to, expected]) => {
    const found = changed(file, from, to);
    return String(found) === String(expected) ? [] : [{ file, from, found, expected }];
  });
  assert.equal(wrong, []);
});

test.run();
