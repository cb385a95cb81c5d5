import { randomInt } from 'node:crypto';
import { Worker } from 'node:worker_threads';
import { createRandom, type Random } from '../detection/random.ts';

// One fuzzer for all parsers. A run is named by its seed, a case by its number. The suite runs a fixed seed and number of cases;
//   DIALWARDEN_FUZZ=long     random seed, DIALWARDEN_FUZZ_S seconds a parser (default 300)
//   DIALWARDEN_FUZZ=SEED:N   case N of that seed alone, as a failure names it

/** Makes one hostile or honest input of what the parser takes. */
export type Make<T> = (random: Random) => T;

const SUITE_SEED = 7;
/** A case that is not over by then hangs: the honest ones take microseconds. */
const HANG_MS = 20_000;
const SHOWN = 2_000;

const mode = process.env.DIALWARDEN_FUZZ ?? '';
const LONG = mode === 'long';
const SECONDS = Number(process.env.DIALWARDEN_FUZZ_S ?? 300);
const [onlySeed, onlyCase] = /^\d+:\d+$/.test(mode) ? mode.split(':').map(Number) : [];

/** Milliseconds a test with a fuzzer in it may take. */
export const PATIENCE = LONG ? (SECONDS + 120) * 1000 : 220_000;

const caseOf = (seed: number, number: number): Random => createRandom(Math.imul(seed, 0x9e3779b1) ^ number);

function shown(input: unknown): string {
  const text = JSON.stringify(input, (_key, value) =>
    value?.type === 'Buffer' ? Buffer.from(value.data).toString('latin1') : value,
  );
  return text.length > SHOWN ? `${text.slice(0, SHOWN)}... (${text.length} characters)` : text;
}

/** Kills a process that works on one case for too long, and says on which: a hang cannot be told from within. */
function hangWatch(name: string, seed: number): { at: (number: number) => void; end: () => Promise<unknown> } {
  const shared = new Int32Array(new SharedArrayBuffer(4));
  const program = `const { workerData: w } = require('node:worker_threads');
    let last = -1;
    setInterval(() => {
      const now = Atomics.load(w.shared, 0);
      if (now === last) {
        require('node:fs').writeSync(2, w.name + ' hangs: DIALWARDEN_FUZZ=' + w.seed + ':' + now + '\\n');
        process.kill(process.pid, 'SIGKILL');
      }
      last = now;
    }, ${HANG_MS});`;
  const worker = new Worker(program, { eval: true, workerData: { shared, name, seed }, execArgv: [] });
  worker.unref();
  return { at: (number) => Atomics.store(shared, 0, number), end: () => worker.terminate() };
}

/** Runs `check` on made inputs; rejects with the seed, the number of the case and its input once it throws. */
export async function fuzz<T>(
  name: string,
  cases: number,
  make: Make<T>,
  check: (input: T, random: Random) => void | Promise<void>,
): Promise<void> {
  const seed = onlySeed ?? (LONG ? randomInt(2 ** 31) : SUITE_SEED);
  const end = LONG ? Date.now() + SECONDS * 1000 : Number.POSITIVE_INFINITY;
  const first = onlyCase ?? 0;
  const last = onlyCase === undefined ? (LONG ? 2 ** 31 - 1 : cases) : onlyCase + 1;
  const watch = hangWatch(name, seed);
  let number = first;
  try {
    for (; number < last && (number % 256 > 0 || Date.now() < end); number++) {
      watch.at(number);
      const random = caseOf(seed, number);
      const input = make(random);
      try {
        const pending = check(input, random);
        if (pending) await pending;
      } catch (error) {
        throw new Error(`${name}: DIALWARDEN_FUZZ=${seed}:${number} ${(error as Error).stack}\ninput: ${shown(input)}`);
      }
    }
  } finally {
    await watch.end();
  }
  console.log(`  ${name}: ${number - first} cases, seed ${seed}`);
}

/** Characters that parsers trip over: ends of lines and strings, quotes, separators, other scripts' digits, half characters. */
const ODD = [
  ...'\0\t\n\v\f\r\x1b\x7f"\'\\,;:=|&$%{}[]()<>@#*+-_. /',
  ...'\u0085\u00a0\u0661\u0967\u2028\u202e\u3000\ufeff\uff10\uff19\ufffd',
  '\ud83d',
  '\u{1d7d8}',
  '\r\n',
  '\n\n',
  '""',
  '%0A',
  '%',
  '%E9',
  '${',
  '$[',
  '-1',
  '0x10',
  '1e9',
  'NaN',
  '__proto__',
  'constructor',
];

/** One text changed in one to a few places; `words` are the format's own tokens, `others` texts to splice with. */
export function mutate(random: Random, text: string, words: readonly string[], others: readonly string[]): string {
  let out = text;
  for (let rounds = random.int(1, 4); rounds > 0; rounds--) {
    const at = random.int(0, out.length);
    const to = Math.min(out.length, at + random.int(1, 12));
    const put = random.chance(0.5) ? random.pick(ODD) : random.pick(words);
    switch (random.int(0, 7)) {
      case 0:
        out = out.slice(0, at) + out.slice(to);
        break;
      case 1:
        out = out.slice(0, at) + put + out.slice(at);
        break;
      case 2:
        out = out.slice(0, at) + put + out.slice(to);
        break;
      case 3:
        out = out.slice(0, to) + out.slice(at);
        break;
      case 4:
        out = out.slice(0, at);
        break;
      case 5:
        out = out.slice(0, at) + random.pick(others).slice(random.int(0, 40));
        break;
      case 6:
        out = out.slice(0, at) + String.fromCharCode(random.int(0, random.chance(0.8) ? 255 : 0xffff)) + out.slice(to);
        break;
      default:
        out = random.chance(0.02) ? out.slice(0, at) + put.repeat(random.int(2, 3_000)) + out.slice(at) : out + put;
    }
  }
  return out;
}

/** A text cut where it pleases the peer: whole, in single bytes, or anywhere. */
export function chunksOf(random: Random, bytes: Buffer): Buffer[] {
  const way = random.int(0, 3);
  if (way === 0) return [bytes];
  const longest = way === 1 ? 1 : way === 2 ? 7 : Math.max(1, bytes.length);
  const chunks: Buffer[] = [];
  for (let from = 0; from < bytes.length; ) {
    const to = from + random.int(1, longest);
    chunks.push(bytes.subarray(from, to));
    from = to;
  }
  return chunks;
}
