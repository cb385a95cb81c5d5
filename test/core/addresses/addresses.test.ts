import * as fc from 'fast-check';
import * as assert from 'uvu/assert';
import { formatAddress, parseAddress } from '../../../src/core/addresses/address.ts';
import { kilometres } from '../../../src/core/addresses/distance.ts';
import { contains, formatNetwork, isInHouse, parseNetwork, surroundings } from '../../../src/core/addresses/network.ts';
import { countOf, includes, pack, readLine } from '../../../src/core/addresses/ranges.ts';
import { suite } from '../../support/suite.ts';

const test = suite('addresses');

/** An address, and the one way to write it; null for what is none. */
const ADDRESSES: [text: string, plain: string | null][] = [
  ['203.0.113.7', '203.0.113.7'],
  ['0.0.0.0', '0.0.0.0'],
  ['255.255.255.255', '255.255.255.255'],
  ['::ffff:203.0.113.7', '203.0.113.7'],
  ['::FFFF:CB00:7107', '203.0.113.7'],
  ['64:ff9b::203.0.113.7', '64:ff9b::cb00:7107'],
  ['2001:DB8:0:0:1:0:0:1', '2001:db8::1:0:0:1'],
  ['2001:0db8:0000:0000:0000:0000:0000:0001', '2001:db8::1'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2:3:4:5:6'],
  ['2001:db8:0:2:3:4:5:6', '2001:db8:0:2:3:4:5:6'],
  ['a:0:0:b:0:0:0:c', 'a:0:0:b::c'],
  ['::', '::'],
  ['::1', '::1'],
  ['1::', '1::'],
  ['[2001:db8::1]', '2001:db8::1'],
  ['fe80::1%eth0', 'fe80::1'],
  ...[
    '',
    ' ',
    '203.0.113',
    '203.0.113.256',
    '203.0.113.07',
    '0x7f.0.0.1',
    '1.2.3.4.5',
    '203.0.113.7:5060',
    '2001:db8::1::2',
    '1:2:3:4:5:6:7',
    '1:2:3:4:5:6:7:8:9',
    '1:2:3:4:5:6:7::8:9',
    '2001:db8::12345',
    '::1.2.3',
    'fe80::1%<script>',
    "'; DROP TABLE calls; --",
    'unknown',
    `${'1'.repeat(5_000)}.1.1.1`,
    '\u0661.1.1.1',
  ].map((text): [string, null] => [text, null]),
];

test('addresses are read and written in one way', () => {
  for (const [text, plain] of ADDRESSES) {
    const address = parseAddress(text);
    assert.is(address && formatAddress(address), plain, text.slice(0, 60));
  }
});

const someAddress = fc.oneof(fc.ipV4(), fc.ipV6());

test('whatever is an address is the same after it was written', () => {
  fc.assert(
    fc.property(someAddress, (text) => {
      const address = parseAddress(text);
      assert.ok(address, text);
      assert.equal(parseAddress(formatAddress(address)), address);
      assert.ok(contains(surroundings(address), address));
    }),
  );
});

test('networks', () => {
  const plain = (text: string) => {
    const network = parseNetwork(text);
    return network && formatNetwork(network);
  };
  const read = ['10.1.2.3/8', '0.0.0.0/0', '203.0.113.7', '203.0.113.7/32', '2001:db8::1/32', '::/0', ' 10.0.0.0/8 '];
  assert.equal(read.map(plain), [
    '10.0.0.0/8',
    '0.0.0.0/0',
    '203.0.113.7',
    '203.0.113.7',
    '2001:db8::/32',
    '::/0',
    '10.0.0.0/8',
  ]);
  for (const text of ['10.0.0.0/33', '10.0.0.0/-1', '10.0.0.0/', '10.0.0.0/8/8', '2001:db8::/129', '/8', 'all'])
    assert.is(parseNetwork(text), null, text);
  const holds = (network: string, address: string) => contains(parseNetwork(network)!, parseAddress(address)!);
  assert.ok(holds('203.0.113.0/25', '203.0.113.127'));
  assert.not(holds('203.0.113.0/25', '203.0.113.128'));
  assert.not(holds('::/0', '203.0.113.1'), 'all of IPv6 is none of IPv4');
});

test('what an extension is remembered by', () => {
  const around = (text: string) => formatNetwork(surroundings(parseAddress(text)!));
  assert.equal(['203.0.113.7', '2001:db8:1:2::3'].map(around), ['203.0.113.0/24', '2001:db8:1::/48']);
  const inside = [
    '10.9.9.9',
    '172.31.0.1',
    '192.168.1.1',
    '127.0.0.1',
    '100.64.0.1',
    '169.254.1.1',
    '::1',
    'fd00::1',
    'fe80::1',
  ];
  assert.equal(
    inside.filter((text) => !isInHouse(parseAddress(text)!)),
    [],
  );
  const outside = ['172.32.0.1', '8.8.8.8', '100.128.0.1', '2001:db8::1', '::ffff:8.8.8.8'];
  assert.equal(
    outside.filter((text) => isInHouse(parseAddress(text)!)),
    [],
  );
});

test('lines of lists: plain, CIDR, ranges, comments of FireHOL and Spamhaus', () => {
  const lines = [
    '203.0.113.7',
    '1.10.16.0/20 ; SBL256894\r',
    '# FireHOL',
    '',
    '\r',
    '198.51.100.1 - 198.51.100.9 # hotel',
    '2001:db8::/32',
  ];
  const kinds = lines.map((line) => {
    const range = readLine(line);
    return range && `${formatAddress(range.from)} ${formatAddress(range.to)}`;
  });
  assert.equal(kinds, [
    '203.0.113.7 203.0.113.7',
    '1.10.16.0 1.10.31.255',
    null,
    null,
    null,
    '198.51.100.1 198.51.100.9',
    '2001:db8:: 2001:db8:ffff:ffff:ffff:ffff:ffff:ffff',
  ]);
  for (const bad of [
    '<html>',
    '198.51.100.9-198.51.100.1',
    '1.2.3.4-1.2.3.5-1.2.3.6',
    '1.2.3.4-::1',
    'example.org',
    '1.2.3.4 deny',
  ])
    assert.is(readLine(bad), undefined, bad);
});

test('a packed list holds exactly the addresses of its entries', () => {
  const small = fc.record({ from: fc.nat(400), size: fc.nat(30) });
  const at = (n: number) => parseAddress(`203.0.${Math.floor(n / 256)}.${n % 256}`)!;
  fc.assert(
    fc.property(fc.array(small), (entries) => {
      const packed = pack(entries.map(({ from, size }) => ({ from: at(from), to: at(from + size) })));
      const inside = (n: number) => entries.some(({ from, size }) => n >= from && n <= from + size);
      for (let n = 0; n < 450; n++) assert.is(includes(packed, at(n)), inside(n), `${n}`);
      let ranges = 0;
      for (let n = 0; n < 450; n++) if (inside(n) && !inside(n - 1)) ranges++;
      assert.is(countOf(packed), ranges, 'ranges that touch are one');
    }),
  );
});

test('the ends of the numbers are no trouble', () => {
  const all = pack([parseNetwork('::/0')!, parseNetwork('ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff')!]);
  assert.is(countOf(all), 1);
  assert.ok(includes(all, parseAddress('ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff')!));
  assert.not(includes(pack([]), parseAddress('::')!));
});

test('a list of IPv6 denies no IPv4, though its bytes stand in the midst of it', () => {
  const held = (entries: string[]) => {
    const packed = pack(entries.map((text) => readLine(text)!));
    return ['203.0.113.1', '198.51.100.1', '64:ff9b::1', '2001:db8::1'].filter((text) =>
      includes(packed, parseAddress(text)!),
    );
  };
  assert.equal(held(['::/8']), ['64:ff9b::1']);
  assert.equal(held(['::/0']), ['64:ff9b::1', '2001:db8::1']);
  assert.equal(held(['::1-64:ff9b::5', '203.0.113.0/24']), ['203.0.113.1', '64:ff9b::1']);
  assert.equal(held(['0.0.0.0/0']), ['203.0.113.1', '198.51.100.1']);
});

test('countries: neighbours are near, others as far as their nearest places', () => {
  const km = (pair: string) => kilometres(...(pair.split(' ') as [string, string]));
  for (const near of ['DE FR', 'US CA', 'DE PL', 'US MX', 'DE GB', 'ES PT', 'RU FI', 'DE DE'])
    assert.ok(km(near)! < 1_000, near);
  for (const far of ['DE PS', 'DE EG', 'GB RO', 'US CU', 'AU NZ', 'DE ZA', 'FR DZ']) assert.ok(km(far)! > 1_000, far);
  assert.is(km('DE XX'), null);
  assert.is(km('DE constructor'), null);
  assert.is(km('PS DE'), km('DE PS'));
});

test.run();
