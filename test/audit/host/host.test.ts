import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as assert from 'uvu/assert';
import { auditHost } from '../../../src/audit/host/index.ts';
import { listeners } from '../../../src/audit/host/listeners.ts';
import { uplinks } from '../../../src/audit/host/uplinks.ts';
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

/** A machine whose sockets listen on one port, with default routes by eth0 and a second card eth1. */
function server(dir: string, tables: Partial<Record<'tcp' | 'tcp6' | 'udp' | 'udp6', string>>): void {
  const zeros = '0'.repeat(32);
  const six = (to: string, length: string, by: string) =>
    `${to} ${length} ${zeros} 00 ${zeros} 00000400 1 0 00000003 ${by}\n`;
  write(dir, {
    'proc/net/route': `Iface Destination Gateway Flags RefCnt Use Metric Mask\neth1\t0000000A\t00000000\t0001\t0\t0\t0\t000000FF\neth0\t00000000\t0102000A\t0003\t0\t0\t0\t00000000\n`,
    'proc/net/ipv6_route': [
      six(`fe80${'0'.repeat(28)}`, '40', '    eth1'),
      six(zeros, '00', '    eth0'),
      six(zeros, '00', '      lo'),
    ].join(''),
    ...Object.fromEntries(Object.entries(tables).map(([name, rows]) => [`proc/net/${name}`, HEAD + rows])),
  });
}

const CLOSED = ':INPUT DROP\n-A INPUT -i lo -j ACCEPT\n';
const OPEN = ':INPUT ACCEPT\n';
const ANY4 = '00000000';
const ANY6 = '0'.repeat(32);

/** What an audit says where these programs list these rules. */
const said = (dir: string, listed: Record<string, string>) => {
  const { findings, unread } = auditHost({ root: dir, run: (program) => listed[program] ?? null });
  return [
    ...findings.map((f) => `${f.severity} ${f.text.replace(/^.* listens on /, '')}`),
    ...unread.map((u) => u.why),
  ];
};

test('strangers come by the default routes, each IP version by its own', ({ dir }) => {
  server(dir, {});
  const proc = join(dir, 'proc');
  assert.equal(uplinks(proc), { 4: ['eth0'], 6: ['eth0'] });
  writeFileSync(
    join(proc, 'net/ipv6_route'),
    `fe80${'0'.repeat(28)} 40 ${ANY6} 00 ${ANY6} 00000100 1 0 00000001 eth0\n`,
  );
  writeFileSync(join(proc, 'net/route'), 'Iface\neth1 0000000A 00000000 0001 0 0 0 000000FF 0 0 0\n');
  assert.equal(uplinks(proc), { 4: ['eth1'], 6: [] });
  assert.equal(uplinks(join(dir, 'nowhere')), { 4: [null], 6: [null] });
});

test('a port that is closed over IPv4 and open over IPv6 is open', ({ dir }) => {
  const open6 = { 'iptables-save': CLOSED, 'ip6tables-save': OPEN };
  server(dir, { udp6: row(`${ANY6}:13C4`, '07', 1) });
  assert.equal(said(dir, open6), ['medium udp [::]:5060, SIP, and no firewall rule stands before it over IPv6.']);
  assert.equal(said(dir, { 'iptables-save': OPEN, 'ip6tables-save': CLOSED }), [
    'medium udp [::]:5060, SIP, and no firewall rule stands before it over IPv4.',
  ]);
  assert.equal(said(dir, { 'iptables-save': OPEN, 'ip6tables-save': OPEN }), [
    'medium udp [::]:5060, SIP, and no firewall rule stands before it.',
  ]);
  assert.equal(said(dir, { 'iptables-save': CLOSED, 'ip6tables-save': CLOSED }), []);
  assert.equal(said(dir, { 'iptables-save': CLOSED }), [
    'low udp [::]:5060, SIP, and whether a firewall stands before it over IPv6 could not be read; run as root.',
    'the firewall rules for IPv6 could not be read (ip6tables-save); run as root',
  ]);
  server(dir, { udp6: row(`${ANY6}:13C4`, '07', 1), udp: row(`${ANY4}:13C4`, '07', 2) });
  assert.equal(said(dir, open6), ['medium udp [::]:5060, SIP, and no firewall rule stands before it.']);
  server(dir, { udp6: '', udp: row(`${ANY4}:13C4`, '07', 2) });
  assert.equal(said(dir, open6), []);
  assert.equal(said(dir, { 'iptables-save': CLOSED }), []);
});

test('IPv6 that goes no further than the cable lets no stranger in', ({ dir }) => {
  server(dir, { udp6: row(`${ANY6}:13C4`, '07', 1) });
  writeFileSync(
    join(dir, 'proc/net/ipv6_route'),
    `fe80${'0'.repeat(28)} 40 ${ANY6} 00 ${ANY6} 00000100 1 0 00000001 eth0\n`,
  );
  assert.equal(said(dir, { 'iptables-save': CLOSED, 'ip6tables-save': OPEN }), []);
  assert.equal(said(dir, { 'iptables-save': CLOSED }), []);
});

test('a rule for the inner card opens nothing to strangers, one for the outer card does', ({ dir }) => {
  server(dir, { tcp: row(`${ANY4}:13AE`, '0A', 1) });
  const rules = (card: string) => ({
    'iptables-save': `${CLOSED}-A INPUT -i ${card} -j ACCEPT\n`,
    'ip6tables-save': CLOSED,
  });
  assert.equal(said(dir, rules('eth1')), []);
  assert.equal(said(dir, rules('eth0')), ['high tcp 0.0.0.0:5038, AMI, and no firewall rule stands before it.']);
});

test('IAX2 is watched', ({ dir }) => {
  server(dir, { udp: row(`${ANY4}:11D9`, '07', 1) });
  assert.equal(said(dir, { nft: '' }), ['medium udp 0.0.0.0:4569, IAX2, and no firewall rule stands before it.']);
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
  server(dir, { tcp: '', udp: '', tcp6: row(`${ANY6}:0050`, '0A', 14) + row(`${ANY6}:13AE`, '0A', 15) });
  const six = (rules: string) =>
    write(dir, { 'etc/ufw/user6.rules': `*filter\n:ufw6-user-input - [0:0]\n${rules}COMMIT\n` });
  const SIX = 'a web page, and no firewall rule stands before it over IPv4.';
  six('');
  assert.equal(said(dir, {}), [`medium tcp [::]:80, ${SIX}`]);
  six('-A ufw6-user-input -p tcp --dport 5038 -j ACCEPT\n');
  const ami = 'high tcp [::]:5038, AMI, and no firewall rule stands before it over IPv6.';
  assert.equal(said(dir, {}), [`medium tcp [::]:80, ${SIX}`, ami]);
  writeFileSync(join(dir, 'etc/default/ufw'), 'IPV6=no\nDEFAULT_INPUT_POLICY="DROP"\n');
  assert.equal(said(dir, {}), [`medium tcp [::]:80, ${SIX}`]);
  writeFileSync(join(dir, 'etc/ufw/ufw.conf'), 'ENABLED=no\n');
  assert.is(auditHost({ root: dir, run }).unread.length, 1);
});

test.run();
