import type { Sound } from './sounds-wave.ts';

/** Telephone sampling (ITU-T G.711). */
export const RATE = 8000;
/** Half-power points of the filter, in Hz: flat over the telephone band of 300 to 3400 Hz, closed at half the rate. */
const LOW = 240;
const HIGH = 3700;
/** Half the filter's length, in seconds. */
const HALF = 0.02;

/** Active speech level in dB below full scale; above the usual -26 of ITU-T P.56, since prompts are heard in offices. */
export const LEVEL = -20;
/** No sample passes this, in dB below full scale. */
export const PEAK = -3.2;
/** Frames this far below the loudest one are silence, in dB; above the second bound they count for the level. */
const QUIET = 40;
const ACTIVE = 25;
/** Milliseconds of silence before and after, of which the inner ones fade out: weak consonants reach into them. */
const PAUSE = 50;
const FADE = 20;
/** Samples of a frame by which sound is measured: 10 ms. */
const FRAME = RATE / 100;

const decibel = (db: number): number => 10 ** (db / 20);
const sinc = (x: number): number => (x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x));

/** The filter's response `t` seconds from its middle: a band pass under a Blackman window. */
function response(t: number): number {
  const x = (Math.PI * t) / HALF;
  const window = Math.abs(t) >= HALF ? 0 : 0.42 + 0.5 * Math.cos(x) + 0.08 * Math.cos(2 * x);
  return window * (2 * HIGH * sinc(2 * HIGH * t) - 2 * LOW * sinc(2 * LOW * t));
}

/** Resamples to 8 kHz and keeps the telephone band. */
export function telephoneBand({ rate, samples }: Sound): Sound {
  const reach = Math.ceil(HALF * rate);
  const length = Math.floor((samples.length * RATE) / rate);
  // Taps depend on the fraction of a sample only; of these there are few.
  const phases = new Map<number, Float64Array>();
  const taps = (fraction: number): Float64Array => {
    const known = phases.get(fraction);
    if (known) return known;
    const made = Float64Array.from({ length: 2 * reach + 2 }, (_, k) => response((k - reach - fraction) / rate) / rate);
    phases.set(fraction, made);
    return made;
  };
  const out = Float64Array.from({ length }, (_, n) => {
    const middle = Math.floor((n * rate) / RATE);
    return taps(((n * rate) % RATE) / RATE).reduce((sum, tap, k) => sum + tap * (samples[middle + k - reach] ?? 0), 0);
  });
  return { rate: RATE, samples: out };
}

/** Root mean square of each 10 ms. */
function frames(samples: Float64Array): number[] {
  return Array.from({ length: Math.floor(samples.length / FRAME) }, (_, i) => {
    const frame = samples.subarray(i * FRAME, (i + 1) * FRAME);
    return Math.sqrt(frame.reduce((sum, x) => sum + x * x, 0) / FRAME);
  });
}

/** What can be said of a prompt by measuring; levels in dB below full scale. */
export interface Measure {
  seconds: number;
  /** Of the frames that are speech. */
  level: number;
  peak: number;
  /** Milliseconds before and after the speech. */
  before: number;
  after: number;
}

export function measure({ rate, samples }: Sound): Measure {
  const all = frames(samples);
  const most = Math.max(...all);
  const floor = most * decibel(-QUIET);
  const loud = all.filter((x) => x > most * decibel(-ACTIVE));
  const level = Math.sqrt(loud.reduce((sum, x) => sum + x * x, 0) / loud.length);
  return {
    seconds: samples.length / rate,
    level: 20 * Math.log10(level),
    peak: 20 * Math.log10(samples.reduce((most, x) => Math.max(most, Math.abs(x)), 0)),
    before: all.findIndex((x) => x > floor) * 10,
    after: (all.length - 1 - all.findLastIndex((x) => x > floor)) * 10,
  };
}

/** Cuts what is silent at both ends and leaves a short pause with a soft edge. */
function trim({ rate, samples }: Sound): Sound {
  const all = frames(samples);
  const floor = Math.max(...all) * decibel(-QUIET);
  const pause = (PAUSE / 1000) * rate;
  const first = all.findIndex((x) => x > floor) * FRAME;
  const last = (all.findLastIndex((x) => x > floor) + 1) * FRAME;
  const out = new Float64Array(last - first + 2 * pause);
  const fade = (FADE / 1000) * rate;
  for (let i = -fade; i < last - first + fade; i++) {
    const edge = Math.min(1, (i + fade) / fade, (last - first + fade - i) / fade);
    out[i + pause] = (samples[first + i] ?? 0) * edge;
  }
  return { rate, samples: out };
}

/** Brings speech to LEVEL, in three rounds, since what is held under PEAK loses a little of it. */
function leveled(sound: Sound): Sound {
  let { samples } = sound;
  for (let round = 0; round < 3; round++) {
    const gain = decibel(LEVEL - measure({ ...sound, samples }).level);
    samples = limited(samples.map((x) => x * gain));
  }
  return { ...sound, samples };
}

/** Turns the gain down smoothly around peaks: 5 ms ahead of them and behind. */
function limited(samples: Float64Array): Float64Array {
  const most = decibel(PEAK);
  const reach = RATE / 200;
  const needed = samples.map((x) => Math.min(1, most / Math.abs(x)));
  if (needed.every((gain) => gain === 1)) return samples;
  const least = needed.map((_, i) => Math.min(...needed.subarray(Math.max(0, i - reach), i + reach + 1)));
  return samples.map((x, i) => {
    const around = least.subarray(Math.max(0, i - reach), i + reach + 1);
    return x * (around.reduce((sum, gain) => sum + gain, 0) / around.length);
  });
}

/** A synthesiser's sound as a prompt: 8 kHz, telephone band, one level, 50 ms of silence at both ends. */
export const prompt = (sound: Sound): Sound => leveled(trim(telephoneBand(sound)));
