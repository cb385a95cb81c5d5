import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

/** An AGI environment as Asterisk 22 writes it. `headers` replace or add; null leaves one out. */
export function environment(args: string[], headers: Record<string, string | null> = {}, script = 'check'): string {
  const all: Record<string, string | null> = {
    agi_network: 'yes',
    agi_network_script: script,
    agi_request: `agi://127.0.0.1:4573/${script}`,
    agi_channel: 'PJSIP/101-00000006',
    agi_language: 'en',
    agi_uniqueid: '1795350344.6',
    agi_callerid: '101',
    agi_calleridname: 'Sales: East',
    agi_dnid: '0011252615550100',
    agi_rdnis: 'unknown',
    agi_context: 'from-internal',
    agi_accountcode: '',
    ...Object.fromEntries(args.map((arg, i) => [`agi_arg_${i + 1}`, arg])),
    ...headers,
  };
  const lines = Object.entries(all).flatMap(([name, value]) => (value === null ? [] : [`${name}: ${value}\n`]));
  return `${lines.join('')}\n`;
}

export interface Peer {
  socket: Socket;
  /** Command lines as they came. */
  commands: string[];
  /** Variables as a channel would hold them. */
  variables: Record<string, string>;
  /** Settles when the guard has closed its side. */
  over: Promise<void>;
  /** Waits until a command that starts with `start` has come. */
  command(start: string): Promise<void>;
}

/** The reply to one command: a line, nothing (the peer keeps silent), or the default. */
export type Script = (command: string, peer: Peer) => string | null | undefined;

const DEFAULT_REPLIES: [string, string][] = [
  ['GET FULL VARIABLE', '200 result=1 ()'],
  ['SET VARIABLE', '200 result=1'],
  ['STREAM FILE', '200 result=0 endpos=9000'],
  ['CHANNEL STATUS', '200 result=6'],
  ['', '200 result=0'],
];

/** A scripted Asterisk: says `opening`, answers commands one by one, hangs up the session when the guard closes. */
export async function call(port: number, opening: string | Buffer, script: Script = () => undefined): Promise<Peer> {
  const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
  await once(socket, 'connect');
  const waiting: { start: string; resolve: () => void }[] = [];
  const peer: Peer = {
    socket,
    commands: [],
    variables: {},
    over: new Promise((resolve) => {
      socket.on('error', () => resolve()).on('close', () => resolve());
      socket.on('end', () => {
        socket.end('HANGUP\n');
        resolve();
      });
    }),
    command: (start) => new Promise((resolve) => waiting.push({ start, resolve })),
  };
  const obey = (command: string) => {
    peer.commands.push(command);
    const set = /^SET VARIABLE (\w+) "(.*)"$/.exec(command);
    if (set) peer.variables[set[1]!] = set[2]!.replace(/\\(.)/g, '$1');
    const said = script(command, peer);
    const reply = said === undefined ? DEFAULT_REPLIES.find(([start]) => command.startsWith(start))![1] : said;
    if (reply !== null) socket.write(`${reply}\n`);
    for (const { start, resolve } of waiting) if (command.startsWith(start)) resolve();
  };
  let rest = '';
  socket.on('data', (chunk) => {
    const lines = (rest + chunk.toString('utf8')).split('\n');
    rest = lines.pop()!;
    for (const line of lines) obey(line);
  });
  if (opening.length > 0) socket.write(opening);
  return peer;
}

export interface AgiCall {
  channel?: string;
  uniqueid?: string;
  reply?: Script;
}

/** One whole session as a phone's call opens it: the commands heard until the guard closed, or died. Rejects where nobody listens. */
export async function agiSession(
  port: number,
  script: string,
  args: string[],
  { channel = 'PJSIP/101-00000001', uniqueid = '1.1', reply }: AgiCall = {},
): Promise<string[]> {
  const opening = environment(args, { agi_channel: channel, agi_uniqueid: uniqueid }, script);
  const { over, commands } = await call(port, opening, reply);
  await over;
  return commands;
}
