import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as assert from 'uvu/assert';
import { createCountries } from '../../src/geo/countries.ts';
import { openCountryFile } from '../../src/geo/country-file.ts';
import { country, mmdb } from '../support/mmdb.ts';
import { suite } from '../support/suite.ts';

const test = suite<{ dir: string; file: string }>('country file');
test.before.each((t) => {
  t.dir = mkdtempSync(join(tmpdir(), 'dw-geo-'));
  t.file = join(t.dir, 'test.mmdb');
});
test.after.each(({ dir }) => rmSync(dir, { recursive: true }));

const SOUND = mmdb({
  '1.0.0.0/8': country('AU'),
  '5.1.0.0/16': { registered_country: { iso_code: 'NL' } },
  '203.0.113.0/24': country('DE'),
  '203.0.113.128/25': { country_code: 'fr' },
  '2a00:1450::/32': { country: 'IE' },
  '9.0.0.0/8': { continent: { code: 'NA' } },
});

test('addresses of both families are found, by the narrowest network and in the words of several providers', ({
  file,
}) => {
  writeFileSync(file, SOUND);
  const { countryOf, type, built } = openCountryFile(file);
  const asked = [
    '1.2.3.4',
    '5.1.2.3',
    '203.0.113.7',
    '203.0.113.200',
    '2a00:1450::1',
    '9.9.9.9',
    '8.8.8.8',
    'no address',
  ];
  assert.equal(asked.map(countryOf), ['AU', 'NL', 'DE', 'FR', 'IE', null, null, null]);
  assert.equal([type, built], ['Test-Country', 1_795_000_000_000]);
});

const refused = (file: string, bytes: Buffer | null, why: RegExp) => {
  if (bytes) writeFileSync(file, bytes);
  assert.throws(
    () => openCountryFile(file),
    (error: Error) => why.test(error.message) && error.message.startsWith(file) && !error.message.includes('\n'),
  );
};

test('a file that is missing, empty, cut off, random or without countries is refused in one line', ({ file }) => {
  refused(file, null, /cannot be read \(ENOENT\)/);
  refused(file, Buffer.alloc(0), /cannot be read \(empty\)/);
  for (let length = 1; length < SOUND.length; length += 37)
    refused(file, SOUND.subarray(0, length), /MaxMind's format/);
  refused(file, SOUND.subarray(200), /MaxMind's format/);
  refused(file, mmdb({ '9.0.0.0/8': { autonomous_system_number: 714 } }), /tells no countries/);
  refused(file, Buffer.from('<html>Please sign in</html>'), /something else/);
  const noise = Buffer.from(Array.from({ length: 4_096 }, (_, i) => Math.imul(i + 1, 2_654_435_761) >>> 24));
  refused(file, noise, /MaxMind's format/);
  refused(file, Buffer.concat([noise, SOUND.subarray(SOUND.indexOf('MaxMind.com') - 3)]), /MaxMind's format/);
});

test('a file with damaged records answers or knows nothing, and never throws', ({ file }) => {
  let answered = 0;
  for (let at = 0; at < SOUND.length; at += 11) {
    const bytes = Buffer.from(SOUND);
    bytes[at]! ^= 0xff;
    writeFileSync(file, bytes);
    try {
      const { countryOf } = openCountryFile(file);
      for (let i = 0; i < 256; i++) assert.match(countryOf(`${i}.0.113.7`) ?? 'DE', /^[A-Z]{2}$/);
      answered++;
    } catch (error) {
      assert.match((error as Error).message, /MaxMind's format/);
    }
  }
  assert.ok(answered > 0);
});

test('pointers to pointers cost no more than the file is long', ({ file }) => {
  const bomb = Buffer.from(SOUND);
  const data = bomb.indexOf(Buffer.from('\xe1\x47country', 'latin1'));
  // A map whose one value is a pointer to the map itself.
  bomb.set([0xe1, 0x41, 0x61, 0x20, 0x00], data);
  writeFileSync(file, bomb);
  try {
    assert.is(openCountryFile(file).countryOf('1.2.3.4'), null);
  } catch (error) {
    assert.match((error as Error).message, /MaxMind's format/);
  }
});

test('the guard takes a new file over, and goes on without one that is broken', ({ file }) => {
  const said: [string, string][] = [];
  const log = {
    info: (event: string) => void said.push(['info', event]),
    error: (_event: string, fields: object) => void said.push(['error', JSON.stringify(fields)]),
  };
  writeFileSync(file, SOUND);
  const countries = createCountries({ geo: { file } }, log);
  assert.is(countries.countryOf('203.0.113.7'), 'DE');
  writeFileSync(file, SOUND.subarray(0, 100));
  countries.reload({ geo: { file } });
  assert.is(countries.countryOf('203.0.113.7'), null);
  writeFileSync(file, mmdb({ '203.0.113.0/24': country('AT') }));
  countries.reload({ geo: { file } });
  countries.reload({ geo: { file: null } });
  assert.is(countries.countryOf('203.0.113.7'), null);
  assert.equal(
    said.map(([level]) => level),
    ['info', 'error', 'info'],
  );
  assert.match(said[1]![1], /cut off/);
});

test.run();
