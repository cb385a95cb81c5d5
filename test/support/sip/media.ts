import { createSocket, type Socket } from 'node:dgram';
import { sleep } from '../until.ts';

/** One RTP port (RFC 3550): counts what arrives, sends DTMF as RFC 4733 events, and voice where told to. */
export interface Media {
  port: number;
  /** Packets heard so far. */
  heard(): number;
  /** Seconds of sound so far, in packets of PCMU louder than -45 dB of full scale. */
  sound(): number;
  /** An SDP offer or answer for this port: PCMU and telephone-event 101. */
  sdp(): string;
  /** Where the peer wants its media, out of its SDP. */
  peer(sdp: string): void;
  /** Presses keys, 100 ms each. */
  press(digits: string): Promise<void>;
  /** Presses keys as tones in the voice (ITU-T Q.23), 100 ms each. */
  tones(digits: string): Promise<void>;
  /** Sends voice (silence) from now on. Asterisk optimises a Local channel away only when voice flows. */
  talk(): void;
  close(): void;
}

const EVENTS = '0123456789*#ABCD';

/** A sample of PCMU (ITU-T G.711, mu-law), -1 to 1. */
function linear(byte: number): number {
  const code = ~byte & 0xff;
  const size = ((((code & 0x0f) << 3) + 0x84) << ((code >> 4) & 0x07)) - 0x84;
  return (code & 0x80 ? -size : size) / 32_768;
}

/** The byte of PCMU for a sample, -1 to 1. */
function compressed(sample: number): number {
  const size = Math.min(32_635, Math.abs(Math.round(sample * 32_768))) + 0x84;
  const segment = 31 - Math.clz32(size) - 7;
  return ~((sample < 0 ? 0x80 : 0) | (segment << 4) | ((size >> (segment + 3)) & 0x0f)) & 0xff;
}

/** Rows and columns of the keypad in Hz, and its keys by row. */
const [ROWS, COLUMNS, KEYS] = [[697, 770, 852, 941], [1209, 1336, 1477, 1633], '123A456B789C*0#D'];

/** 100 ms of a key's two tones as PCMU. */
function toneOf(digit: string): Buffer {
  const key = KEYS.indexOf(digit);
  const pair = [ROWS[key >> 2]!, COLUMNS[key & 3]!];
  const at = (n: number) => pair.reduce((sum, hz) => sum + 0.2 * Math.sin((2 * Math.PI * hz * n) / 8000), 0);
  return Buffer.from(Array.from({ length: 800 }, (_, n) => compressed(at(n))));
}

export async function openMedia(): Promise<Media> {
  const socket: Socket = createSocket('udp4');
  await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve));
  const { port } = socket.address();
  let [heard, loud, to, sequence, timestamp] = [0, 0, 0, 1, 160];
  socket.on('message', (bytes) => {
    heard++;
    const samples = (bytes.readUInt8(1) & 0x7f) === 0 ? bytes.subarray(12) : Buffer.alloc(0);
    const power = samples.reduce((sum, byte) => sum + linear(byte) ** 2, 0) / Math.max(1, samples.length);
    if (power > 10 ** -4.5) loud += samples.length / 8000;
  });

  let talking: NodeJS.Timeout | undefined;
  const packet = (length: number, type: number) => {
    const bytes = Buffer.alloc(12 + length, 0xff);
    bytes.writeUInt8(0x80, 0);
    bytes.writeUInt8(type, 1);
    bytes.writeUInt16BE(sequence++ & 0xffff, 2);
    bytes.writeUInt32BE(timestamp, 4);
    bytes.writeUInt32BE(0x6469616c, 8);
    return bytes;
  };
  const pressOne = async (digit: string) => {
    timestamp += 1600;
    for (let step = 1; step <= 8; step++) {
      const event = packet(4, 101 | (step === 1 ? 0x80 : 0));
      event.writeUInt8(EVENTS.indexOf(digit), 12);
      // The end bit, three times over as RFC 4733 recommends.
      event.writeUInt8(step > 5 ? 0x8a : 0x0a, 13);
      event.writeUInt16BE(Math.min(step, 5) * 160, 14);
      socket.send(event, to, '127.0.0.1');
      await sleep(20);
    }
  };
  return {
    port,
    heard: () => heard,
    sound: () => loud,
    sdp: () =>
      [
        'v=0',
        'o=- 1 1 IN IP4 127.0.0.1',
        's=-',
        'c=IN IP4 127.0.0.1',
        't=0 0',
        `m=audio ${port} RTP/AVP 0 101`,
        'a=rtpmap:0 PCMU/8000',
        'a=rtpmap:101 telephone-event/8000',
        'a=fmtp:101 0-15',
        'a=sendrecv',
        '',
      ].join('\r\n'),
    peer: (sdp) => {
      to = Number(sdp.match(/m=audio (\d+)/)?.[1] ?? to);
    },
    press: async (digits) => {
      for (const digit of digits) {
        await pressOne(digit);
        await sleep(60);
      }
    },
    tones: async (digits) => {
      for (const digit of digits) {
        const sound = Buffer.concat([toneOf(digit), Buffer.alloc(800, 0xff)]);
        for (let from = 0; from < sound.length; from += 160) {
          timestamp += 160;
          const voice = packet(160, 0);
          sound.copy(voice, 12, from, from + 160);
          socket.send(voice, to, '127.0.0.1');
          await sleep(20);
        }
      }
    },
    talk: () => {
      talking ??= setInterval(() => {
        timestamp += 160;
        if (to > 0) socket.send(packet(160, 0), to, '127.0.0.1');
      }, 20);
    },
    close: () => {
      clearInterval(talking);
      socket.close();
    },
  };
}
