import type { CallGuard } from '../../../src/guard/port-call-guard.ts';
import { type FastAgiOptions, serveFastAgi } from '../../../src/pbx/asterisk/fastagi.ts';
import type { SocketServer } from '../../../src/pbx/socket-server.ts';
import { type Logged, recordingLog } from '../../support/scripted-guard.ts';

export interface Served extends SocketServer {
  port: number;
  logged: Logged[];
}

export async function serve(guard: CallGuard, options: Partial<FastAgiOptions> = {}): Promise<Served> {
  const { log, logged } = recordingLog();
  const server = await serveFastAgi(guard, { host: '127.0.0.1', port: 0, allow: [], key: null, log, ...options });
  return { ...server, logged, port: Number(server.address.split(':').at(-1)) };
}
