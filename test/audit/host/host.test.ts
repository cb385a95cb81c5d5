import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as assert from 'uvu/assert';
import { auditHost } from '../../../src/audit/host/index.ts';
import { listeners } from '../../../src/audit/host/listeners.ts';
import { scratch } from '../../support/cli.ts';
import { suite } from '../../support/suite.ts';
import { write } from '../folder.ts';

const test = suite('audit: host');

test.before.each((ctx) => void Object.assign(ctx, scratch()));
test.after.each((ctx) => ctx.remove());

const HEAD = '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n';
const row = (local: string, state: string, inode: number) =>
  `   0: ${local} 00000000:0000 ${state} 00000000:00000000 00:00000000 00000000     0        0 ${inode} 1 0000000000000000 100 0 0 10 0\n`;

/** A made-up /proc: AMI on every address by process `asterisk`, SIP on UDP, the guard on loopback, a connection, IPv6. */
function machine(dir: string): void {
  write(dir, {
    'proc/net/tcp': `${HEAD}${row('00000000:13AE', '0A', 11)}${row('0100007F:11DD', '0A', 12)}${row('0A00000A:13AE', '01', 13)}`,
    'proc/net/tcp6': `${HEAD}${row('00000000000000000000000000000000:0050', '0A', 14)}${row('00000000000000000000000001000000:1F98', '0A', 15)}${row('0000000000000000FFFF00000A00000A:1F90', '0A', 16)}`,
    'proc/net/udp': `${HEAD}${row('0A00000A:13C4', '07', 17)}${row('00000000:8000', '07', 18)}`,
    'proc/77/comm': 'asterisk\n',
    'proc/self': '',
    'proc/net/broken': 'x',
  });
  mkdirSync(join(dir, 'proc/77/fd'));
  symlinkSync('socket:[11]', join(dir, 'proc/77/fd/5'));
  symlinkSync('socket:[17]', join(dir, 'proc/77/fd/6'));
  symlinkSync('/dev/null', join(dir, 'proc/77/fd/7'));
}

test('what listens is read from /proc, with its process where it may be seen', ({ dir }) => {
  machine(dir);
  assert.equal(
    listeners(join(dir, 'proc')).map((l) => `${l.protocol} ${l.address}:${l.port} ${l.process}`),
    [
      'tcp 0.0.0.0:5038 asterisk',
      'tcp 127.0.0.1:4573 null',
      'tcp [::]:80 null',
      'tcp [::1]:8088 null',
      'tcp 10.0.0.10:8080 null',
      'udp 10.0.0.10:5060 asterisk',
      'udp 0.0.0.0:32768 null',
    ],
  );
  assert.equal(listeners(join(dir, 'nowhere')), []);
});

test('open ports are found where no rule stands before them', ({ dir }) => {
  machine(dir);
  const short = (nft: string | null) => {
    const { findings, unread } = auditHost({ root: dir, run: (program) => (program === 'nft' ? nft : null) });
    return [...findings.map((f) => `${f.severity} ${f.subject}`), ...unread.map((u) => u.why)];
  };
  assert.equal(short(''), [
    'high tcp 0.0.0.0:5038 (AMI)',
    'medium tcp [::]:80 (a web page)',
    'medium udp 10.0.0.10:5060 (SIP)',
  ]);
  const closed = `table inet filter {
	chain input {
		type filter hook input priority filter; policy drop;
		ct state established,related accept
		iif "lo" accept
		ip saddr 10.0.0.0/8 udp dport 5060 accept
		tcp dport { 80, 443 } accept
	}
}
`;
  assert.equal(short(closed), ['medium tcp [::]:80 (a web page)']);
  assert.equal(short(null), [
    'medium tcp 0.0.0.0:5038 (AMI)',
    'low tcp [::]:80 (a web page)',
    'low udp 10.0.0.10:5060 (SIP)',
    'the firewall rules could not be read (nft, iptables-save); run as root',
  ]);
});

test('ufw is read from its files where its rules cannot be listed', ({ dir }) => {
  machine(dir);
  write(dir, {
    'etc/ufw/ufw.conf': 'ENABLED=yes\nLOGLEVEL=low\n',
    'etc/default/ufw': 'IPV6=yes\nDEFAULT_INPUT_POLICY="DROP"\n',
    'etc/ufw/user.rules': `*filter
:ufw-user-input - [0:0]
### RULES ###
### tuple ### allow tcp 80 0.0.0.0/0 any 0.0.0.0/0 in
-A ufw-user-input -p tcp --dport 80 -j ACCEPT
-A ufw-user-input -p udp -s 10.0.0.0/8 --dport 5060 -j ACCEPT
COMMIT
`,
  });
  const run = () => null;
  assert.equal(
    auditHost({ root: dir, run }).findings.map((f) => f.subject),
    ['tcp [::]:80 (a web page)'],
  );
  writeFileSync(join(dir, 'etc/ufw/ufw.conf'), 'ENABLED=no\n');
  assert.is(auditHost({ root: dir, run }).unread.length, 1);
});

test.run();
