import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as assert from 'uvu/assert';
import { readDeck } from '../../src/cli/deck-file.ts';
import { readConfig } from '../../src/config/load.ts';
import { isEmergency } from '../../src/core/numbering/emergency.ts';
import { readDialled } from '../../src/core/numbering/read.ts';
import type { SitePlan } from '../../src/core/numbering/reading.ts';
import { readTrunkDigits } from '../../src/core/numbering/trunk.ts';
import { readHeader, readRow } from '../../src/core/risk/deck.ts';
import { frameReader } from '../../src/pbx/freeswitch/frames.ts';
import { commandWire } from '../../src/pbx/freeswitch/wire.ts';
import { suite } from '../support/suite.ts';

interface Dialled {
  name: string;
  country: string | null;
  outsideLine?: string;
  digits: string;
}
interface Found {
  malformed: Dialled[];
  noEmergency: Dialled[];
  noNumber: Dialled[];
  frames: { name: string; bytes: string }[];
  deckRows: { name: string; header: string; row: string }[];
  deckFiles: { name: string; text: string; lines: number }[];
  config: { name: string; text: string }[];
}

const test = suite('what fuzzing found');
const found: Found = JSON.parse(readFileSync(new URL('../vectors/fuzz.json', import.meta.url), 'utf8'));
const site = ({ country, outsideLine }: Dialled): SitePlan => ({
  country,
  outsideLine: outsideLine ?? null,
  areaCode: null,
  internal: [],
  emergency: [],
});

for (const one of found.malformed)
  test(one.name, () => {
    assert.is(readTrunkDigits(one.digits, null, site(one)).kind, 'malformed');
    assert.not(isEmergency(one.digits, site(one)));
  });

for (const one of found.noEmergency)
  test(one.name, () => {
    assert.not(isEmergency(one.digits, site(one)));
    assert.is.not(readDialled(one.digits, site(one)).kind, 'emergency');
  });

for (const one of found.noNumber)
  test(one.name, () => {
    const reading = readTrunkDigits(one.digits, null, site(one));
    assert.ok(!('e164' in reading) || reading.e164 !== '+55');
  });

for (const { name, bytes } of found.frames)
  test(name, async () => {
    const wire = commandWire(
      () => undefined,
      () => undefined,
    );
    const reply = wire.send('connect');
    frameReader(wire.feed)(Buffer.from(bytes));
    assert.is((await reply).body, '');
  });

for (const { name, header, row } of found.deckRows)
  test(name, () => {
    const columns = readHeader(header.split(','));
    assert.ok('columns' in columns && 'error' in readRow(row.split(','), columns.columns, 2));
  });

for (const { name, text, lines } of found.deckFiles)
  test(name, () => {
    const folder = mkdtempSync(join(tmpdir(), 'dw-deck-'));
    const file = join(folder, 'deck.csv');
    writeFileSync(file, text);
    assert.throws(
      () => readDeck(file),
      ({ message }: Error) => message.split('\n').length === lines && !/\p{Cf}|(?!\n)\p{Cc}/u.test(message),
    );
    rmSync(folder, { recursive: true });
  });

for (const { name, text } of found.config)
  test(name, () =>
    assert.throws(
      () => readConfig(text, 'dialwarden.toml', {}),
      (e: Error) => !/\p{Cc}/u.test(e.message),
    ),
  );

test.run();
