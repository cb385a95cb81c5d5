import * as assert from 'uvu/assert';
import type { Knock } from '../../src/core/intrusion/knock.ts';
import { addressTest, ownerOf, plainAddress } from '../../src/guard/addresses.ts';
import { createIntrusions } from '../../src/guard/intrusion.ts';
import type { Probe, Scan } from '../../src/guard/port-scans.ts';
import type { Report } from '../../src/guard/ports.ts';
import { policy, TUESDAY } from '../support/facts.ts';
import { suite } from '../support/suite.ts';

const test = suite('attacks on the PBX', { timeout: 30_000 });

interface Line {
  event: string;
  fields: Record<string, unknown>;
}

function watch({
  exempt = () => false,
  fail = () => false,
}: {
  exempt?: (address: string) => boolean;
  fail?: () => boolean;
} = {}) {
  const lines: Line[] = [];
  const reports: Report[] = [];
  const scans: Scan[] = [];
  const probes: Probe[] = [];
  const write = (event: string, fields: object) => void lines.push({ event, fields: fields as Line['fields'] });
  const intrusions = createIntrusions({
    ledger: { report: async (report) => reports.push(report) },
    book: {
      save(these, those) {
        if (fail()) throw new Error('disk full');
        scans.push(...these);
        probes.push(...those);
      },
    },
    exempt,
    plans: () => [policy().plan],
    log: { info: write, warn: write, error: write },
  });
  const clock = { now: TUESDAY };
  const knock = (more: Partial<Knock> = {}) => {
    clock.now += 1_000;
    intrusions.knock({
      at: clock.now,
      address: '203.0.113.9',
      account: '101',
      what: 'wrong-password',
      service: 'PJSIP',
      userAgent: null,
      digits: null,
      ...more,
    });
  };
  const guess = (address: string, account = '101') => {
    for (let n = 0; n < 5; n++) knock({ address, account });
  };
  return { ...intrusions, knock, guess, lines, reports, scans, probes };
}

const titles = ({ reports }: { reports: Report[] }) => [...new Set(reports.map(({ key }) => key))];
const bans = ({ lines }: { lines: Line[] }) =>
  lines.filter(({ event }) => event === 'intrusion').map(({ fields }) => fields.address);

test('one attack from one address: one line a minute, one incident, also when it changes its ways', async () => {
  const w = watch();
  for (let n = 0; n < 300; n++) {
    w.knock();
    if (n % 10 === 9) await w.flush();
  }
  w.knock({ what: 'accepted' });
  await w.flush();
  assert.ok(w.lines.length <= 7, `${w.lines.length} lines in five minutes`);
  assert.equal(titles(w), ['203.0.113.9']);
  assert.equal(w.reports.map(({ severity }) => severity).at(-1), 'critical');
  assert.match(w.reports.at(-1)!.title, /password of 101 was found by 203\.0\.113\.9/);
  assert.ok(w.reports.length <= 7, `${w.reports.length} reports`);
});

test('every password that was found is told, though within the minute', async () => {
  const w = watch();
  for (const account of ['101', '102']) {
    w.guess('203.0.113.9', account);
    w.knock({ account, what: 'accepted' });
  }
  await w.flush();
  const why = w.reports.filter(({ severity }) => severity === 'critical').map((report) => report.why);
  assert.equal(why, [
    'the right password of 101 after 5 wrong passwords',
    'the right password of 102 after 5 wrong passwords',
  ]);
});

test('a thousand addresses are twenty incidents and one for all the others', async () => {
  const w = watch();
  for (let n = 0; n < 1_000; n++) w.guess(`198.18.${n >> 8}.${n & 255}`, String(n));
  for (let n = 0; n < 10; n++) await w.flush();
  assert.is(titles(w).length, 21);
  assert.is(bans(w).length, 1_000, 'each of them can be banned');
  assert.is(w.scans.length, 1_000);
  const many = w.reports.filter(({ key }) => key === 'many');
  assert.ok(many.every(({ lines = [] }) => lines.length <= 10));
});

test('memory under 100,000 addresses is bounded', () => {
  const w = watch();
  for (let n = 0; n < 100_000; n++)
    w.knock({ address: `198.${18 + (n >> 16)}.${(n >> 8) & 255}.${n & 255}`, what: 'unknown-account' });
  assert.is(w.size(), 10_000);
});

test('addresses left alone are told of, and never as to be banned', async () => {
  const w = watch({ exempt: (address) => address === '198.51.100.7' });
  w.guess('198.51.100.7');
  await w.flush();
  assert.equal(bans(w), []);
  assert.equal([w.lines.length, w.lines[0]!.fields.address, w.lines[0]!.fields.from], [1, undefined, '198.51.100.7']);
  assert.is(w.reports[0]!.evidence!.exempt, 1);
});

test('hostile names are cleaned and cut; what is no address is nobody', async () => {
  const w = watch();
  w.guess('203.0.113.9', `a"\r\n{"event":"intrusion","address":"198.51.100.1"}\u2028\x1b[2J${'x'.repeat(10_000)}`);
  for (const address of ['', 'localhost', '203.0.113.9; reboot', '1.2.3', '<HOST>']) w.guess(address);
  await w.flush();
  assert.equal(bans(w), ['203.0.113.9']);
  const text = JSON.stringify([w.lines, w.reports, w.scans]);
  assert.not.match(text, /\u2028|\\[rnu]|"event":"intrusion","address":"198/);
  assert.ok(text.length < 4_000, `${text.length} characters`);
});

test('numbers that strangers tried are kept, those of honest calls are not', async () => {
  const w = watch();
  w.knock({ what: 'unanswered', address: '203.0.113.1', account: '102', digits: '0033142345678' });
  w.knock({ what: 'accepted', address: '203.0.113.1', account: '102' });
  w.knock({ what: 'unknown-account', account: '900972597562518' });
  w.knock({ what: 'stranger-call', account: null, digits: '00972597562519' });
  await w.flush();
  assert.equal(
    w.probes.map(({ e164 }) => e164),
    ['+972597562518', '+972597562519'],
  );
});

test('what the store could not take is told again', async () => {
  let broken = true;
  const w = watch({ fail: () => broken });
  w.guess('203.0.113.9');
  await w.flush();
  assert.equal(w.reports, []);
  broken = false;
  await w.flush();
  await w.flush();
  assert.equal([w.reports.length, w.scans.length], [1, 1]);
});

test('many addresses that share in guessing one account are one incident about the account', async () => {
  const w = watch();
  for (let n = 0; n < 20; n++) w.knock({ address: `203.0.113.${n % 10}` });
  await w.flush();
  assert.equal(titles(w), ['account 101']);
  assert.equal(bans(w), []);
});

test('addresses: one customer of IPv6 is one, mapped IPv4 is IPv4, networks are matched', () => {
  assert.equal(['::ffff:203.0.113.9', '[2001:DB8::1]', 'fe80::1%eth0', '203.0.113.999'].map(plainAddress), [
    '203.0.113.9',
    '2001:db8::1',
    'fe80::1',
    null,
  ]);
  assert.equal(['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::9', '2001:db8::1', '203.0.113.9'].map(ownerOf), [
    '2001:db8:1:2::/64',
    '2001:db8:1:2::/64',
    '2001:db8:0:0::/64',
    '203.0.113.9',
  ]);
  const bad: string[] = [];
  const is = addressTest(
    [
      '10.0.0.0/8',
      '203.0.113.0/255.255.255.0',
      '2001:db8::/32',
      '::1',
      '1.2.3.4/33',
      'trunk.example',
      '1.2.3.4/255.0.255.0',
    ],
    (entry) => bad.push(entry),
  );
  assert.equal(['10.9.8.7', '203.0.113.200', '2001:db8:5::1', '::1'].map(is), [true, true, true, true]);
  assert.equal(['11.0.0.1', '203.0.114.1', '2001:db9::1', 'nonsense'].map(is), [false, false, false, false]);
  assert.equal(bad, ['1.2.3.4/33', 'trunk.example', '1.2.3.4/255.0.255.0']);
});

test.run();
