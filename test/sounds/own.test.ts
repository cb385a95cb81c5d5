import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as assert from 'uvu/assert';
import { readConfig } from '../../src/config/load.ts';
import { findSounds } from '../../src/config/sounds.ts';
import { suite } from '../support/suite.ts';

const test = suite<{ dir: string }>('own recordings');

test.before.each((ctx) => {
  ctx.dir = mkdtempSync(join(tmpdir(), 'dialwarden-sounds-'));
});
test.after.each(({ dir }) => rmSync(dir, { recursive: true }));

function record(dir: string, language: string, file: string): string {
  const path = join(dir, language, `${file}.wav`);
  mkdirSync(join(path, '..'), { recursive: true });
  writeFileSync(path, 'RIFF');
  return path;
}

test('a recording takes the place of one file; the others stay', ({ dir }) => {
  const path = record(dir, 'en', 'say/to-go-on');
  const packaged = findSounds(null, 'en');
  const { sounds } = readConfig(`[warning]\nsounds = ${JSON.stringify(dir)}\n`, null, {}).settings;
  assert.is(sounds!.get('say/to-go-on'), path);
  assert.is(sounds!.get('say/plus'), packaged.get('say/plus'));
  assert.is(sounds!.size, packaged.size);
});

test('a language that only the owner has', ({ dir }) => {
  record(dir, 'tlh', 'digits/7');
  assert.equal([...findSounds(dir, 'tlh').keys()], ['digits/7']);
  assert.is(findSounds(null, 'tlh').size, 0);
});

test('a folder without the language is an error of the configuration', ({ dir }) => {
  const read = () => readConfig(`[warning]\nsounds = ${JSON.stringify(dir)}\n`, 'x.toml', {});
  assert.throws(read, /sounds.*must be a folder with a folder "en"/);
  assert.throws(() => readConfig('[warning]\nsounds = "/nowhere"\n', 'x.toml', {}), /must be a folder/);
});

test.run();
