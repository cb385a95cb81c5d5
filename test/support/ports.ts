import { randomInt } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { createServer } from 'node:net';

// Below the ports that Linux lends to clients (from 32768) and the Asterisk of the tests to voice (from 20000): none of those
// is at once taken away again.
const FROM = 10_000;
const TO = 20_000;

/** A TCP port of 127.0.0.1 that was free a moment ago. */
export const freeTcpPort = (): Promise<number> => free(takesTcp);

/** A UDP port of 127.0.0.1 that was free a moment ago. */
export const freeUdpPort = (): Promise<number> => free(takesUdp);

async function free(takes: (port: number) => Promise<boolean>): Promise<number> {
  for (let tries = 0; tries < 100; tries++) {
    const port = randomInt(FROM, TO);
    if (await takes(port)) return port;
  }
  throw new Error(`100 ports between ${FROM} and ${TO} were taken`);
}

const takesTcp = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const server = createServer();
    server.on('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });

const takesUdp = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = createSocket('udp4');
    socket.on('error', () => resolve(false));
    socket.bind(port, '127.0.0.1', () => socket.close(() => resolve(true)));
  });
