import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import type { FeatureCode } from '../../../src/guard/feature-code.ts';
import type { CallGuard } from '../../../src/guard/port-call-guard.ts';
import { NotUnblocked } from '../../../src/guard/unblock.ts';
import { type EslOutboundOptions, serveEslOutbound } from '../../../src/pbx/freeswitch/outbound.ts';
import { recordingLog } from '../../support/scripted-guard.ts';

export async function serve(guard: CallGuard, options: Partial<EslOutboundOptions> = {}) {
  const { log, logged } = recordingLog();
  const server = await serveEslOutbound(guard, { host: '127.0.0.1', port: 0, allow: [], log, ...options });
  return { ...server, logged, port: Number(server.address.split(':').at(-1)) };
}

export type Lifted = [ext: string, done: string[], by: string];

/** The feature code of extension 101 with the PIN 4711, and what it has lifted. */
export function scriptedCode(): FeatureCode & { lifted: Lifted[] } {
  const lifted: Lifted[] = [];
  return {
    lifted,
    listed: (endpoint) => endpoint === '101',
    tryPin: (_endpoint, pin) => (pin === '4711' ? 'right' : 'wrong'),
    unblock(ext, done, by) {
      if (done.length === 0) throw new NotUnblocked('nothing_put_right', 'say what was put right');
      lifted.push([ext, done, by]);
    },
  };
}

/** What FreeSWITCH 1.11.1 answers to `connect`, as far as it matters. `headers` replace or add; null leaves one out. */
export function channelData(headers: Record<string, string | null> = {}): string {
  const all: Record<string, string | null> = {
    'Event-Name': 'CHANNEL_DATA',
    'Channel-Name': 'sofia/internal/101@192.0.2.10',
    'Unique-ID': 'a125315e-c93c-44d7-8192-bcbf1c7ab41b',
    'Call-Direction': 'inbound',
    'Caller-Caller-ID-Number': '4930000001',
    'Caller-Destination-Number': '0011252615550100',
    'Caller-Context': 'default',
    variable_sip_authorized: 'true',
    variable_sip_auth_username: '101',
    variable_domain_name: 'pbx.example',
    variable_sip_network_ip: '192.0.2.77',
    variable_sip_user_agent: 'Phone 1.0',
    'Content-Type': 'command/reply',
    'Reply-Text': '+OK\n',
    'Socket-Mode': 'static',
    Control: 'single-channel',
    ...headers,
  };
  const lines = Object.entries(all).flatMap(([name, value]) =>
    value === null ? [] : [`${name}: ${encodeURIComponent(value).replaceAll('%2F', '/')}\n`],
  );
  return `${lines.join('')}\n`;
}

export interface Peer {
  socket: Socket;
  /** Commands as they came: the first line, or `app argument` where one was executed. */
  commands: string[];
  /** Variables as the channel would hold them. */
  variables: Record<string, string>;
  /** Variables its legs would get. */
  exported: Record<string, string>;
  /** Settles when the guard has closed its side. */
  over: Promise<void>;
  /** Waits until a command that starts with `start` has come. */
  command(start: string): Promise<void>;
}

/** Said of a prompt in which the caller hung up; the socket stays open. */
export const HUNG_UP = 'hung up';

/** Keys pressed in a prompt, or HUNG_UP; null closes the socket in it; undefined: none. */
export type Script = (command: string, peer: Peer) => string | null | undefined;

/** A scripted FreeSWITCH: answers `connect` with `data`, runs applications as its `sendmsg` does in either mode. */
export async function call(port: number, data: string | Buffer, script: Script = () => undefined): Promise<Peer> {
  const socket = connect({ port, host: '127.0.0.1' });
  await once(socket, 'connect');
  const async = data.includes('Socket-Mode: async');
  const waiting: { start: string; resolve: () => void }[] = [];
  let events = false;
  const peer: Peer = {
    socket,
    commands: [],
    variables: {},
    exported: {},
    over: new Promise((resolve) => {
      socket.on('error', () => resolve()).on('close', () => resolve());
    }),
    command: (start) => new Promise((resolve) => waiting.push({ start, resolve })),
  };
  const reply = (text: string) => socket.write(`Content-Type: command/reply\nReply-Text: ${text}\n\n`);
  const execute = (app: string, arg: string, id: string | undefined) => {
    const keys = script(`${app} ${arg}`.trim(), peer);
    if (keys === null) return void socket.end();
    if (async) reply('+OK');
    apply(peer, app, arg);
    if (!async) reply('+OK');
    if (events && id) socket.write(completed(id, keys));
  };
  const obey = (text: string) => {
    const [first = '', ...lines] = text.split('\n');
    const field = (name: string) => lines.find((line) => line.startsWith(`${name}: `))?.slice(name.length + 2);
    const executed = field('execute-app-name');
    const command = executed ? `${executed} ${field('execute-app-arg') ?? ''}`.trim() : first;
    peer.commands.push(command);
    if (first === 'connect') socket.write(data);
    else if (executed) execute(executed, field('execute-app-arg') ?? '', field('Event-UUID'));
    else if (first === 'exit') {
      reply('+OK bye');
      socket.end();
    } else {
      events ||= first === 'myevents';
      reply('+OK');
    }
    for (const { start, resolve } of waiting) if (command.startsWith(start)) resolve();
  };
  let rest = '';
  socket.on('data', (chunk) => {
    const commands = (rest + chunk.toString('utf8')).split('\n\n');
    rest = commands.pop()!;
    for (const command of commands) obey(command);
  });
  return peer;
}

/** The event that tells of an application's end. */
export function completed(id: string, keys?: string): string {
  const more =
    keys === undefined
      ? ''
      : keys === HUNG_UP
        ? 'Answer-State: hangup\n'
        : `variable_dw_key: ${encodeURIComponent(keys)}\n`;
  const body = `Event-Name: CHANNEL_EXECUTE_COMPLETE\nApplication-UUID: ${id}\n${more}\n`;
  return `Content-Length: ${body.length}\nContent-Type: text/event-plain\n\n${body}`;
}

function apply(peer: Peer, app: string, arg: string): void {
  const pairs = app === 'multiset' ? arg.slice(3).split(';') : ['set', 'export'].includes(app) ? [arg] : [];
  for (const pair of pairs) {
    const [name = '', value = ''] = pair.split(/=(.*)/);
    const legs = name.startsWith('nolocal:');
    const held = legs ? peer.exported : peer.variables;
    if (value === '') delete held[legs ? name.slice(8) : name];
    else held[legs ? name.slice(8) : name] = value;
  }
}
