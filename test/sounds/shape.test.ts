import * as assert from 'uvu/assert';
import { LEVEL, measure, prompt, RATE, telephoneBand } from '../../src/derive/sounds-shape.ts';
import { readWave, type Sound, writeWave } from '../../src/derive/sounds-wave.ts';
import { suite } from '../support/suite.ts';

const test = suite('prompts from raw speech');

/** A sine wave; `amplitude` may change with time. */
const sine = (rate: number, hertz: number, seconds: number, amplitude: (t: number) => number): Sound => ({
  rate,
  samples: Float64Array.from({ length: rate * seconds }, (_, i) => {
    return amplitude(i / rate) * Math.sin((2 * Math.PI * hertz * i) / rate);
  }),
});
const middle = ({ samples }: Sound) => samples.subarray(samples.length * 0.25, samples.length * 0.75);
const gain = (rate: number, hertz: number) => {
  const out = middle(telephoneBand(sine(rate, hertz, 0.5, () => 0.5)));
  return 20 * Math.log10(Math.max(...out.map(Math.abs)) / 0.5);
};

test('the telephone band passes flat, the rest does not', () => {
  for (const rate of [16_000, 22_050, 8000]) {
    for (const hertz of [300, 440, 1000, 2700, 3390])
      assert.ok(Math.abs(gain(rate, hertz)) < 1.5, `${rate} ${hertz}: ${gain(rate, hertz)} dB`);
    assert.ok(gain(rate, 60) < -40, `${rate}: hum, ${gain(rate, 60)} dB`);
  }
  for (const hertz of [4200, 5000, 7500]) assert.ok(gain(16_000, hertz) < -40, `${hertz}: ${gain(16_000, hertz)} dB`);
});

test('loud and quiet speech come to one level, with one pause at both ends', () => {
  for (const amplitude of [0.01, 0.2, 0.999]) {
    const raw = sine(16_000, 600, 1, (t) => (t > 0.3 && t < 0.7 ? amplitude * (0.4 + 0.6 * Math.sin(9 * t) ** 2) : 0));
    const { level, peak, before, after, seconds } = measure(prompt(raw));
    assert.ok(Math.abs(level - LEVEL) < 0.5, `level ${level}`);
    assert.ok(peak <= -3, `peak ${peak}`);
    assert.ok(before >= 30 && before <= 80 && after >= 30 && after <= 80, `${before} ${after}`);
    assert.ok(Math.abs(seconds - 0.5) < 0.05, `${seconds} s`);
  }
});

test('a click in quiet speech is held down, not clipped', () => {
  const raw = sine(16_000, 600, 1, (t) => (t > 0.5 && t < 0.503 ? 0.99 : 0.05));
  const { peak, level } = measure(prompt(raw));
  assert.ok(peak <= -3, `peak ${peak}`);
  assert.ok(Math.abs(level - LEVEL) < 3, `level ${level}`);
});

test('a wave file is read back as it was written', () => {
  const sound = sine(RATE, 440, 0.1, () => 0.7);
  const again = readWave(writeWave(sound));
  assert.is(again.rate, RATE);
  assert.is(again.samples.length, sound.samples.length);
  again.samples.forEach((x, i) => {
    assert.ok(Math.abs(x - sound.samples[i]!) <= 1 / 65_536);
  });
});

test('what is no wave file of one channel is told', () => {
  assert.throws(() => readWave(Buffer.from('ID3 and so on, long enough to look')), /no RIFF wave/);
  const stereo = writeWave(sine(RATE, 440, 0.1, () => 0.5));
  stereo.writeUInt16LE(2, 22);
  assert.throws(() => readWave(stereo), /2 channels/);
  assert.throws(() => readWave(stereo.subarray(0, 36)), /2 channels|no sound/);
});

test.run();
