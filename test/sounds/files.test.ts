import { readdirSync, readFileSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import * as assert from 'uvu/assert';
import { findSounds } from '../../src/config/sounds.ts';
import { LEVEL, measure, RATE } from '../../src/derive/sounds-shape.ts';
import { regions, type SpeechTable, texts } from '../../src/derive/sounds-table.ts';
import { readWave } from '../../src/derive/sounds-wave.ts';
import { speechFiles } from '../../src/guard/speech.ts';
import { suite } from '../support/suite.ts';

const SOUNDS = fileURLToPath(new URL('../../dialplan/sounds', import.meta.url));
const LANGUAGE = 'en';
const MEGABYTE = 1_000_000;

const sounds = findSounds(null, LANGUAGE);
const table = JSON.parse(readFileSync(`${SOUNDS}/${LANGUAGE}.json`, 'utf8')) as SpeechTable;
const read = (path: string) => readWave(readFileSync(path));

const test = suite('voice files');

test('every file that a prompt can ask for is there, and no other', () => {
  const asked = speechFiles(regions());
  assert.ok(regions().length > 240, 'all countries');
  assert.equal([...sounds.keys()].sort(), [...asked].sort());
  assert.equal([...texts(table, LANGUAGE).keys()].sort(), [...asked].sort());
  const folder = readdirSync(`${SOUNDS}/${LANGUAGE}`, { recursive: true, encoding: 'utf8' });
  assert.is(folder.filter((file) => file.includes('.')).length, asked.length);
});

test('both PBXs play them: 8 kHz, 16-bit PCM, one channel', () => {
  for (const [file, path] of sounds) assert.is(read(path).rate, RATE, file);
});

test('one level, no clipping, short silence at both ends', () => {
  for (const [file, path] of sounds) {
    const { level, peak, before, after } = measure(read(path));
    assert.ok(Math.abs(level - LEVEL) <= 1, `${file}: level ${level}`);
    assert.ok(peak <= -3, `${file}: peak ${peak}`);
    assert.ok(before >= 30 && before <= 80 && after >= 30 && after <= 80, `${file}: silence ${before}, ${after}`);
  }
});

test('each lasts as long as its text takes to say', () => {
  for (const [file, text] of texts(table, LANGUAGE)) {
    const { seconds } = measure(read(sounds.get(file)!));
    const letters = text.replace(/[^\p{L}]/gu, '').length;
    assert.ok(seconds > 0.15 + 0.04 * letters && seconds < 0.5 + 0.11 * letters, `${file}: ${seconds} s for "${text}"`);
  }
});

/** The share of energy between two frequencies, by a discrete Fourier transform of 512 samples at a time. */
function share(samples: Float64Array, from: number, to: number): number {
  const size = 512;
  let [inside, all] = [0, 0];
  for (let at = 0; at + size <= samples.length; at += size)
    for (let bin = 1; bin < size / 2; bin++) {
      let [re, im] = [0, 0];
      for (let i = 0; i < size; i++) {
        const hann = 0.5 - 0.5 * Math.cos((2 * Math.PI * i) / size);
        re += samples[at + i]! * hann * Math.cos((2 * Math.PI * bin * i) / size);
        im += samples[at + i]! * hann * Math.sin((2 * Math.PI * bin * i) / size);
      }
      const power = re * re + im * im;
      const hertz = (bin * RATE) / size;
      all += power;
      if (hertz >= from && hertz <= to) inside += power;
    }
  return inside / all;
}

test('the sound lies in the telephone band', () => {
  for (const file of ['say/to-go-on', 'digits/6', 'region/SO']) {
    const { samples } = read(sounds.get(file)!);
    assert.ok(share(samples, 200, 3700) > 0.97, `${file}: ${share(samples, 200, 3700)}`);
    assert.ok(share(samples, 300, 3400) > 0.6, `${file}: ${share(samples, 300, 3400)}`);
  }
});

test('different names sound different', () => {
  const bodies = new Set([...sounds.values()].map((path) => readFileSync(path).toString('base64')));
  assert.is(bodies.size, sounds.size);
});

test('a few megabytes in all', () => {
  const bytes = [...sounds.values()].reduce((sum, path) => sum + statSync(path).size, 0);
  assert.ok(bytes < 6 * MEGABYTE, `${bytes} bytes`);
});

test.run();
