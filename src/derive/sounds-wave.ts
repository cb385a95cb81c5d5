/** Sound in memory: one channel, -1 to 1. */
export interface Sound {
  /** Samples a second. */
  rate: number;
  samples: Float64Array;
}

const PCM = 1;
const FULL = 32_768;

/** Reads a RIFF file of one channel of 16-bit PCM. Throws an Error that says what else it is. */
export function readWave(file: Buffer): Sound {
  if (file.toString('latin1', 0, 4) !== 'RIFF' || file.toString('latin1', 8, 12) !== 'WAVE')
    throw new Error('this is no RIFF wave file');
  let rate = 0;
  for (let at = 12; at + 8 <= file.length; ) {
    const id = file.toString('latin1', at, at + 4);
    const size = Math.min(file.readUInt32LE(at + 4), file.length - at - 8);
    const body = file.subarray(at + 8, at + 8 + size);
    if (id === 'fmt ') rate = rateOf(body);
    if (id === 'data' && rate > 0) {
      const samples = Float64Array.from({ length: size >> 1 }, (_, i) => body.readInt16LE(2 * i) / FULL);
      return { rate, samples };
    }
    at += 8 + size + (size & 1);
  }
  throw new Error('this wave file has no sound in it');
}

function rateOf(format: Buffer): number {
  const [tag, channels, bits] = [format.readUInt16LE(0), format.readUInt16LE(2), format.readUInt16LE(14)];
  if (tag !== PCM || channels !== 1 || bits !== 16)
    throw new Error(`not 16-bit PCM of one channel: format ${tag}, ${channels} channels, ${bits} bits`);
  return format.readUInt32LE(4);
}

/** A RIFF file of 16-bit PCM, as Asterisk's format_wav and FreeSWITCH's mod_sndfile play it. */
export function writeWave({ rate, samples }: Sound): Buffer {
  const size = samples.length * 2;
  const file = Buffer.alloc(44 + size);
  file.write('RIFF', 0, 'latin1');
  file.writeUInt32LE(36 + size, 4);
  file.write('WAVEfmt ', 8, 'latin1');
  file.writeUInt32LE(16, 16);
  file.writeUInt16LE(PCM, 20);
  file.writeUInt16LE(1, 22);
  file.writeUInt32LE(rate, 24);
  file.writeUInt32LE(rate * 2, 28);
  file.writeUInt16LE(2, 32);
  file.writeUInt16LE(16, 34);
  file.write('data', 36, 'latin1');
  file.writeUInt32LE(size, 40);
  samples.forEach((sample, i) => {
    file.writeInt16LE(Math.max(-FULL, Math.min(FULL - 1, Math.round(sample * FULL))), 44 + 2 * i);
  });
  return file;
}
