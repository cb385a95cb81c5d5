import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import type { Knock } from '../../../src/core/intrusion/knock.ts';
import type { SeenCall } from '../../../src/guard/port-live.ts';
import type { Bypass } from '../../../src/guard/undecided.ts';
import { freeswitchLive } from '../../../src/pbx/freeswitch/live.ts';
import { outcome, recordingLog, scriptedGuard } from '../../support/scripted-guard.ts';
import { until } from '../../support/until.ts';

export const PASSWORD = 'never-in-a-log';

/** FreeSWITCH's side of its event socket. */
export interface Switch {
  port: number;
  sockets: Socket[];
  /** Commands as they came. */
  commands: string[];
  close(): void;
}

/** An event socket that takes the password and answers `api` commands by `replies`, others with `+OK`. */
export async function eventSocket(replies: Record<string, string> = {}, password = PASSWORD): Promise<Switch> {
  const [commands, sockets]: [string[], Socket[]] = [[], []];
  const answer = (command: string): string => {
    if (command.startsWith('api ')) {
      const body = replies[command] ?? '+OK\n';
      return `Content-Type: api/response\nContent-Length: ${body.length}\n\n${body}`;
    }
    const refused = command.startsWith('auth ') && command !== `auth ${password}`;
    return `Content-Type: command/reply\nReply-Text: ${refused ? '-ERR invalid' : '+OK'}\n\n`;
  };
  const server = createServer((socket) => {
    sockets.push(socket);
    socket.on('error', () => {});
    socket.write('Content-Type: auth/request\n\n');
    let rest = '';
    socket.on('data', (chunk) => {
      const came = (rest + chunk.toString('utf8')).split('\n\n');
      rest = came.pop()!;
      commands.push(...came);
      for (const command of came) socket.write(answer(command));
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const close = () => {
    server.close();
    for (const socket of sockets) socket.destroy();
  };
  return { port: (server.address() as AddressInfo).port, sockets, commands, close };
}

/** The adapter on an event socket, and all that it tells. `say` writes to it. `close` ends both. */
export function watch(fs: Switch) {
  const guard = scriptedGuard(() => outcome('allow'));
  const { log, logged } = recordingLog();
  const told = { bypassed: [] as Bypass[], answered: [] as SeenCall[], knocks: [] as Knock[], hangups: 0 };
  const options = {
    host: '127.0.0.1',
    port: fs.port,
    password: PASSWORD,
    onBypass: (bypass: Bypass) => void told.bypassed.push(bypass),
    onAnswered: (call: SeenCall) => void told.answered.push(call),
    onKnock: (knock: Knock) => void told.knocks.push(knock),
    log,
  };
  const live = freeswitchLive(options, guard);
  live.onHangup(() => told.hangups++);
  return {
    live,
    guard,
    logged,
    told,
    say: (bytes: string | Buffer) => void fs.sockets.at(-1)!.write(bytes),
    close() {
      live.close();
      fs.close();
    },
  };
}

/** The same, logged in. */
export async function loggedIn(fs: Switch) {
  const watching = watch(fs);
  await until('a login', () => watching.live.connected());
  return watching;
}
